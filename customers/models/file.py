"""What else stands on the customer's file: tags and dates that matter."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models.customer import Customer


class Tag(models.Model):
    """A word that staff put on customers; two spellings of one folded key are one tag."""

    name = models.CharField(_("name"), max_length=60)
    key = models.CharField(max_length=120, unique=True)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name


class CustomerTagManager(models.Manager["CustomerTag"]):
    """Links with their tags at hand: nobody looks at one without the other."""

    def get_queryset(self) -> models.QuerySet["CustomerTag"]:
        """All links, in one query with their tags."""
        return super().get_queryset().select_related("tag")


class CustomerTag(models.Model):
    """A tag on a customer."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="customer_tags")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="customer_tags")

    objects = CustomerTagManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "tag"], name="tag_once_per_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.tag_id}"


class ImportantDate(models.Model):
    """A date of a customer that comes again each year: a name day, a wedding day."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="important_dates")
    label = models.CharField(_("what"), max_length=80)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    month = models.PositiveSmallIntegerField(_("month"))
    day = models.PositiveSmallIntegerField(_("day"))

    class Meta:
        ordering = ["month", "day", "label"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(month__range=(1, 12), day__range=(1, 31)),
                name="important_date_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.label

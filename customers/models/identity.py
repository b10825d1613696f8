from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models.customer import Customer


class IdentityKind(models.TextChoices):
    """By what a customer is recognised."""

    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    EXTERNAL = "external", _("Customer number")


class Identity(models.Model):
    """An e-mail address, a phone number or a number in another system.

    `value` is as people wrote it, `key` the normalised form that is compared: e-mail in lower
    case, phone in E.164 where it can be read, external ids as they are. E-mails and external
    ids belong to one customer; a phone may be a family's.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=10, choices=IdentityKind.choices)
    value = models.CharField(max_length=254)
    key = models.CharField(max_length=254)
    is_primary = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "identities"
        indexes = [
            models.Index(fields=["kind", "key"], name="identity_by_key"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=models.Q(kind__in=["email", "external"]),
                name="identity_unique",
            ),
            models.UniqueConstraint(
                fields=["customer", "kind", "key"], name="identity_once_per_customer"
            ),
        ]

    def __str__(self) -> str:
        return self.value


class PossibleDuplicate(models.Model):
    """Two customers who may be one person, and what made it look so.

    `dismissed_at` is set once somebody said that they are two. The row stays, so that the next
    import, which would note the pair again, finds it there.
    """

    first = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    second = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    reason = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_once"),
            models.CheckConstraint(
                condition=models.Q(first_id__lt=models.F("second_id")),
                name="duplicate_pair_ordered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} = {self.second_id}?"

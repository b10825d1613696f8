from django.db import models

from customers.models import Purchase
from loyalty.models.account import Account, Operation
from loyalty.models.programme import Programme


class Tender(models.Model):
    """A part of a purchase that was paid with units: `minor` of its `gross_minor` with so many
    `units`, of which `returned` are back with the customer because money went back.

    The purchase may be gone, taken back by who entered it; its id stays, as in the acts' terms.
    `returned` is derived: `loyalty_reconcile` proves it.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="tenders")
    operation = models.OneToOneField(Operation, models.PROTECT, related_name="tender")
    purchase = models.ForeignKey(
        Purchase, models.DO_NOTHING, related_name="tenders", db_constraint=False
    )
    order = models.CharField(max_length=100)
    units = models.BigIntegerField()
    minor = models.BigIntegerField()
    gross_minor = models.BigIntegerField()
    returned = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "purchase"], name="loyalty_tender_once"),
            models.CheckConstraint(
                condition=models.Q(units__gt=0, minor__gt=0, minor__lte=models.F("gross_minor")),
                name="loyalty_tender_part",
            ),
            models.CheckConstraint(
                condition=models.Q(returned__gte=0, returned__lte=models.F("units")),
                name="loyalty_tender_returned",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.units} for {self.order}"

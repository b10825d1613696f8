from django.db import models

from loyalty.models.account import Account, Operation
from loyalty.models.ledger import Lot
from loyalty.models.programme import Programme


class Award(models.Model):
    """What an order earned, and how much of that went back with its refunds.

    `terms` is frozen when it is earned (`loyalty.services.terms`): changed rules change nothing.
    `lot` is None for an order that earned nothing. `clawed` and `lapsed` are what refunds took, and
    what they could not take because it had lapsed unused.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="awards")
    operation = models.OneToOneField(Operation, models.PROTECT, related_name="award")
    order = models.CharField(max_length=100)
    lot = models.OneToOneField(Lot, models.PROTECT, null=True, related_name="award")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    terms = models.JSONField()
    granted = models.BigIntegerField()
    refunded_minor = models.BigIntegerField(default=0)
    clawed = models.BigIntegerField(default=0)
    lapsed = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "order"], name="loyalty_order_once"),
            models.CheckConstraint(
                condition=models.Q(
                    refunded_minor__gte=0, refunded_minor__lte=models.F("amount_minor")
                ),
                name="loyalty_award_refunds",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    clawed__gte=0,
                    lapsed__gte=0,
                    granted__gte=models.F("clawed") + models.F("lapsed"),
                ),
                name="loyalty_award_clawed",
            ),
        ]

    def __str__(self) -> str:
        return self.order

from django.db import models

from loyalty.models.account import Account, Operation
from loyalty.models.ledger import Lot


class AccountJoin(models.Model):
    """What one account held went to another of the same programme, because two files are of one
    person. Until it is undone, refunds and what is given back of the first come to the second.
    The two acts say what went and what came."""

    source = models.ForeignKey(Account, models.PROTECT, related_name="joins")
    target = models.ForeignKey(Account, models.PROTECT, related_name="joined")
    out = models.OneToOneField(Operation, models.PROTECT, related_name="+")
    into = models.OneToOneField(Operation, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source"],
                condition=models.Q(undone_at=None),
                name="loyalty_joined_to_one",
            ),
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")), name="loyalty_join_of_two"
            ),
        ]

    def __str__(self) -> str:
        return f"account {self.source_id} in {self.target_id}"


class LotSuccessor(models.Model):
    """What was left of a lot went on as another one, of the same end, on another account."""

    lot = models.OneToOneField(Lot, models.PROTECT, related_name="successor")
    successor = models.OneToOneField(Lot, models.PROTECT, related_name="predecessor")

    def __str__(self) -> str:
        return f"lot {self.lot_id} as {self.successor_id}"

from django.db import models

from loyalty.models.account import Account, Operation
from loyalty.rules.lots import Bucket, LotState


class Lot(models.Model):
    """Units that came in together and lapse together; see `loyalty.rules.lots.Lot`. Derived from
    the transfers, but for its order and its two dates."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="lots", db_index=False)
    operation = models.ForeignKey(Operation, models.PROTECT, related_name="lots")
    order = models.CharField(max_length=100, blank=True)
    earned = models.BigIntegerField()
    remaining = models.BigIntegerField()
    reserved = models.BigIntegerField(default=0)
    expired = models.BigIntegerField(default=0)
    state = models.CharField(
        max_length=10, choices=[(state.value, state.value) for state in LotState]
    )
    matures_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(earned__gt=0, remaining__gte=0, reserved__gte=0, expired__gte=0),
                name="loyalty_lot_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    earned__gte=models.F("remaining") + models.F("reserved") + models.F("expired")
                ),
                name="loyalty_lot_within_earned",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "id"], name="loyalty_lots_of_account"),
            models.Index(
                fields=["account", "expires_at", "id"],
                condition=~models.Q(state="closed"),
                name="loyalty_lots_alive",
            ),
            models.Index(
                fields=["expires_at"],
                condition=models.Q(state="open", remaining__gt=0),
                name="loyalty_lots_lapsing",
            ),
            models.Index(
                fields=["matures_at"],
                condition=models.Q(state="pending"),
                name="loyalty_lots_maturing",
            ),
        ]

    def __str__(self) -> str:
        return f"lot {self.pk}"


class Transfer(models.Model):
    """So many units moved from one bucket to another. One row holds both sides, so it balances by
    construction. `seq` counts the account's transfers from 1 without gaps; `hash` chains each to
    the one before (`loyalty.rules.chain`). Never changed or deleted.

    `operation` is the act during which it was written: what had become due is written by the next
    act that touches the account.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="transfers", db_index=False)
    seq = models.BigIntegerField()
    operation = models.ForeignKey(Operation, models.PROTECT, related_name="transfers")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, related_name="transfers")
    source = models.CharField(max_length=12, choices=[(b.value, b.value) for b in Bucket])
    target = models.CharField(max_length=12, choices=[(b.value, b.value) for b in Bucket])
    amount = models.BigIntegerField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "seq"], name="loyalty_transfer_seq"),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0), name="loyalty_transfer_above_zero"
            ),
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")), name="loyalty_transfer_moves"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.source} to {self.target}"


class HoldState(models.TextChoices):
    """A hold is open until exactly one of the others ends it."""

    OPEN = "open"
    CAPTURED = "captured"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Hold(models.Model):
    """Units set aside for an order. Its parts say from which lots they came."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="holds")
    operation = models.OneToOneField(Operation, models.PROTECT, related_name="hold")
    order = models.CharField(max_length=100)
    amount = models.BigIntegerField()
    captured = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=HoldState.choices, default=HoldState.OPEN)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "order"],
                condition=models.Q(state="open"),
                name="loyalty_one_open_hold",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0, captured__gte=0, captured__lte=models.F("amount")),
                name="loyalty_hold_amounts",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=models.Q(state="open"),
                name="loyalty_holds_ending",
            ),
        ]

    def __str__(self) -> str:
        return f"hold {self.pk}"


class HoldPart(models.Model):
    """So many units of a hold are of this lot; parts stand in the order in which lots lapse."""

    hold = models.ForeignKey(Hold, models.PROTECT, related_name="parts")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+")
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hold", "lot"], name="loyalty_hold_part_once"),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0), name="loyalty_hold_part_above_zero"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} of lot {self.lot_id}"

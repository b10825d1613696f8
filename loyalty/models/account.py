from django.db import models

from customers.models import Customer
from loyalty.models.programme import Programme
from loyalty.rules.lots import OWN_BUCKETS


class Account(models.Model):
    """What one customer holds in one programme: the snapshot of its transfers.

    `version` is the number of the last transfer, `chain` its hash. Everything up to `settled_at`
    has happened. The four buckets are derived: `loyalty_reconcile` proves them.
    """

    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, related_name="loyalty_accounts", db_index=False
    )
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="accounts")
    pending = models.BigIntegerField(default=0)
    available = models.BigIntegerField(default=0)
    reserved = models.BigIntegerField(default=0)
    debt = models.BigIntegerField(default=0)
    version = models.BigIntegerField(default=0)
    chain = models.CharField(max_length=64, default="", blank=True)
    settled_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "programme"], name="loyalty_one_account_each"
            ),
            *(
                models.CheckConstraint(
                    condition=models.Q(**{f"{bucket}__gte": 0}),
                    name=f"loyalty_{bucket}_not_negative",
                )
                for bucket in OWN_BUCKETS
            ),
            models.CheckConstraint(
                condition=models.Q(available=0) | models.Q(debt=0),
                name="loyalty_owes_or_has",
            ),
        ]

    def __str__(self) -> str:
        return f"account {self.pk}"


class Operation(models.Model):
    """One act on an account, for ever: its key is used once, with one content (`fingerprint`), and
    its result is what every repetition answers. Never changed or deleted."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="operations")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    kind = models.CharField(max_length=20)
    actor = models.CharField(max_length=80)
    order = models.CharField(max_length=100, blank=True)
    terms = models.JSONField(default=dict)
    result = models.JSONField()
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "key"], name="loyalty_key_once"),
        ]
        indexes = [
            models.Index(fields=["account", "-at", "-id"], name="loyalty_operations_newest"),
            # Refunds of an order may be on another account than its award, when two were joined.
            models.Index(
                fields=["programme", "order"],
                condition=models.Q(kind="refund"),
                name="loyalty_refunds_of_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class OperationNote(models.Model):
    """What a person wrote beside an act. Apart from the act, because erasing the customer erases
    it, and an act is for ever."""

    operation = models.OneToOneField(Operation, models.CASCADE, related_name="note")
    text = models.CharField(max_length=255)

    def __str__(self) -> str:
        return self.text

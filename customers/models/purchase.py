from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Branch
from customers.models.customer import Customer


class Purchase(models.Model):
    """One receipt. `customer` None is a guest.

    Money is in minor units of `currency`; `refunded_minor` is the sum of the linked refunds
    in order in the same currency. `local_day` is the proleptic ordinal (`date.toordinal`) and
    `local_month` the month number (`core.clock.month_number`) of the civil date in the shop's
    zone: integers, so that one SQL serves both databases. `counts` is the one predicate of a
    valid purchase: status in order, gross above zero, not fully refunded. `day_only`: only the
    civil date is known, and `occurred_at` is that day's first instant.
    """

    # The index by customer and instant begins with the customer: one of its own would only
    # mislead the planner and slow the import.
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="purchases", db_index=False
    )
    source = models.CharField(_("source"), max_length=40)
    number = models.CharField(_("order number"), max_length=100)
    occurred_at = models.DateTimeField(_("when"))
    local_day = models.IntegerField()
    local_month = models.IntegerField()
    day_only = models.BooleanField(default=False, db_default=False)
    gross_minor = models.BigIntegerField(_("amount"))
    refunded_minor = models.BigIntegerField(default=0)
    currency = models.CharField(_("currency"), max_length=3)
    status = models.CharField(_("status"), max_length=40, blank=True)
    counts = models.BooleanField(default=True)
    branch = models.ForeignKey(
        Branch, models.SET_NULL, null=True, blank=True, verbose_name=_("branch")
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="purchase_once"),
            models.CheckConstraint(
                condition=models.Q(refunded_minor__gte=0), name="purchase_refunds_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "occurred_at", "id"], name="purchase_of_customer"),
            models.Index(fields=["local_day", "id"], name="purchase_by_day_and_id"),
            models.Index(
                fields=["local_day", "id"],
                condition=models.Q(customer=None),
                name="purchase_by_guests",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class PurchaseLine(models.Model):
    """One line of a receipt: a product, how many, for how much."""

    purchase = models.ForeignKey(Purchase, models.CASCADE, related_name="lines")
    product = models.CharField(max_length=100, blank=True)
    name = models.CharField(max_length=255, blank=True)
    category = models.CharField(max_length=120, blank=True)
    quantity = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    amount_minor = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["product"], name="line_by_product")]

    def __str__(self) -> str:
        return self.name or self.product


class Refund(models.Model):
    """Money given back: for a purchase where it is known which, else for the customer at large.

    Lowers money on its own date, never the number of purchases. `refund_of` is the order
    number it belongs to, kept so that a purchase imported later finds its refunds. `part` tells
    apart refunds that share one number (their instant, where a file gives several).
    `customer_named` says that somebody said whose it is; else it is its purchase's customer's,
    whoever that is. `day_only` as in a purchase. `counts` is False for a refund whose status is
    not in order or whose purchase does not count. `by_hand`: entered by somebody here, so it can be
    taken back, whatever its purchase's source.
    """

    purchase = models.ForeignKey(Purchase, models.PROTECT, null=True, related_name="refunds")
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="refunds", db_index=False
    )
    customer_named = models.BooleanField(default=False, db_default=False)
    by_hand = models.BooleanField(default=False, db_default=False)
    source = models.CharField(max_length=40)
    number = models.CharField(max_length=100)
    part = models.CharField(max_length=40, blank=True)
    refund_of = models.CharField(max_length=100, blank=True)
    occurred_at = models.DateTimeField()
    local_day = models.IntegerField()
    local_month = models.IntegerField()
    day_only = models.BooleanField(default=False, db_default=False)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=40, blank=True)
    counts = models.BooleanField(default=True)
    branch = models.ForeignKey(Branch, models.SET_NULL, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "number", "part"], name="refund_once"),
            models.CheckConstraint(
                condition=models.Q(amount_minor__gt=0), name="refund_above_zero"
            ),
        ]
        indexes = [
            models.Index(fields=["source", "refund_of"], name="refund_by_purchase_number"),
            models.Index(fields=["customer", "occurred_at", "id"], name="refund_of_customer"),
            models.Index(fields=["local_day", "id"], name="refund_by_day_and_id"),
        ]

    def __str__(self) -> str:
        return self.number


class PurchaseSummary(models.Model):
    """What a customer's valid purchases add up to: for lists, sorting and segments.

    Derived: `services.summaries` writes it from purchases and refunds. Money is in the shop's
    currency only; `elsewhere` says how many of `purchases` were in another. `days` counts distinct
    civil days with a purchase.
    """

    customer = models.OneToOneField(
        Customer, models.CASCADE, primary_key=True, related_name="summary"
    )
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    first_day = models.IntegerField()
    last_day = models.IntegerField()
    days = models.IntegerField()
    purchases = models.IntegerField()
    gross_minor = models.BigIntegerField()
    refunds_minor = models.BigIntegerField()
    elsewhere = models.IntegerField(default=0)

    class Meta:
        verbose_name_plural = "purchase summaries"
        indexes = [
            models.Index(fields=["last_day", "customer"], name="summary_by_last_day"),
            models.Index(fields=["purchases", "customer"], name="summary_by_purchases"),
            # As lists show and sort it: what was paid less what was given back.
            models.Index(
                models.F("gross_minor") - models.F("refunds_minor"),
                "customer",
                name="summary_by_net",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.purchases}"

    @property
    def usual_gap_days(self) -> int | None:
        """The mean number of days between purchase days, half up; None below three of them."""
        if self.days < 3:
            return None
        return (2 * (self.last_day - self.first_day) + self.days - 1) // (2 * (self.days - 1))

    @property
    def net_minor(self) -> int:
        """Gross less refunds."""
        return self.gross_minor - self.refunds_minor

    @property
    def in_currency(self) -> int:
        """How many purchases the money is of."""
        return self.purchases - self.elsewhere


class StaleSummary(models.Model):
    """A customer whose summary has to be derived again; marked in the purchase's transaction."""

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="+")

    class Meta:
        verbose_name_plural = "stale summaries"

    def __str__(self) -> str:
        return str(self.customer_id)

"""Roll-ups by customer: one compact row per purchase day, money day and first purchase.

Days are ordinals (`date.toordinal`) and months month numbers of the civil date in the shop's
zone. Keys to Customer carry no database constraint: the rows are derived, come by millions and
are checked by `check_rollups`.
"""

from django.db import models
from django.db.models import Q

from customers.models import Customer

# The day after all days: "no later purchase". Zero is the day before all days.
NEVER = 9_999_999


class CustomerFirst(models.Model):
    """A customer's first valid purchase ever, and the days from it to the next one.

    `days_to_second` counts civil days to the earliest purchase at a strictly later instant:
    0 on the same day, None where there is none. `cohort` is the month of the first purchase.
    """

    customer = models.OneToOneField(
        Customer,
        models.CASCADE,
        primary_key=True,
        related_name="first_purchase",
        db_constraint=False,
    )
    first_at = models.DateTimeField()
    first_day = models.IntegerField()
    cohort = models.IntegerField()
    days_to_second = models.IntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["first_day", "customer", "days_to_second"], name="first_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.first_day}"


class CustomerDay(models.Model):
    """A day on which a customer bought, with the purchase days before and after it.

    A customer is active at the start of day t, window W, exactly where one of their rows has
    day in [t - W, t) and next_day >= t; at most one row of a customer does. `prev_day` is 0 on
    the first, `next_day` `NEVER` on the last. `repeats` are the purchases with a strictly
    earlier one. `last_of_month`: the customer's last purchase day in `month`.
    """

    pk = models.CompositePrimaryKey("customer_id", "day")
    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    day = models.IntegerField()
    prev_day = models.IntegerField()
    next_day = models.IntegerField()
    first_day = models.IntegerField()
    month = models.IntegerField()
    cohort = models.IntegerField()
    purchases = models.IntegerField()
    repeats = models.IntegerField()
    last_of_month = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(
                fields=["day", "customer", "next_day", "first_day", "prev_day"],
                name="customer_day_by_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.day}"


class Slice(models.Model):
    """A branch and a source that sold or gave back together; `branch_id` 0: in no branch.

    Made by rebuilds and refreshes, kept for good: rows of money name it by its small number.
    """

    id = models.AutoField(primary_key=True)
    branch_id = models.BigIntegerField()
    source = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["branch_id", "source"], name="retention_slice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.branch_id} {self.source}"


class CustomerMoney(models.Model):
    """What a customer paid and got back on one day in one currency and slice, in minor units.

    `purchases` is 0 where there were only refunds; `repeats` are those with a strictly earlier
    one. `cohort` and `first_day` are 0 without any valid purchase.
    """

    pk = models.CompositePrimaryKey("customer_id", "day", "currency", "slice_id")
    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    day = models.IntegerField()
    slice = models.ForeignKey(
        Slice, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    purchases = models.IntegerField()
    repeats = models.IntegerField()
    month = models.IntegerField()
    cohort = models.IntegerField()
    first_day = models.IntegerField()
    gross_minor = models.BigIntegerField()
    refunds_minor = models.BigIntegerField()
    # Last, where it costs least: what follows a text is found by reading the text.
    currency = models.CharField(max_length=3)

    class Meta:
        verbose_name_plural = "customer money"
        indexes = [
            models.Index(
                fields=["day", "customer", "currency", "gross_minor", "refunds_minor"],
                name="customer_money_by_day",
            ),
            models.Index(
                fields=["day", "customer", "currency", "refunds_minor"],
                condition=Q(purchases=0),
                name="customer_refunds_by_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.day} {self.currency}"

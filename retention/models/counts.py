"""Roll-ups of all customers: small tables that pages read. Money is in minor units."""

from django.db import models

from retention.models.rows import Slice


class GapCount(models.Model):
    """How many customers bought on `day` and next on `next_day`: `CustomerDay` without names."""

    pk = models.CompositePrimaryKey("day", "next_day")
    day = models.IntegerField()
    next_day = models.IntegerField()
    customers = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.day}-{self.next_day}: {self.customers}"


class VisitCount(models.Model):
    """How many purchases of a day were made by customers who first bought on `first_day`."""

    pk = models.CompositePrimaryKey("day", "first_day")
    day = models.IntegerField()
    first_day = models.IntegerField()
    purchases = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.day} ({self.first_day}): {self.purchases}"


class FirstCount(models.Model):
    """How many customers first bought on a day, and how many of them bought again in N days."""

    day = models.IntegerField(primary_key=True)
    customers = models.IntegerField()
    within_30 = models.IntegerField()
    within_60 = models.IntegerField()
    within_90 = models.IntegerField()
    within_365 = models.IntegerField()
    ever = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.day}: {self.customers}"


class DayCount(models.Model):
    """Purchases of known customers on a day; `repeats` of them had a strictly earlier one."""

    day = models.IntegerField(primary_key=True)
    purchases = models.IntegerField()
    repeats = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.day}: {self.purchases}"


class DayMoney(models.Model):
    """Money of known customers on a day in one currency."""

    pk = models.CompositePrimaryKey("day", "currency")
    day = models.IntegerField()
    currency = models.CharField(max_length=3)
    purchases = models.IntegerField()
    gross_minor = models.BigIntegerField()
    refunds_minor = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "day money"

    def __str__(self) -> str:
        return f"{self.day} {self.currency}"


class GuestDay(models.Model):
    """Purchases and refunds without a customer on a day in one currency."""

    pk = models.CompositePrimaryKey("day", "currency")
    day = models.IntegerField()
    currency = models.CharField(max_length=3)
    purchases = models.IntegerField()
    gross_minor = models.BigIntegerField()
    refunds_minor = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.day} {self.currency}"


class GuestSlice(models.Model):
    """The same as `GuestDay`, by branch and source."""

    pk = models.CompositePrimaryKey("day", "currency", "slice_id")
    day = models.IntegerField()
    currency = models.CharField(max_length=3)
    slice = models.ForeignKey(
        Slice, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    purchases = models.IntegerField()
    gross_minor = models.BigIntegerField()
    refunds_minor = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.day} {self.currency} {self.slice_id}"


class SliceMonth(models.Model):
    """What a cohort's members bought, paid and got back in a month by branch and source; cohort
    0: those without any valid purchase."""

    pk = models.CompositePrimaryKey("month", "cohort", "currency", "slice_id")
    month = models.IntegerField()
    cohort = models.IntegerField()
    currency = models.CharField(max_length=3)
    slice = models.ForeignKey(
        Slice, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    purchases = models.IntegerField()
    repeats = models.IntegerField()
    gross_minor = models.BigIntegerField()
    refunds_minor = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.cohort} in {self.month} {self.currency} {self.slice_id}"


class CohortCell(models.Model):
    """How many members of a cohort (month of first purchase) bought in a month, how often."""

    pk = models.CompositePrimaryKey("cohort", "month")
    cohort = models.IntegerField()
    month = models.IntegerField()
    customers = models.IntegerField()
    purchases = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.cohort} in {self.month}: {self.customers}"


class CohortMoney(models.Model):
    """What a cohort's members paid and got back in a month in one currency."""

    pk = models.CompositePrimaryKey("cohort", "month", "currency")
    cohort = models.IntegerField()
    month = models.IntegerField()
    currency = models.CharField(max_length=3)
    gross_minor = models.BigIntegerField()
    refunds_minor = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "cohort money"

    def __str__(self) -> str:
        return f"{self.cohort} in {self.month} {self.currency}"


class MonthSet(models.Model):
    """Customers active at the start of a calendar month, and those lost in it, by window."""

    pk = models.CompositePrimaryKey("month", "window_days")
    month = models.IntegerField()
    window_days = models.IntegerField()
    at_start = models.IntegerField()
    lost = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.month} ({self.window_days}): {self.at_start}"


class MonthNet(models.Model):
    """Net money in [start - window, start) of a calendar month, for revenue churn.

    `lost_minor` is that of the customers lost in the month; `inactive_minor` that of known
    customers with refunds but no purchase there, who are not customers at the start. Kept for
    months up to `RollupState.net_through`.
    """

    pk = models.CompositePrimaryKey("month", "window_days", "currency")
    month = models.IntegerField()
    window_days = models.IntegerField()
    currency = models.CharField(max_length=3)
    lost_minor = models.BigIntegerField()
    inactive_minor = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.month} ({self.window_days}) {self.currency}"

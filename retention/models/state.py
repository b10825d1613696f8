"""What has become stale, and how far the roll-ups are."""

from django.db import models


class StaleMark(models.Model):
    """Purchases of a customer on a day have changed; written in their own transaction.

    `day` None: the customer as a whole. `customer_id` None: guests of the day. Marks are only
    ever added and removed, never merged: each transaction brings its own, so that a refresh
    cannot clear a mark whose purchases it does not see yet.
    """

    customer_id = models.BigIntegerField(null=True)
    day = models.IntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.day}"


class RollupState(models.Model):
    """The one row (pk 1) that whoever refreshes locks.

    `version` grows with each change of any figure. `refreshed_at` is when the roll-ups last
    agreed with all purchases then committed. `all_stale`: only a full rebuild helps.
    `net_through` is the last month that `MonthNet` covers, 0 for none. `work_total` is how many
    marks the job at work began with, 0 where none is.
    """

    version = models.BigIntegerField(default=0)
    refreshed_at = models.DateTimeField(null=True)
    all_stale = models.BooleanField(default=False)
    net_through = models.IntegerField(default=0)
    work_total = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="retention_state_is_one"),
        ]

    def __str__(self) -> str:
        return str(self.version)

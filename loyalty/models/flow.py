from django.db import models

from loyalty.models.programme import Programme


class MonthFlow(models.Model):
    """Units that moved from one bucket to another in a civil month of the shop's zone: a roll-up
    of the transfers up to `FlowMark.summed`. `month` is `core.clock.month_number`."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="+", db_index=False)
    month = models.IntegerField()
    source = models.CharField(max_length=12)
    target = models.CharField(max_length=12)
    units = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "month", "source", "target"], name="loyalty_month_flow_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.units} {self.source} to {self.target}"


class FlowMark(models.Model):
    """How far the roll-up has come: it holds the transfers with ids up to `summed`. `seen` was the
    newest id at `seen_at`: it becomes `summed` once all that began before it have surely ended.
    One row."""

    summed = models.BigIntegerField(default=0)
    seen = models.BigIntegerField(default=0)
    seen_at = models.DateTimeField(null=True)
    zone = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="loyalty_one_flow_mark"),
        ]

    def __str__(self) -> str:
        return f"up to {self.summed}"

from django.db import models

from loyalty.models.account import Operation
from loyalty.models.earning import EarningRule


class RuleUse(models.Model):
    """What a rule added to what an order earned, below zero where it took: the units less
    what they would have been without it (`loyalty.rules.earning.gains`)."""

    operation = models.ForeignKey(
        Operation, models.PROTECT, related_name="rule_uses", db_index=False
    )
    rule = models.ForeignKey(EarningRule, models.PROTECT, related_name="uses")
    units = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["operation", "rule"], name="loyalty_rule_use_once"),
        ]

    def __str__(self) -> str:
        return f"{self.units} by rule {self.rule_id}"

"""Earning rules in the registries."""

from core import privacy
from core.demo import left_empty
from core.guards import append_only_tables
from loyalty import models

append_only_tables.register("loyalty_ruleversion", "loyalty_ruleversion")
privacy.register(models.EarningRule, owner=None, impersonal=["kind"])
privacy.register(
    models.RuleVersion,
    owner=None,
    impersonal=[
        *("made_at", "event", "category", "product", "tier", "first_day", "last_day", "period"),
    ],
)
privacy.register(models.CapCount, owner="account__customer", impersonal=["window"])
privacy.register(models.EventReward, owner="account__customer", impersonal=["at", "clear_at"])
left_empty.register("loyalty.EventReward", "filled as customers do what the shop rewards")

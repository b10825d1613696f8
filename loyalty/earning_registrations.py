"""Earning rules in the registries."""

from accounts import policy
from core import privacy
from core.guards import append_only_tables
from core.jobs import due_jobs
from customers.observers import customer_observers
from loyalty import models
from loyalty.services.event_rewards import BIRTHDAY_JOB, reward_signup
from loyalty.services.friend_rewards import FRIEND_JOB
from loyalty.services.visit_rewards import VISIT_JOB

due_jobs.register("reward-birthdays", BIRTHDAY_JOB)
due_jobs.register("reward-visits", VISIT_JOB)
due_jobs.register("reward-friends", FRIEND_JOB)
customer_observers.register("loyalty", reward_signup)
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

policy.register("loyalty:rule_kinds", read=policy.MARKETING_UP)
policy.register(
    "loyalty:rule_new",
    "loyalty:rule_edit",
    read=policy.MARKETING_UP,
    write=policy.MARKETING_UP,
)
policy.register("loyalty:rule_on", "loyalty:rule_off", write=policy.MARKETING_UP)

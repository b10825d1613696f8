"""Rewards in the registries."""

from core import privacy
from core.demo import demo_parts
from customers.merging import OnMerge, register
from loyalty import models, reward_demo

privacy.register(
    models.Reward,
    owner=None,
    impersonal=[
        *("names", "descriptions", "limit_period", "starts_on", "ends_on"),
        *("created_at", "archived_at"),
    ],
)
privacy.register(models.RewardPicture, owner=None, impersonal=["content", "mark"])
privacy.register(
    models.RewardClaim,
    owner="account__customer",
    impersonal=["state", "period", "claimed_at", "changed_at"],
)
privacy.register(models.SavingGoal, owner="customer", delete_row=True)
register("loyalty.SavingGoal", "customer", OnMerge.MOVE_OR_DROP)
demo_parts.register("rewards", reward_demo.PART)

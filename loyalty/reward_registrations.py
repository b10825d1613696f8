"""Rewards in the registries."""

from django.utils.translation import gettext_lazy as _

from accounts import policy
from core import privacy
from core.demo import demo_parts
from core.navigation import Link
from customers.merging import OnMerge, register
from customers.panels import SidePanel, side_panels
from loyalty import models, reward_demo, reward_panel
from loyalty.tabs import loyalty_tabs

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

policy.register("loyalty:rewards", "loyalty:reward_picture", "loyalty:shelf", read=policy.EVERYONE)
policy.register("loyalty:claims", read=policy.EVERYONE)
policy.register(
    "loyalty:reward_new",
    "loyalty:reward_edit",
    read=policy.MARKETING_UP,
    write=policy.MARKETING_UP,
)
policy.register("loyalty:reward_archive", "loyalty:reward_restore", write=policy.MARKETING_UP)
policy.register(
    "loyalty:reward_claim",
    "loyalty:saving_goal",
    "loyalty:claim_ready",
    "loyalty:claim_hand_over",
    "loyalty:claim_take_back",
    "loyalty:claim_cancel",
    write=policy.SUPPORT_UP,
)
PAGES = ("loyalty:rewards", "loyalty:reward_new", "loyalty:reward_edit", "loyalty:claims")
loyalty_tabs.register("rewards", Link(_("Rewards"), "loyalty:rewards", "gift", 30, sections=PAGES))
side_panels.register("rewards", SidePanel(25, "loyalty/_panel_rewards.html", reward_panel.rewards))

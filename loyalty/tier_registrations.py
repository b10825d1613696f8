"""What tiers put into the registries."""

from core import privacy
from core.demo import demo_parts, left_empty
from core.guards import append_only_tables
from core.jobs import due_jobs
from customers.merging import OnMerge
from customers.merging import register as register_merge
from customers.observers import purchase_observers
from loyalty import models, tier_demo
from loyalty.services.marking import MEMBER_JOB_KEY, mark_members
from loyalty.services.tiers import TIER_JOB

due_jobs.register(MEMBER_JOB_KEY, TIER_JOB)
purchase_observers.register("members", mark_members)
append_only_tables.register("loyalty_tierchange", "loyalty_tierchange")

register_merge("loyalty.TierStanding", "customer", OnMerge.DERIVE)
register_merge("loyalty.TierGift", "customer", OnMerge.MOVE)
register_merge("loyalty.MemberMark", "customer", OnMerge.DERIVE)
privacy.register(
    models.TierScheme,
    owner=None,
    impersonal=["since", "basis", "window", "downgrade"],
)
privacy.register(models.Tier, owner=None, impersonal=["key", "name", "perks"])
privacy.register(models.TierGift, owner="customer", delete_row=True)
privacy.register(models.TierStanding, owner="customer", delete_row=True)
privacy.register(models.MemberMark, owner="customer", delete_row=True)
privacy.register(
    models.TierChange,
    owner="account__customer",
    impersonal=[
        *("before", "after", "before_name", "after_name", "reason"),
        *("at", "recorded_at"),
    ],
)
demo_parts.register("tiers", tier_demo.PART)
left_empty.register("loyalty.MemberMark", "taken away as soon as the purchases are looked at")

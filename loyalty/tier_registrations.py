"""What tiers put into the registries."""

from django.utils.translation import gettext_lazy as _

from accounts import policy
from core import privacy
from core.demo import demo_parts, left_empty
from core.guards import append_only_tables
from core.jobs import due_jobs
from core.navigation import Link
from customers.merging import OnMerge
from customers.merging import register as register_merge
from customers.observers import purchase_observers
from customers.panels import FigureTile, SidePanel, figure_tiles, side_panels
from customers.timeline import TimelineSource, timeline_sources
from loyalty import models, tier_demo, tier_panels
from loyalty.services.marking import MEMBER_JOB_KEY, mark_members
from loyalty.services.members import MEMBER_JOB
from loyalty.tabs import loyalty_tabs

due_jobs.register(MEMBER_JOB_KEY, MEMBER_JOB)
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

policy.register("loyalty:tiers", "loyalty:tier", read=policy.EVERYONE)
policy.register("loyalty:tiers_edit", read=policy.MARKETING_UP, write=policy.MARKETING_UP)
policy.register("loyalty:tier_give", "loyalty:tier_take_back", write=policy.MANAGERS)
TIERS = ("loyalty:tiers", "loyalty:tiers_edit")
loyalty_tabs.register("tiers", Link(_("Tiers"), "loyalty:tiers", "award", 20, sections=TIERS))
figure_tiles.register("tier", FigureTile(31, tier_panels.figure))
side_panels.register("tier", SidePanel(15, "loyalty/_panel_tier.html", tier_panels.panel))
timeline_sources.register(
    tier_panels.SOURCE,
    TimelineSource(
        key=tier_panels.SOURCE,
        kind="status",
        label=_("Tiers and badges"),
        order=10,
        fetch=tier_panels.changes,
    ),
)

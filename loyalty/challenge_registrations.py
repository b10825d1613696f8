"""What challenges and badges put into the registries."""

from django.utils.translation import gettext_lazy as _

from accounts import policy
from core import privacy
from core.demo import demo_parts
from core.navigation import Link
from customers.merging import OnMerge
from customers.merging import register as register_merge
from customers.panels import SidePanel, side_panels
from customers.timeline import TimelineSource, timeline_sources
from loyalty import challenge_demo, challenge_panels, models
from loyalty.tabs import loyalty_tabs

register_merge("loyalty.BadgeHolding", "customer", OnMerge.MOVE_OR_DROP, "badge")
register_merge("loyalty.ChallengeProgress", "customer", OnMerge.DERIVE)
privacy.register(models.Badge, owner=None, impersonal=["name", "icon"])
privacy.register(models.BadgeHolding, owner="customer", delete_row=True)
privacy.register(
    models.Challenge,
    owner=None,
    impersonal=[
        *("name", "kind", "every", "category", "first_day", "last_day", "repeats", "stopped_at"),
    ],
)
privacy.register(models.ChallengeProgress, owner="customer", delete_row=True)
privacy.register(
    models.ChallengeFinish,
    owner="account__customer",
    impersonal=["period", "at", "taken_back_at"],
)
demo_parts.register("challenges", challenge_demo.PART)

policy.register("loyalty:challenges", "loyalty:challenge", read=policy.EVERYONE)
policy.register(
    "loyalty:challenge_new",
    "loyalty:challenge_edit",
    read=policy.MARKETING_UP,
    write=policy.MARKETING_UP,
)
policy.register("loyalty:challenge_stop", write=policy.MARKETING_UP)
policy.register("loyalty:badges", read=policy.EVERYONE, write=policy.MARKETING_UP)
policy.register("loyalty:badge_give", write=policy.SUPPORT_UP)
PAGES = (
    *("loyalty:challenges", "loyalty:challenge", "loyalty:challenge_new"),
    *("loyalty:challenge_edit", "loyalty:badges", "loyalty:leaderboard"),
)
loyalty_tabs.register(
    "challenges", Link(_("Challenges"), "loyalty:challenges", "trophy", 30, sections=PAGES)
)
side_panels.register(
    "challenges", SidePanel(16, "loyalty/_panel_challenges.html", challenge_panels.panel)
)
for source, fetch in (
    (challenge_panels.FINISHES, challenge_panels.finishes),
    (challenge_panels.BADGES, challenge_panels.badges),
):
    timeline_sources.register(
        source,
        TimelineSource(
            key=source, kind="status", label=_("Tiers and badges"), order=10, fetch=fetch
        ),
    )

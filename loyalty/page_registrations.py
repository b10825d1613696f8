"""Loyalty's pages in the registries: policy, navigation, the customer's page."""

from django.utils.translation import gettext_lazy as _

from accounts import policy
from core.navigation import Link, rail
from customers.panels import FigureTile, figure_tiles
from customers.timeline import TimelineSource, timeline_sources
from loyalty import panels, timeline
from loyalty.tabs import loyalty_tabs

policy.register("loyalty:points", "loyalty:programme", read=policy.EVERYONE)
policy.register(
    "loyalty:points_redeem",
    "loyalty:points_adjust",
    "loyalty:redemption_reverse",
    write=policy.SUPPORT_UP,
)
policy.register("loyalty:programme_edit", read=policy.MARKETING_UP, write=policy.MARKETING_UP)
policy.register(
    *("loyalty:cashback_new", "loyalty:cashback_edit"),
    read=policy.MARKETING_UP,
    write=policy.MARKETING_UP,
)
policy.register(
    *("loyalty:programme_example", "loyalty:cashback_example"),
    *("loyalty:programme_on", "loyalty:programme_off"),
    write=policy.MARKETING_UP,
)

rail.register(
    "loyalty",
    Link(
        *(_("Loyalty"), "loyalty:programme", "gift", 50),
        sections=("loyalty:",),
        key="l",
        neighbours=loyalty_tabs,
    ),
)
EARNING = (
    *("loyalty:programme", "loyalty:programme_edit"),
    *("loyalty:cashback_new", "loyalty:cashback_edit"),
    *("loyalty:telling_edit", "loyalty:told"),
    *("loyalty:rule_kinds", "loyalty:rule_new", "loyalty:rule_edit"),
)
loyalty_tabs.register(
    "earning", Link(_("Earning"), "loyalty:programme", "coin", 10, sections=EARNING)
)
figure_tiles.register("points", FigureTile(30, panels.points))
figure_tiles.register("cashback", FigureTile(31, panels.cashback))
timeline_sources.register(
    timeline.SOURCE,
    TimelineSource(
        key=timeline.SOURCE,
        kind="points",
        label=_("Points"),
        order=8,
        fetch=timeline.operations,
    ),
)

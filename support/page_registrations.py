"""The pages of the desk in the registries. What customers ask for is none of marketing's business:
a marketer may not open them."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import policy
from core.demo import demo_parts
from core.navigation import Link, rail
from customers.panels import (
    DayPanel,
    InteractionPiece,
    SidePanel,
    day_panels,
    interaction_pieces,
    side_panels,
)
from customers.search import SearchSource, search_sources
from customers.timeline import TimelineSource, timeline_sources
from support import (
    panels,
    segments,  # noqa: F401  (registers the fields)
    timeline,
)
from support.case_list import waiting_cases
from support.case_search import find_cases
from support.demo import PART

policy.register("support:case", "support:cases", read=policy.SUPPORT_UP)
policy.register(
    "support:case_edit", "support:case_new", read=policy.SUPPORT_UP, write=policy.SUPPORT_UP
)
policy.register(
    *("support:case_log", "support:case_take", "support:case_assign", "support:case_wait"),
    *("support:case_resume", "support:case_promise", "support:case_resolve"),
    *("support:case_close", "support:case_reopen", "support:case_thanks"),
    *("support:case_join", "support:case_part"),
    write=policy.SUPPORT_UP,
)
rail.register(
    "cases",
    Link(
        pgettext_lazy("menu", "Complaints"),
        "support:cases",
        "exclamation-circle",
        40,
        sections=("support:",),
        key="p",
        waiting=waiting_cases,
    ),
)
side_panels.register("cases", SidePanel(12, "support/_panel_cases.html", panels.customer_cases))
day_panels.register("cases", DayPanel(4, "support/_day_cases.html", panels.cases_today))
interaction_pieces.register(
    "case", InteractionPiece(20, "support/_case_piece.html", panels.case_of)
)
timeline_sources.register(
    timeline.SOURCE,
    TimelineSource(
        key=timeline.SOURCE,
        kind="cases",
        label=_("Cases"),
        order=14,
        fetch=timeline.cases,
        open=timeline.open_case,
    ),
)
search_sources.register("cases", SearchSource(_("Cases"), "exclamation-circle", find_cases))
demo_parts.register("cases", PART)

"""Who came back after the first purchase, as bars that open both lists."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.ui import rate, whole
from retention.pages.asked import Asked
from retention.pages.words import linked
from retention.rules.repeats import RepeatRate


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatBar:
    """One horizon: its rate, the people on both sides, and their lists; `sides` says both in
    words that open them."""

    label: str
    share: int
    value: str
    returned: str
    returned_href: str
    waiting: str
    waiting_href: str
    sides: SafeString
    customers: str


def bars(rates: Sequence[RepeatRate], asked: Asked) -> list[RepeatBar]:
    """In the order of the horizons; ever comes last."""
    rows = []
    for row in rates:
        days = "ever" if row.horizon is None else str(row.horizon)
        rows.append(
            RepeatBar(
                label=_label(row.horizon),
                share=round(row.rate or 0),
                value=rate(row.rate),
                returned=whole(row.returned),
                returned_href=asked.list("returned", days=days),
                waiting=whole(row.customers - row.returned),
                waiting_href=asked.list("not_returned", days=days),
                sides=_sides(row, asked, days),
                customers=whole(row.customers),
            )
        )
    return rows


def _label(horizon: int | None) -> str:
    if horizon is None:
        return _("ever")
    return ngettext("{days} day", "{days} days", horizon).format(days=horizon)


def _sides(row: RepeatRate, asked: Asked, days: str) -> SafeString:
    """'5 came back, 2 did not', each a link to its list."""
    waiting = row.customers - row.returned
    back = ngettext("{number} came back", "{number} came back", row.returned)
    gone = ngettext("{number} did not", "{number} did not", waiting)
    return format_html(
        "{}, {}",
        linked(back.format(number=whole(row.returned)), asked.list("returned", days=days)),
        linked(gone.format(number=whole(waiting)), asked.list("not_returned", days=days)),
    )

"""Where the customers of the start went, and who came: bars that open their lists."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.templatetags.ui import whole
from retention.pages.asked import Asked
from retention.reports import Figures


@dataclass(frozen=True, slots=True)
class Step:
    """One bar: `share` is its length in per cent of the longest, `count` the people."""

    name: str
    label: str
    count: int
    value: str
    share: int
    tone: str
    href: str


def steps(figures: Figures, asked: Asked) -> list[Step]:
    """Start = stayed + left; end = stayed + came back + new."""
    rows = [
        ("start", _("At the start"), figures.customers_at_start, ""),
        ("kept", _("Stayed"), figures.kept, "good"),
        ("lost", _("Left"), figures.lost, "bad"),
        ("reactivated", _("Came back"), figures.reactivated, "info"),
        ("new", _("New"), figures.new, "accent"),
        ("end", _("At the end"), figures.customers_at_end, ""),
    ]
    longest = max(1, *(count for _name, _label, count, _tone in rows))
    return [
        Step(name, label, count, whole(count), round(100 * count / longest), tone, asked.list(name))
        for name, label, count, tone in rows
    ]

"""Places on a leaderboard: who shares one, what a name shows, and of which days it is counted."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum


class Span(StrEnum):
    """Of which time it is counted."""

    MONTH = "month"
    QUARTER = "quarter"
    ALL = "all"


# What the period of all the time is called: before any purchase.
ALWAYS = date(1900, 1, 1)


def span_start(span: Span, day: date) -> date:
    """The first day of the period that the day belongs to."""
    if span is Span.ALL:
        return ALWAYS
    if span is Span.QUARTER:
        return day.replace(month=day.month - (day.month - 1) % 3, day=1)
    return day.replace(day=1)


def places(values: Sequence[int]) -> list[int]:
    """The places of values that come greatest first: equal ones share a place, and as many places
    after it stay empty (1, 2, 2, 4)."""
    found: list[int] = []
    for number, value in enumerate(values):
        ties = number > 0 and values[number - 1] == value
        found.append(found[-1] if ties else number + 1)
    return found


def public_name(first: str, last: str) -> str:
    """The first of the first names and the initial of the last name, nothing more: 'Anna N.'; ""
    where neither is known. What looks like an address is no name."""
    names, family = first.split(), last.strip()
    shown = names[0] if names and "@" not in names[0] else ""
    initial = f"{family[0].upper()}." if family[:1].isalpha() else ""
    return f"{shown} {initial}".strip()

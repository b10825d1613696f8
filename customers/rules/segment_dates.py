"""Relative dates of the segment language, turned into ranges of civil days.

Today counts: "in the last 30 days" is today and the 30 days before it, so that it and "more
than 30 days ago" leave no day out and share none.
"""

from calendar import isleap, monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Days:
    """Civil days from `first` to `last`, both included; None means open."""

    first: date | None
    last: date | None


def day_range(operator: str, value: Any, today: date) -> Days:
    """The days that a date operator names, seen from `today`. Clamped to what dates can hold."""
    day = timedelta(days=1)
    if operator == "in_last":
        return Days(_back(today, value), today)
    if operator == "more_than_ago":
        return Days(None, _back(today, value + 1))
    if operator == "in_next":
        return Days(today, _ahead(today, value))
    if operator == "this_month":
        return Days(today.replace(day=1), today.replace(day=_month_length(today)))
    if operator == "between":
        return Days(*value)
    if operator == "before":
        return Days(None, max(value, date.min + day) - day)
    if operator == "after":
        return Days(min(value, date.max - day) + day, None)
    return Days(value, value)


def _month_length(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def _back(today: date, days: int) -> date:
    return date.fromordinal(max(today.toordinal() - days, 1))


def _ahead(today: date, days: int) -> date:
    return date.fromordinal(min(today.toordinal() + days, date.max.toordinal()))


@dataclass(frozen=True, slots=True)
class MonthDays:
    """Days of one month of any year, both ends included."""

    month: int
    first: int
    last: int


def coming_days(today: date, days: int) -> list[MonthDays]:
    """The days of the year that come in the next `days` days, today included, month by month.

    29 February is kept on 28 February in years that lack it. From a year on, all days.
    """
    if days >= 365:
        return [MonthDays(month, 1, 31) for month in range(1, 13)]
    last = _ahead(today, days)
    parts, day = [], today
    while day <= last:
        end = min(day.replace(day=_month_length(day)), last)
        parts.append(_month_part(day, end))
        if end == last:
            break
        day = end + timedelta(days=1)
    return parts


def _month_part(first: date, last: date) -> MonthDays:
    leapless = first.month == 2 and last.day == 28 and not isleap(first.year)
    return MonthDays(first.month, first.day, 29 if leapless else last.day)


def born_until(today: date, age: int) -> int:
    """The latest birthday, as year * 10000 + month * 100 + day, of those at least `age` years old.

    Who was born on 29 February is a year older on 28 February in years that lack it.
    """
    day = today.day
    if (today.month, today.day) == (2, 28) and not isleap(today.year):
        day = 29
    return (today.year - age) * 10_000 + today.month * 100 + day

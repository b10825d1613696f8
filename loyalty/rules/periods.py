"""Periods in which a limit counts: days, months and years of the calendar, or for ever."""

from datetime import date
from enum import StrEnum


class Period(StrEnum):
    """How long a limit holds before it counts anew."""

    EVER = "ever"
    YEAR = "year"
    MONTH = "month"
    DAY = "day"


_WIDTHS = {Period.EVER: 0, Period.YEAR: 4, Period.MONTH: 7, Period.DAY: 10}


def period_of(period: Period, day: date) -> str:
    """The name of the period that a civil day is in: '', '2026', '2026-11', '2026-11-22'."""
    return day.isoformat()[: _WIDTHS[period]]


def first_free(taken: set[int]) -> int:
    """The lowest number from 1 that is not taken: {1, 3} -> 2."""
    return next(number for number in range(1, len(taken) + 2) if number not in taken)

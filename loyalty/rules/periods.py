"""Periods in which a limit counts: those of rewards, of coupons, and of rules of earning."""

from datetime import date, timedelta
from enum import StrEnum


class Period(StrEnum):
    """How long a limit holds before it counts anew: civil days, ISO 8601's weeks, months and years
    of the shop; any so many days in a row; or for ever."""

    EVER = "ever"
    YEAR = "year"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"
    DAYS = "days"


def period_of(period: Period, day: date) -> str:
    """The name of the period of the calendar that a civil day is in: '' for ever, '2026',
    '2026-11', '2026-W47', '2026-11-22'."""
    assert period is not Period.DAYS, "so many days in a row are no period of the calendar"
    if period is Period.EVER:
        return ""
    if period is Period.WEEK:
        year, week, _day = day.isocalendar()
        return f"{year}-W{week:02}"
    return day.isoformat()[: {Period.YEAR: 4, Period.MONTH: 7, Period.DAY: 10}[period]]


def begins_on(period: Period, day: date) -> date:
    """The first day of the period of the calendar that a civil day is in; the first of all for
    ever, and for so many days in a row, which have no place in the calendar."""
    if period is Period.YEAR:
        return day.replace(month=1, day=1)
    if period is Period.MONTH:
        return day.replace(day=1)
    if period is Period.WEEK:
        return day - timedelta(days=day.weekday())
    return day if period is Period.DAY else date.min


def first_free(taken: set[int]) -> int:
    """The lowest number from 1 that is not taken: {1, 3} -> 2."""
    return next(number for number in range(1, len(taken) + 2) if number not in taken)

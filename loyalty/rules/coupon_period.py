"""The periods in which a coupon's uses are counted: civil, of the shop's zone."""

from datetime import date
from enum import StrEnum


class Per(StrEnum):
    """For how long a limit holds before it begins anew."""

    EVER = "ever"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


def period_key(per: Per, day: date) -> str:
    """The period that a civil day belongs to; weeks are ISO 8601's: 'ever', '2026-11-22',
    '2026-W47', '2026-11', '2026'."""
    if per is Per.EVER:
        return "ever"
    if per is Per.WEEK:
        year, week, _day = day.isocalendar()
        return f"{year}-W{week:02}"
    if per is Per.DAY:
        return day.isoformat()
    return f"{day:%Y-%m}" if per is Per.MONTH else f"{day.year:04}"

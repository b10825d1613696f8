"""Days that come again each year: which exist, when they come next, how old somebody turns.

A birthday may lack its year, never its day or month. 29 February exists without a year, and in
leap years; in other years it is kept on 28 February, as `core.clock.add_years` does.
"""

from calendar import isleap
from dataclasses import dataclass
from datetime import date

FIRST_YEAR = 1900
# Any leap year: a day without a year may be 29 February.
_LEAP = 2000


@dataclass(frozen=True, slots=True)
class YearlyDay:
    """A day of the year, and the year it all began where that is known."""

    month: int
    day: int
    year: int | None = None


def exists(yearly: YearlyDay) -> bool:
    """Whether the calendar has the day: 31 April never, 29 February 2001 not, 29 February
    without a year yes."""
    try:
        date(_LEAP if yearly.year is None else yearly.year, yearly.month, yearly.day)
    except (ValueError, OverflowError):
        return False
    return True


def is_past(yearly: YearlyDay, today: date) -> bool:
    """Whether the first such day has been: one with a year may not lie ahead of `today`."""
    return yearly.year is None or date(yearly.year, yearly.month, yearly.day) <= today


def in_year(yearly: YearlyDay, year: int) -> date:
    """The civil date on which the day is kept in a year."""
    if (yearly.month, yearly.day) == (2, 29) and not isleap(year):
        return date(year, 2, 28)
    return date(year, yearly.month, yearly.day)


def next_on(yearly: YearlyDay, today: date) -> date:
    """The next date on which the day is kept, `today` included."""
    this_year = in_year(yearly, today.year)
    return this_year if this_year >= today else in_year(yearly, today.year + 1)


def years_on(yearly: YearlyDay, day: date) -> int | None:
    """How many whole years have passed by the civil date; None where the year is unknown."""
    if yearly.year is None:
        return None
    return day.year - yearly.year - (day < in_year(yearly, day.year))

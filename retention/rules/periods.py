"""Periods of civil days, half-open, and the period that one is compared with."""

from dataclasses import dataclass
from datetime import date, timedelta

# The last day that the calendar knows, 9999-12-31.
LAST_DAY = date.max.toordinal()


def month_of_day(day: int) -> int:
    """The number of the month in which an ordinal lies; later days count as the last one."""
    found = date.fromordinal(min(day, LAST_DAY))
    return found.year * 12 + found.month - 1


def first_day(month: int) -> int:
    """The ordinal of a month's first day; after December 9999 the day after the calendar."""
    return LAST_DAY + 1 if month >= 120_000 else _month_start(month).toordinal()


def month_of(number: int) -> "Period":
    """The calendar month with the number year * 12 + month - 1."""
    return Period(_month_start(number), _month_start(number + 1))


def _month_start(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """The days [start, end) in the shop's zone; `end` is the first day after."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError("a period ends after it starts")

    @property
    def first(self) -> int:
        """Ordinal of the first day."""
        return self.start.toordinal()

    @property
    def after(self) -> int:
        """Ordinal of the first day after."""
        return self.end.toordinal()

    @property
    def days(self) -> int:
        """Length in civil days."""
        return self.after - self.first

    @property
    def months(self) -> range | None:
        """Numbers of the calendar months that it consists of; None where it cuts one."""
        if self.start.day != 1 or self.end.day != 1:
            return None
        return range(
            self.start.year * 12 + self.start.month - 1, self.end.year * 12 + self.end.month - 1
        )

    @property
    def month(self) -> int | None:
        """The number of the one calendar month that it is, else None."""
        months = self.months
        return months[0] if months is not None and len(months) == 1 else None

    def previous(self) -> "Period | None":
        """The period before: as many calendar months, or as many days; None before year 1.

        March 2011 -> February 2011; 2011-03-10 to 2011-03-20 -> 2011-02-28 to 2011-03-10.
        """
        try:
            if self.months is not None:
                return Period(_month_start(self.months[0] - len(self.months)), self.start)
            return Period(self.start - timedelta(days=self.days), self.start)
        except (ValueError, OverflowError):
            return None

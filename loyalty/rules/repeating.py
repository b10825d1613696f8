"""Challenges that come again: which repetition a day belongs to, and how many were reached running.

Repetitions are calendar weeks from Monday, months or quarters, cut to the challenge's own days, so
that the first and the last one may be shorter. A repetition is named by its first day.
"""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from loyalty.rules.challenges import Every, period_of

DAY = timedelta(days=1)


class Repeats(StrEnum):
    """How often a challenge comes again."""

    NEVER = ""
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True)
class Repetition:
    """Days from `first` to `last`, both included; `last` None: without an end."""

    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class Course:
    """The days of a challenge and how often it comes again within them."""

    first: date
    last: date | None
    repeats: Repeats = Repeats.NEVER

    def at(self, day: date) -> Repetition | None:
        """The repetition of the day; None outside of the challenge's days."""
        if day < self.first or (self.last is not None and day > self.last):
            return None
        if self.repeats is Repeats.NEVER:
            return Repetition(self.first, self.last)
        start = _start_of(day, self.repeats)
        end = _start_of(start + _LONGER[self.repeats], self.repeats) - DAY
        return Repetition(max(start, self.first), min(end, self.last or end))

    def before(self, repetition: Repetition) -> Repetition | None:
        """The repetition before; None before the first one."""
        return self.at(repetition.first - DAY)

    def near(self, day: date) -> Repetition:
        """The repetition of the day; before the challenge its first one, after it its last one."""
        found = self.at(max(self.first, min(day, self.last or day)))
        assert found is not None
        return found


# From a repetition's first day, some day of the next one.
_LONGER = {
    Repeats.WEEK: timedelta(days=7),
    Repeats.MONTH: timedelta(days=31),
    Repeats.QUARTER: timedelta(days=92),
}


def month_end(day: date) -> date:
    """The last day of the day's month."""
    return _start_of(day.replace(day=1) + _LONGER[Repeats.MONTH], Repeats.MONTH) - DAY


def _start_of(day: date, repeats: Repeats) -> date:
    if repeats is Repeats.WEEK:
        return day - timedelta(days=day.weekday())
    if repeats is Repeats.QUARTER:
        return day.replace(month=day.month - (day.month - 1) % 3, day=1)
    return day.replace(day=1)


def running(course: Course, reached: Set[date], today: date) -> int:
    """How many repetitions running were reached, up to the present one, which may still be open."""
    here: Repetition | None = course.near(today)
    if here and here.first not in reached and here.last is not None and today <= here.last:
        here = course.before(here)
    count = 0
    while here and here.first in reached:
        count += 1
        here = course.before(here)
    return count


# How many weeks (from Monday) and months every whole repetition touches at least: a February of
# 28 days that begins on a Monday, and 90 days of a first quarter.
_FEWEST = {
    Repeats.WEEK: {Every.WEEK: 1, Every.MONTH: 1},
    Repeats.MONTH: {Every.WEEK: 4, Every.MONTH: 1},
    Repeats.QUARTER: {Every.WEEK: 13, Every.MONTH: 3},
}


def longest_streak(course: Course, every: Every) -> int | None:
    """The longest run of weeks or months that each repetition has room for; None: any."""
    if course.repeats is not Repeats.NEVER:
        return _FEWEST[course.repeats][every]
    if course.last is None:
        return None
    return period_of(course.last, every) - period_of(course.first, every) + 1

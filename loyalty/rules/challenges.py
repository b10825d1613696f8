"""Challenges: how far somebody is, from what they bought within its days.

Only purchases count, less what was given back of them, on their own dates: the order in which they
arrived changes nothing. See docs/algorithms/challenges.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Kind(StrEnum):
    """So many purchases, so much money, or a purchase in so many weeks or months running."""

    COUNT = "count"
    SUM = "sum"
    STREAK = "streak"


class Every(StrEnum):
    """What a streak is made of: weeks from Monday, or calendar months."""

    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be done, within which local days, both included."""

    kind: Kind
    target: int
    first: date
    last: date
    every: Every = Every.WEEK


@dataclass(frozen=True, slots=True)
class Buy:
    """A purchase: when, on which local day, and what of it counts after refunds."""

    at: datetime
    pk: int
    day: date
    value: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far; `done_at` is the instant of the purchase that reached the target."""

    value: int
    done_at: datetime | None = None


def progress(task: Task, bought: Iterable[Buy]) -> Progress:
    """How far these purchases bring the task. Those that count for nothing are left out."""
    inside = [one for one in bought if one.value > 0 and task.first <= one.day <= task.last]
    inside.sort(key=lambda one: (one.at, one.pk))
    if task.kind is Kind.STREAK:
        return _streak(task, inside)
    value, done_at = 0, None
    for one in inside:
        value += one.value if task.kind is Kind.SUM else 1
        if done_at is None and value >= task.target:
            done_at = one.at
    return Progress(value, done_at)


def period_of(day: date, every: Every) -> int:
    """The number of the day's week or month; the next one's is one more."""
    if every is Every.MONTH:
        return day.year * 12 + day.month
    return (day.toordinal() - 1) // 7


def _streak(task: Task, inside: Iterable[Buy]) -> Progress:
    """The longest run of weeks or months with a purchase in each."""
    best, run, last, done_at = 0, 0, -1, None
    for one in inside:
        period = period_of(one.day, task.every)
        if period != last:
            run = run + 1 if period == last + 1 and run else 1
            last = period
        best = max(best, run)
        if done_at is None and best >= task.target:
            done_at = one.at
    return Progress(best, done_at)

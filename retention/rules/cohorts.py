"""Cohorts: what has happened yet, and the mean of unequal cohorts."""

from collections.abc import Iterable
from datetime import date


def has_begun(*, month: int, last_day: int) -> bool:
    """Whether the month begins on or before the day of the shop's last valid purchase.

    The data's end decides, not the clock: a month that the data do not reach is unknown, not 0.
    """
    return date(month // 12, month % 12 + 1, 1).toordinal() <= last_day


def is_complete(*, month: int, last_day: int) -> bool:
    """Whether the data reach the month's last day."""
    return date((month + 1) // 12, (month + 1) % 12 + 1, 1).toordinal() - 1 <= last_day


def weighted_mean(cells: Iterable[tuple[int, int]]) -> float | None:
    """Sum of the active / sum of the sizes, per cent, over (active, size) of complete cells.

    A plain mean of the rates would let a cohort of 3 outweigh one of 800. None without cells.
    """
    pairs = list(cells)
    size = sum(size for _active, size in pairs)
    return 100 * sum(active for active, _size in pairs) / size if size else None

"""Paying a part of a purchase with units, and what of it goes back when its money does.

**Source:** ours (docs/algorithms/points.md): what is back is a function of all the money that went
back, so that how refunds are split changes nothing.
"""

from collections.abc import Iterable
from typing import TypeVar

Lot = TypeVar("Lot")


def units_for(minor: int, worth_per_hundred: int) -> int:
    """The fewest units that are worth so much money: 5.00 at 3.00 a hundred takes 167."""
    return -(-minor * 100 // worth_per_hundred)


def due_back(units: int, gross_minor: int, kept_minor: int) -> int:
    """How many of the units that paid a part of `gross_minor` are the customer's again when the
    shop keeps so much of the money: the same share as of the money, a fraction rounded down, all
    when nothing is kept."""
    gone = gross_minor - max(0, min(kept_minor, gross_minor))
    return units * gone // gross_minor


def still_spent(moves: Iterable[tuple[Lot, int]]) -> list[tuple[Lot, int]]:
    """What is still spent after these moves, in their order: so many units of a lot (above zero),
    or so many given back (below zero), which undo what was spent last."""
    stack: list[tuple[Lot, int]] = []
    for lot, units in moves:
        if units > 0:
            stack.append((lot, units))
        else:
            last_spent(stack, -units)
    return stack


def last_spent(stack: list[tuple[Lot, int]], units: int) -> list[tuple[Lot, int]]:
    """Take so many units off the end of what was spent; the lots they were of, last spent first."""
    parts: list[tuple[Lot, int]] = []
    while units and stack:
        lot, spent = stack.pop()
        part = min(spent, units)
        parts.append((lot, part))
        units -= part
        if spent > part:
            stack.append((lot, spent - part))
    return parts

"""What an order earns, from terms that are frozen with it: refunds never ask today's rules.

**Source:** largest remainder (Hamilton's method) spreads a whole over lines; exact fractions and
one rounding for each order are ours (docs/algorithms/points.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import floor

ZERO, WHOLE = Fraction(0), Fraction(1)


class Rounding(StrEnum):
    """How a fraction of a unit is rounded, once for each order."""

    FLOOR = "floor"
    HALF_UP = "half_up"
    HALF_EVEN = "half_even"


def rounded(value: Fraction, rounding: Rounding) -> int:
    """A fraction as a whole number; values here are never negative."""
    if rounding is Rounding.FLOOR:
        return floor(value)
    if rounding is Rounding.HALF_EVEN:
        return round(value)
    return floor(value + Fraction(1, 2))


@dataclass(frozen=True, slots=True)
class LineTerms:
    """One line: what counts of it, in minor units, and units earned for each minor unit."""

    basis_minor: int
    rate: Fraction


@dataclass(frozen=True, slots=True)
class Bonus:
    """Units on top, from a sum of the order on."""

    from_minor: int
    units: int


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything an award depends on. `most` caps it; None: no cap. `rules` names those that had a
    say, as (id, version)."""

    lines: tuple[LineTerms, ...]
    rounding: Rounding = Rounding.FLOOR
    bonuses: tuple[Bonus, ...] = ()
    most: int | None = None
    rules: tuple[tuple[int, int], ...] = ()

    @property
    def basis_minor(self) -> int:
        """What counts of the whole order, in minor units."""
        return sum(line.basis_minor for line in self.lines)


def earned(terms: Terms, kept: Fraction = WHOLE) -> int:
    """Units for the share of the order's money that was kept. Money that goes back goes out of all
    lines in proportion, as an exact fraction: so units never grow while more goes back, and two
    refunds take what one of the same sum takes."""
    exact = kept * sum((line.basis_minor * line.rate for line in terms.lines), ZERO)
    basis = kept * terms.basis_minor
    whole = rounded(exact, terms.rounding)
    whole += sum(bonus.units for bonus in terms.bonuses if basis >= bonus.from_minor > 0)
    return whole if terms.most is None else min(whole, terms.most)


def spread(terms: Terms, units: int) -> list[int]:
    """The order's units by line, in proportion to what each earned, by largest remainder."""
    return allocate(units, [line.basis_minor * line.rate for line in terms.lines])


def allocate(whole: int, weights: Sequence[Fraction]) -> list[int]:
    """Whole parts in proportion to the weights which add up to the whole; the largest remainders
    get one more, the first of equal ones first. All zero where no weight is above zero."""
    total = sum(weights, ZERO)
    if not total:
        return [0] * len(weights)
    exact = [whole * weight / total for weight in weights]
    parts = [floor(part) for part in exact]
    order = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in order[: whole - sum(parts)]:
        parts[place] += 1
    return parts

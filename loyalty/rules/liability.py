"""What units in customers' hands cost: breakage, expected cost, and revenue that waits for them.

**Source:** IFRS 15, paragraphs B39 to B47 (customer options for additional goods and unexercised
rights): a sale's price is shared between the goods and the units by stand-alone prices, and the
units' share becomes revenue as they are redeemed, in proportion to all that is expected to be. The
method is ours to state, not an accountant's advice (docs/algorithms/liability.md).
"""

from fractions import Fraction

NONE = Fraction(0)


def breakage(ended: int, lapsed: int) -> Fraction | None:
    """The share of units that lapsed unused, of all whose life has ended; None where none has."""
    return Fraction(lapsed, ended) if ended else None


def half_up(value: Fraction) -> int:
    """The nearest whole number, halves upwards; for values of zero and more."""
    return int(value + Fraction(1, 2))


def expected_cost(worth_minor: int, share_lapsing: Fraction | None) -> int:
    """What of the worth will be spent, in minor units; all of it where nothing is known."""
    return half_up(worth_minor * (1 - (share_lapsing or NONE)))


def allocated(paid_minor: int, units_price: Fraction) -> Fraction:
    """The share of a sale that belongs to its units, exactly, in minor units: what was paid,
    divided between the goods, whose own price it is, and the units by their own price."""
    whole = paid_minor + units_price
    return paid_minor * units_price / whole if whole else NONE


def recognised(share: Fraction, redeemed: int, expected: int) -> Fraction:
    """How much of the units' share has become revenue: as much of it as was redeemed of all that
    are expected to be, never more than all."""
    return share * min(Fraction(redeemed, expected), Fraction(1)) if expected else NONE

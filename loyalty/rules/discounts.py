"""What coupons take off a basket: the same whatever the order in which they were typed.

Of the codes that fit, the allowed set that takes most is used. It acts in one fixed order: percent
off some products, a sum off some products, percent off the order, a sum off the order, delivery.
Each takes of what the ones before it left, is rounded once, half up, and is spread over its lines
by largest remainder; nothing falls below zero.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from fractions import Fraction
from itertools import combinations

from loyalty.rules.award import Rounding, allocate, rounded

WHOLE_RATE = 10_000
MOST_CODES = 6


class Effect(IntEnum):
    """What an offer does, in the order in which offers act."""

    ITEM_PERCENT = 1
    ITEM_VALUE = 2
    ORDER_PERCENT = 3
    ORDER_VALUE = 4
    DELIVERY = 5
    GIFT = 6


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a basket in minor units, and the names (folded) that an offer may know it by."""

    amount_minor: int
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Basket:
    """What is bought, and what delivering it costs, in minor units."""

    lines: tuple[Line, ...]
    delivery_minor: int = 0

    @property
    def sum_minor(self) -> int:
        """The lines together, without delivery."""
        return sum(line.amount_minor for line in self.lines)


@dataclass(frozen=True, slots=True)
class Offer:
    """One code's effect. `rate` is in hundredths of a per cent; `value_minor` what a sum takes off,
    or what a gift is worth; `most_minor` caps a percentage (None: no cap). `item` names the lines
    it is for. At most `together` codes may be used with it, itself included, and one of each
    `group` ("": of no group)."""

    key: str
    effect: Effect
    rate: int = 0
    value_minor: int = 0
    most_minor: int | None = None
    item: str = ""
    group: str = ""
    together: int = 1

    @property
    def rank(self) -> tuple[int, int, int, str]:
        """Where it stands among others: by effect, the larger first."""
        return (self.effect, -self.rate, -self.value_minor, self.key)


@dataclass(frozen=True, slots=True)
class Taken:
    """What one offer takes off each line and off delivery; a gift takes nothing and is worth
    something."""

    key: str
    lines: tuple[int, ...]
    delivery_minor: int = 0
    gift_minor: int = 0
    is_gift: bool = False

    @property
    def minor(self) -> int:
        """Off lines and delivery together."""
        return sum(self.lines) + self.delivery_minor

    @property
    def cost_minor(self) -> int:
        """What it costs the shop: a gift's worth too."""
        return self.minor + self.gift_minor

    @property
    def does_something(self) -> bool:
        """Whether using the code would give the customer anything."""
        return self.minor > 0 or self.is_gift


@dataclass(frozen=True, slots=True)
class Priced:
    """A basket after its codes: what each that is used takes, and the keys of those left out."""

    basket: Basket
    taken: tuple[Taken, ...] = ()
    left_out: frozenset[str] = field(default_factory=frozenset)

    @property
    def discount_minor(self) -> int:
        """All that goes off, delivery too."""
        return sum(one.minor for one in self.taken)

    @property
    def line_discounts(self) -> tuple[int, ...]:
        """What goes off each line."""
        return tuple(
            sum(one.lines[place] for one in self.taken) for place in range(len(self.basket.lines))
        )

    @property
    def total_minor(self) -> int:
        """What is left to pay, delivery included."""
        return self.basket.sum_minor + self.basket.delivery_minor - self.discount_minor

    @property
    def worth(self) -> tuple[int, int, int]:
        """How good it is: by money, then by gifts, then by how few codes it uses up."""
        gifts = sum(one.is_gift for one in self.taken)
        return (sum(one.cost_minor for one in self.taken), gifts, -len(self.taken))


def price(basket: Basket, offers: Iterable[Offer]) -> Priced:
    """The best allowed use of the offers on the basket; the typed order plays no part."""
    ranked = sorted(offers, key=lambda offer: offer.rank)
    best = Priced(basket)
    for size in range(1, len(ranked) + 1):
        for some in combinations(ranked, size):
            if may_combine(some):
                tried = _apply(basket, some)
                best = max(best, tried, key=lambda priced: priced.worth)
    used = {one.key for one in best.taken}
    left = frozenset(offer.key for offer in ranked if offer.key not in used)
    return Priced(basket, best.taken, left)


def may_combine(offers: Sequence[Offer]) -> bool:
    """Whether these may be used in one order."""
    groups = [offer.group for offer in offers if offer.group]
    return len(groups) == len(set(groups)) and all(
        len(offers) <= offer.together for offer in offers
    )


def _apply(basket: Basket, ranked: Sequence[Offer]) -> Priced:
    left, delivery = [line.amount_minor for line in basket.lines], basket.delivery_minor
    taken = []
    for offer in ranked:
        one = _take(offer, basket, left, delivery)
        left = [amount - part for amount, part in zip(left, one.lines, strict=True)]
        delivery -= one.delivery_minor
        if one.does_something:
            taken.append(one)
    return Priced(basket, tuple(taken))


def _take(offer: Offer, basket: Basket, left: Sequence[int], delivery: int) -> Taken:
    nothing = (0,) * len(left)
    if offer.effect is Effect.DELIVERY:
        return Taken(offer.key, nothing, delivery_minor=delivery)
    if offer.effect is Effect.GIFT:
        return Taken(offer.key, nothing, gift_minor=offer.value_minor, is_gift=True)
    meant = [
        amount if _is_for(offer, line) else 0
        for amount, line in zip(left, basket.lines, strict=True)
    ]
    off = min(_off(offer, sum(meant)), sum(meant))
    return Taken(offer.key, tuple(allocate(off, [Fraction(amount) for amount in meant])))


def _is_for(offer: Offer, line: Line) -> bool:
    whole = offer.effect in (Effect.ORDER_PERCENT, Effect.ORDER_VALUE)
    return whole or offer.item in line.names


def _off(offer: Offer, sum_minor: int) -> int:
    if offer.effect in (Effect.ITEM_VALUE, Effect.ORDER_VALUE):
        return offer.value_minor
    off = rounded(Fraction(sum_minor * offer.rate, WHOLE_RATE), Rounding.HALF_UP)
    return off if offer.most_minor is None else min(off, offer.most_minor)

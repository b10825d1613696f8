"""The example basket beside the rules: its lines, for whom and when; and what it would earn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.clock import local_date
from core.models import Shop
from customers.models import PurchaseLine
from loyalty.models import Programme, one_major_unit
from loyalty.rulebook import Bought, reckoned
from loyalty.rules.award import earned
from loyalty.rules.calendar import expires_at, matures_at
from loyalty.rules.earning import BasketLine, Member, Rule, RuleKind, applied, holds

# Categories are gathered from so many lines, the newest.
LOOKED_AT = 1_000
WEEK = 7


@dataclass(frozen=True, slots=True)
class Asked:
    """A basket as somebody put it together. `day` None: a day on which the rule in hand holds;
    empty `segment` and `tier`: those that the rule in hand asks for."""

    lines: tuple[BasketLine, ...]
    day: date | None = None
    segment: int | None = None
    tier: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the example: its category, its sum, and how many times the base it earns (0:
    nothing)."""

    category: str
    amount_minor: int
    times: float


@dataclass(frozen=True, slots=True)
class BasketExample:
    """What the basket earns; `last_day` None: the units never lapse."""

    lines: list[Line]
    day: date
    units: int
    from_day: date
    last_day: date | None


def known_categories() -> list[str]:
    """Categories of the newest purchase lines, the most frequent first."""
    newest = PurchaseLine.objects.order_by("-pk")[:LOOKED_AT]
    names = [name for name in newest.values_list("category", flat=True) if name]
    return sorted(set(names), key=lambda name: (-names.count(name), name))


def usual_basket(
    programme: Programme, rules: Sequence[Rule], categories: Sequence[str]
) -> tuple[BasketLine, ...]:
    """Something of a category that a rule multiplies, something else, and what is excluded; 79.99
    of anything where there is nothing to tell apart."""
    major = one_major_unit(programme.currency)
    named = [rule.category for rule in rules if rule.kind is RuleKind.MULTIPLIER and rule.category]
    first, *others = [*named[::-1], *categories, ""]
    if not first:
        return (BasketLine(80 * major - 1),)
    other = next((name for name in others if name not in named), "")
    lines = [BasketLine(139 * major, first), BasketLine(48 * major - 1, other)]
    out = [rule.category for rule in rules if rule.kind is RuleKind.EXCLUDED and rule.category]
    return (*lines, *(BasketLine(13 * major - 1, name) for name in out[:1]))


def basket_example(
    programme: Programme,
    rules: Sequence[Rule],
    asked: Asked,
    shop: Shop,
    now: datetime,
    in_hand: Rule | None = None,
) -> BasketExample:
    """What the basket would earn; `in_hand` is the rule that is being written, one of `rules`."""
    member = _member(asked, in_hand)
    day = asked.day or _fitting_day(in_hand, local_date(now, shop.zone))
    at = datetime.combine(day, time(12), shop.zone)
    bought = Bought(
        amount_minor=sum(line.amount_minor for line in asked.lines),
        ordered_at=at,
        lines=asked.lines,
    )
    terms = reckoned(programme, rules, bought, member, shop.zone).terms
    holding = [rule for rule in rules if holds(rule, member, day)]
    ends = expires_at(at, programme.lifetime, shop.zone)
    return BasketExample(
        lines=[
            Line(line.category, line.amount_minor, float(applied(line, holding).times))
            for line in asked.lines
        ],
        day=day,
        units=earned(terms),
        from_day=local_date(matures_at(at, programme.lifetime, shop.zone), shop.zone),
        last_day=local_date(ends, shop.zone) - timedelta(days=1) if ends else None,
    )


def _member(asked: Asked, in_hand: Rule | None) -> Member:
    segment = asked.segment or (in_hand.segment if in_hand else None)
    tier = asked.tier or (in_hand.tier if in_hand else "")
    return Member(frozenset({segment} if segment else ()), tier)


def _fitting_day(rule: Rule | None, today: date) -> date:
    """Today, or the next day on which the rule in hand holds."""
    if rule is None:
        return today
    day = max(today, rule.first_day or today)
    for _number in range(WEEK):
        if not rule.weekdays or day.weekday() in rule.weekdays:
            return day
        day += timedelta(days=1)
    return day

"""What a basket earns under the marketer's rules: terms to be frozen with the award.

Of each line the highest multiplier that fits it wins; those that stack are multiplied on top. What
is excluded earns nothing. A bonus is for the order's sum; of several the highest that is reached
counts, and those that stack are added. Caps are the caller's, who knows what was granted before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from math import prod
from zoneinfo import ZoneInfo

from loyalty.rules.award import (
    WHOLE,
    ZERO,
    Bonus,
    LineTerms,
    Rounding,
    Terms,
    allocate,
    earned,
)
from loyalty.rules.calendar import first_instant
from loyalty.rules.lots import NEVER
from loyalty.rules.periods import Period, begins_on


class RuleKind(StrEnum):
    """What a rule does."""

    MULTIPLIER = "multiplier"
    BONUS = "bonus"
    EVENT = "event"
    CAP = "cap"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One version of a rule. What is empty is no condition. `times` is the multiplier; `units` are
    a bonus's or an event's, or the most a cap lets through; `weekdays` count from Monday, 0."""

    id: int = 0
    version: int = 0
    kind: RuleKind
    times: Fraction = WHOLE
    units: int = 0
    from_minor: int = 0
    stacks: bool = False
    event: str = ""
    category: str = ""
    product: str = ""
    segment: int | None = None
    tier: str = ""
    weekdays: frozenset[int] = frozenset()
    first_day: date | None = None
    last_day: date | None = None
    period: Period | None = None
    period_days: int = 0
    most_times: int = 0

    @property
    def name(self) -> tuple[int, int]:
        """How an award's terms name it."""
        return self.id, self.version


@dataclass(frozen=True, slots=True)
class BasketLine:
    """What was bought, and what was paid for it in minor units."""

    amount_minor: int
    category: str = ""
    product: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """What rules ask of a customer: saved segments they belong to, and their tier's key."""

    segments: frozenset[int] = frozenset()
    tier: str = ""


@dataclass(frozen=True, slots=True)
class Base:
    """What a programme gives before any rule: units for each minor unit."""

    rate: Fraction
    rounding: Rounding


NOBODY = Member()


def plain(text: str) -> str:
    """A category or product as it is compared: without case and outer space."""
    return text.strip().casefold()


def holds(rule: Rule, member: Member, day: date) -> bool:
    """Whether the rule is for this customer on this civil day of the shop."""
    return (
        (rule.first_day is None or rule.first_day <= day)
        and (rule.last_day is None or day <= rule.last_day)
        and (not rule.weekdays or day.weekday() in rule.weekdays)
        and (rule.segment is None or rule.segment in member.segments)
        and (not rule.tier or rule.tier == member.tier)
    )


def fits(rule: Rule, line: BasketLine) -> bool:
    """Whether the rule is for this line."""
    return (not rule.category or plain(rule.category) == plain(line.category)) and (
        not rule.product or plain(rule.product) == plain(line.product)
    )


def paid_lines(lines: Sequence[BasketLine], paid_minor: int) -> list[BasketLine]:
    """The lines with what was really paid for each. Less than their sum (a discount, a part paid
    with units) lowers all in proportion, by largest remainder; more is a line of its own."""
    counted = [line for line in lines if line.amount_minor > 0]
    total = sum(line.amount_minor for line in counted)
    if paid_minor > total:
        return [*counted, BasketLine(paid_minor - total)]
    if paid_minor == total:
        return counted
    parts = allocate(paid_minor, [Fraction(line.amount_minor) for line in counted])
    return [
        BasketLine(part, line.category, line.product)
        for part, line in zip(parts, counted, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Applied:
    """One line: its rate against the base's (0: excluded), and the rules that made it so."""

    times: Fraction
    rules: tuple[Rule, ...]


def applied(line: BasketLine, rules: Iterable[Rule]) -> Applied:
    """What the rules that hold make of a line."""
    fitting = [rule for rule in rules if fits(rule, line)]
    out = tuple(rule for rule in fitting if rule.kind is RuleKind.EXCLUDED)
    if out:
        return Applied(ZERO, out)
    multipliers = [rule for rule in fitting if rule.kind is RuleKind.MULTIPLIER]
    rivals = [rule for rule in multipliers if not rule.stacks]
    # Of equals the oldest is named.
    best = max(rivals, key=lambda rule: (rule.times, -rule.id), default=None)
    used = [rule for rule in multipliers if rule.stacks] + ([best] if best else [])
    return Applied(prod((rule.times for rule in used), start=WHOLE), tuple(used))


def terms_of(
    base: Base, lines: Iterable[BasketLine], member: Member, day: date, rules: Iterable[Rule]
) -> Terms:
    """The terms of an order of these paid lines; without a cap."""
    holding = [rule for rule in rules if holds(rule, member, day)]
    found = [(line, applied(line, holding)) for line in lines]
    bonuses = [rule for rule in holding if rule.kind is RuleKind.BONUS]
    used = {rule.name for _line, what in found for rule in what.rules}
    return Terms(
        lines=tuple(
            LineTerms(line.amount_minor if what.times else 0, base.rate * what.times)
            for line, what in found
        ),
        rounding=base.rounding,
        bonuses=_bonuses(bonuses),
        rules=tuple(sorted(used | {rule.name for rule in bonuses})),
    )


def gains(
    base: Base,
    lines: Sequence[BasketLine],
    member: Member,
    day: date,
    rules: Iterable[Rule],
) -> dict[Rule, int]:
    """What each rule that bears on the order adds to its units, below zero where it takes: the
    units less what they would be without this one rule. Of rivals only the winner gains, and by as
    much as it is ahead of the next. Caps aside."""
    every = list(rules)
    terms = terms_of(base, lines, member, day, every)
    whole, found = earned(terms), {}
    for rule in (rule for rule in every if rule.name in terms.rules):
        others = [other for other in every if other is not rule]
        if units := whole - earned(terms_of(base, lines, member, day, others)):
            found[rule] = units
    return found


def _bonuses(rules: Sequence[Rule]) -> tuple[Bonus, ...]:
    """Bonuses that add up to the highest of the rivals reached and all that stack. Rivals become
    steps: 50 from 200.00 and 120 from 400.00 are 50 and, from 400.00, 70 more."""
    steps, reached = [], 0
    rivals = [rule for rule in rules if not rule.stacks]
    for rule in sorted(rivals, key=lambda rule: (rule.from_minor, -rule.units)):
        if rule.units > reached:
            steps.append(Bonus(rule.from_minor, rule.units - reached))
            reached = rule.units
    return (*steps, *(Bonus(rule.from_minor, rule.units) for rule in rules if rule.stacks))


def caps_of(rules: Iterable[Rule], member: Member, day: date) -> list[Rule]:
    """The caps that bind this customer on this day."""
    return [rule for rule in rules if rule.kind is RuleKind.CAP and holds(rule, member, day)]


def window_of(rule: Rule, day: date) -> date:
    """The first day of the cap's period in which the day lies: what is counted together."""
    return begins_on(rule.period or Period.EVER, day)


def best_reward(rules: Iterable[Rule], event: str, member: Member, day: date) -> Rule | None:
    """The rule that rewards the event most; None where none does. Of equals the oldest."""
    found = [rule for rule in rules if rule.kind is RuleKind.EVENT and rule.event == event]
    holding = [rule for rule in found if holds(rule, member, day)]
    return max(holding, key=lambda rule: (rule.units, -rule.id), default=None)


def clear_after(rule: Rule, given_at: datetime, zone: ZoneInfo) -> datetime:
    """When a reward given at that instant stands in the way of another no more: the first instant
    of a civil day; the end of time where the limit is for ever."""
    day = given_at.astimezone(zone).date()
    if rule.period is Period.DAYS:
        return first_instant(day + timedelta(days=rule.period_days), zone)
    if rule.period is Period.DAY:
        return first_instant(day + timedelta(days=1), zone)
    if rule.period is Period.MONTH:
        return first_instant((day.replace(day=28) + timedelta(days=4)).replace(day=1), zone)
    if rule.period is Period.YEAR:
        return first_instant(date(day.year + 1, 1, 1), zone)
    return NEVER

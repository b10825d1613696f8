"""The rules as they stand, what they ask of a customer, and the terms they make of an order."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from core.clock import local_date
from core.services.shop import get_shop
from customers import segments
from customers.models import Customer, Segment
from customers.rules.segment_language import SegmentError
from loyalty.models import Programme
from loyalty.rule_rows import Standing
from loyalty.rules.award import Rounding, Terms
from loyalty.rules.earning import (
    Base,
    BasketLine,
    Member,
    Rule,
    caps_of,
    gains,
    paid_lines,
    terms_of,
)
from loyalty.tiers import tiers_at


def base_of(programme: Programme) -> Base:
    """What the programme gives before any rule."""
    rate = Fraction(programme.earn_units, programme.earn_minor)
    return Base(rate, Rounding(programme.rounding))


def member_of(
    customer: Customer, rules: Iterable[Rule], ordered_at: datetime, now: datetime
) -> Member:
    """What the rules ask of the customer: segments as they stand now, the tier that was held just
    before the order. One query for each segment, a few for tiers, none where none is asked for."""
    named = {rule.segment for rule in rules if rule.segment is not None}
    within = {
        pk for pk, people in segments_named(named, now) if people.filter(pk=customer.pk).exists()
    }
    asks_tier = any(rule.tier for rule in rules)
    tiers = tiers_before([(customer.pk, ordered_at)]) if asks_tier else {}
    return Member(frozenset(within), tiers.get((customer.pk, ordered_at), ""))


def tiers_before(asked: Collection[tuple[int, datetime]]) -> dict[tuple[int, datetime], str]:
    """The tier that each customer (by id) held just before the instant; who had none is missing. A
    purchase that wins a tier does not earn by it yet."""
    found = tiers_at([(customer, at - datetime.resolution) for customer, at in asked])
    return {(pk, at + datetime.resolution): key for (pk, at), key in found.items() if key}


def segments_named(ids: Collection[int], now: datetime) -> list[tuple[int, QuerySet[Customer]]]:
    """Saved segments and their people. One that is gone, or cannot be read any more, has none."""
    if not ids:
        return []
    context, found = segments.context_of(get_shop(), now), []
    for row in Segment.objects.filter(pk__in=ids):
        try:
            tree = segments.parse(row.definition)
        except SegmentError:
            continue
        found.append((row.pk, segments.people_in(tree, context)))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """An order to be reckoned. `lines` None: it has none that are known, and counts as a whole;
    `own_minor` of it was paid with units, and earns nothing."""

    amount_minor: int
    ordered_at: datetime
    lines: Sequence[BasketLine] | None = None
    own_minor: int = 0


@dataclass(frozen=True, slots=True)
class Reckoned:
    """The terms of an order, without caps; the caps that bind it; the shop's civil day; what each
    rule added."""

    terms: Terms
    caps: list[Rule]
    day: date
    gains: Mapping[Rule, int] = field(default_factory=dict)


def reckon(
    programme: Programme, customer: Customer, bought: Bought, now: datetime, stands: Standing
) -> Reckoned:
    """What an order earns by the rules as they stand now. Their dates and weekdays are the order's,
    their segments those of the customer now, their tiers those held just before the order."""
    member = member_of(customer, stands.rules, bought.ordered_at, now)
    return reckoned(programme, stands.rules, bought, member, stands.zone)


def reckoned(
    programme: Programme, rules: Sequence[Rule], bought: Bought, member: Member, zone: ZoneInfo
) -> Reckoned:
    """The same by rules that may not be saved yet; `zone` is the shop's."""
    day = local_date(bought.ordered_at, zone)
    lines = paid_lines(bought.lines or (), max(0, bought.amount_minor - bought.own_minor))
    base = base_of(programme)
    terms = terms_of(base, lines, member, day, rules)
    gained = gains(base, lines, member, day, rules) if terms.rules else {}
    return Reckoned(terms, caps_of(rules, member, day), day, gained)

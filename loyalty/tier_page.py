"""What the page of tiers shows: the ladder with its members, who is about to rise, who to fall."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from customers.list_query import list_address
from customers.masking import shown_name
from customers.models import Customer
from customers.rules.segment_language import Condition, Group, Join
from loyalty.models import Tier, TierStanding
from loyalty.tier_words import amount, last_day
from loyalty.tiers import Ladder

SHOWN = 10
SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Step:
    """One tier of the picture; `href` lists its members."""

    tier: Tier
    takes: str
    members: int
    href: str


@dataclass(frozen=True, slots=True)
class Mover:
    """Somebody who is close to another tier."""

    customer: Customer
    name: str
    tier: str
    next_tier: str
    missing: str
    value: int
    most: int
    on: date | None


def steps(ladder: Ladder, people: QuerySet[Customer]) -> list[Step]:
    """The ladder, lowest first, with how many of these people stand on each step."""
    held = TierStanding.objects.filter(customer__in=people).exclude(key="")
    numbers = dict(held.order_by().values_list("key").annotate(number=Count("pk")))
    return [
        Step(tier, amount(ladder, tier.threshold), numbers.get(tier.key, 0), members_of(tier))
        for tier in ladder.tiers
    ]


def members_of(tier: Tier) -> str:
    """The address of the list of the tier's members."""
    tree = Group(Join.ALL, (Condition("tier", "any_of", (tier.key,)),))
    return list_address(tree) or ""


def rising(ladder: Ladder, people: QuerySet[Customer], user: User) -> list[Mover]:
    """Those to whom least is missing of their next tier, who have a part of it already."""
    close = TierStanding.objects.filter(customer__in=people, missing__gt=0, value__gt=0)
    rows: list[Mover] = []
    for tier in ladder.tiers:
        near = close.filter(rank=tier.rank - 1, missing__lte=tier.threshold // 4)
        rows += _movers(near.order_by("missing")[:SHOWN], ladder, user, tier)
    return sorted(rows, key=lambda row: row.value / row.most, reverse=True)[:SHOWN]


def falling(ladder: Ladder, people: QuerySet[Customer], user: User, now: datetime) -> list[Mover]:
    """Those who lose their tier within thirty days unless they buy, soonest first."""
    grace = timedelta(days=ladder.scheme.grace_days if ladder.scheme else 0)
    in_grace = Q(weighed_at__lte=now + SOON)
    no_grace = Q(weighed_at=None, needed__gt=0, ends_at__lte=now + SOON - grace)
    by_hand = Q(by_hand=True, ends_at__lte=now + SOON)
    held = TierStanding.objects.filter(customer__in=people).exclude(key="")
    rows = held.filter(in_grace | no_grace | by_hand).order_by("ends_at", "pk")
    return list(_movers(rows[: 2 * SHOWN], ladder, user, None))


def _movers(
    rows: Iterable[TierStanding], ladder: Ladder, user: User, target: Tier | None
) -> Iterable[Mover]:
    standings = list(rows)
    known = Customer.objects.in_bulk([row.pk for row in standings])
    for row in standings:
        lacking = (row.missing if target else row.needed) or 0
        yield Mover(
            customer=known[row.pk],
            name=shown_name(user, known[row.pk]),
            tier=ladder.names.get(row.key, ""),
            next_tier=target.name if target else "",
            missing=amount(ladder, lacking) if lacking else "",
            value=row.value,
            most=row.value + lacking,
            on=last_day(row, ladder),
        )

"""What last month's purchases would have earned, under today's rules and under others."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction

from core.clock import local_date, month_number, month_start
from core.models import Shop
from customers.models import Purchase, PurchaseLine
from loyalty.models import Programme
from loyalty.rulebook import Bought, reckoned, segments_named, tiers_before
from loyalty.rules.award import Terms, earned
from loyalty.rules.earning import BasketLine, Member, Rule, window_of

# A page is not to wait for a month of millions; the answer says how many were counted.
MOST = 20_000
BATCH = 5_000


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Units that the `counted` newest of the month's `purchases` of known customers would have
    earned under each list of rules, less what was refunded."""

    month: date
    purchases: int
    counted: int
    units: tuple[int, ...]

    @property
    def is_whole(self) -> bool:
        """Whether all were counted."""
        return self.counted == self.purchases


def what_if(
    programme: Programme, books: Sequence[Sequence[Rule]], shop: Shop, now: datetime
) -> WhatIf:
    """Reckon last month's purchases by each list of rules, caps included. Segments are
    those of now. The number of queries grows with thousands of purchases only."""
    month = month_number(local_date(now, shop.zone)) - 1
    bought = Purchase.objects.filter(
        local_month=month,
        local_day__gte=month_start(month).toordinal(),
        local_day__lt=month_start(month + 1).toordinal(),
        counts=True,
        currency=programme.currency,
        customer__isnull=False,
    )
    newest = bought.order_by("-local_day", "-pk")[:MOST]
    counted = 0
    sums = [_Sum(programme, rules, shop) for rules in books]
    rules = [rule for book in books for rule in book]
    for purchase, lines, member in _reckonable(list(newest)[::-1], rules, now):
        counted += 1
        for one in sums:
            one.add(purchase, lines, member)
    total = bought.count() if counted == MOST else counted
    return WhatIf(month_start(month), total, counted, tuple(one.units for one in sums))


def _reckonable(
    rows: Sequence[Purchase], rules: Sequence[Rule], now: datetime
) -> Iterator[tuple[Purchase, list[BasketLine], Member]]:
    named = {rule.segment for rule in rules if rule.segment is not None}
    people_of = segments_named(named, now)
    for begin in range(0, len(rows), BATCH):
        some = rows[begin : begin + BATCH]
        customers = {row.customer_id for row in some if row.customer_id}
        within: dict[int, set[int]] = {
            pk: set(people.filter(pk__in=customers).values_list("pk", flat=True))
            for pk, people in people_of
        }
        asked = {(row.customer_id or 0, row.occurred_at) for row in some}
        tiers = tiers_before(asked) if any(rule.tier for rule in rules) else {}
        lines = _lines(some)
        for row in some:
            customer = row.customer_id or 0
            segments = frozenset(pk for pk, people in within.items() if customer in people)
            yield row, lines[row.pk], Member(segments, tiers.get((customer, row.occurred_at), ""))


def _lines(purchases: Sequence[Purchase]) -> dict[int, list[BasketLine]]:
    found: dict[int, list[BasketLine]] = defaultdict(list)
    rows = PurchaseLine.objects.filter(purchase__in=[row.pk for row in purchases]).order_by("pk")
    columns = ("purchase_id", "amount_minor", "category", "product")
    for purchase, *line in rows.values_list(*columns):
        found[purchase].append(BasketLine(*line))
    return found


class _Sum:
    """What one list of rules gives; each customer's caps are counted as they go."""

    def __init__(self, programme: Programme, rules: Sequence[Rule], shop: Shop) -> None:
        self._programme, self._rules, self._shop = programme, rules, shop
        self._capped: dict[tuple[int | None, int, date], int] = defaultdict(int)
        self.units = 0

    def add(self, purchase: Purchase, lines: list[BasketLine], member: Member) -> None:
        """Add what the purchase would have earned and kept."""
        bought = Bought(
            amount_minor=purchase.gross_minor, ordered_at=purchase.occurred_at, lines=lines
        )
        found = reckoned(self._programme, self._rules, bought, member, self._shop.zone)
        keys = {
            (purchase.customer_id, cap.id, window_of(cap, found.day)): cap.units
            for cap in found.caps
        }
        room = [max(0, most - self._capped[key]) for key, most in keys.items()]
        terms: Terms = replace(found.terms, most=min(room)) if room else found.terms
        granted = earned(terms)
        for key in keys:
            self._capped[key] += granted
        kept = Fraction(purchase.gross_minor - purchase.refunded_minor, purchase.gross_minor)
        self.units += earned(terms, kept) if kept < 1 else granted

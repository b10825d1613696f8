"""What the programme costs: what is owed, what came and went, revenue that waits."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from core.clock import local_date, month_number, month_start, start_of_day
from core.models import Shop
from loyalty.models import Award, FlowMark, Lot, MonthFlow, Programme, Transfer
from loyalty.moved import by_month
from loyalty.reports import outstanding
from loyalty.rules import liability as rules
from loyalty.rules.flows import Flow, Month, Pair, months_back, pairs_of

SHOWN_MONTHS = 13
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Liability:
    """Units in customers' hands less what they owe, their worth, and what of it will be spent
    going by the lots whose life ended in the last 365 days (`share_lapsing` None: none did)."""

    units: int
    worth_minor: int
    ended: int
    lapsed: int
    share_lapsing: Fraction | None
    expected_minor: int


def liability(programme: Programme, now: datetime) -> Liability:
    """What the shop owes its customers now; two queries."""
    held = outstanding(programme)
    units = max(held.pending + held.available + held.reserved - held.debt, 0)
    ended, lapsed = _ended(programme, now)
    share = rules.breakage(ended, lapsed)
    worth = programme.worth_minor(units)
    return Liability(units, worth, ended, lapsed, share, rules.expected_cost(worth, share))


def _ended(programme: Programme, now: datetime) -> tuple[int, int]:
    """Units of lots whose life ended in the last year, without what was taken back, and how many of
    them lapsed."""
    ended = Lot.objects.filter(
        account__programme=programme, expires_at__gt=now - YEAR, expires_at__lte=now
    )
    found = ended.aggregate(
        earned=Sum("earned", default=0),
        lapsed=Sum("expired", default=0),
        clawed=Sum("award__clawed", default=0),
    )
    return max(found["earned"] - found["clawed"], found["lapsed"]), found["lapsed"]


def flow_months(programme: Programme, shop: Shop, now: datetime) -> list[Month]:
    """The last thirteen months' flows, oldest first, the running month as far as it has come; what
    is not summed yet is read from the transfers."""
    last = month_number(local_date(now, shop.zone))
    numbers = range(last - SHOWN_MONTHS + 1, last + 1)
    moves: defaultdict[int, dict[Pair, int]] = defaultdict(dict)
    mark = FlowMark.objects.filter(zone=str(shop.zone)).first()
    summed = MonthFlow.objects.filter(programme=programme, month__in=numbers)
    for row in summed if mark else []:
        moves[row.month][row.source, row.target] = row.units
    fresh = Transfer.objects.filter(pk__gt=mark.summed if mark else 0)
    for moved in by_month(fresh.filter(account__programme=programme), shop.zone):
        pair = (moved.source, moved.target)
        moves[moved.month][pair] = moves[moved.month].get(pair, 0) + moved.units
    held = outstanding(programme)
    now_held = held.pending + held.available + held.reserved - held.debt
    return months_back(now_held, moves, numbers)


def movements_of(programme: Programme, shop: Shop, month: int, flow: Flow) -> QuerySet[Transfer]:
    """The transfers behind a month's number, newest first."""
    pairs = Q()
    for source, target in pairs_of(flow):
        pairs |= Q(source=source, target=target)
    begin, end = (start_of_day(month_start(number), shop.zone) for number in (month, month + 1))
    rows = Transfer.objects.filter(pairs, account__programme=programme, at__gte=begin, at__lt=end)
    return rows.select_related("account__customer", "operation__note").order_by("-pk")


def lapsing_in(programme: Programme, shop: Shop, month: int | None, now: datetime) -> QuerySet[Lot]:
    """The lots behind a month of expiry (None: those that never lapse), the largest id first."""
    alive = Lot.objects.filter(Q(remaining__gt=0) | Q(reserved__gt=0), account__programme=programme)
    if month is None:
        alive = alive.filter(expires_at=None)
    else:
        day = timedelta(days=1)
        begin, end = (start_of_day(month_start(m), shop.zone) for m in (month, month + 1))
        # The last day lies in the month: it ends with the instant after that day.
        begin = start_of_day(local_date(begin, shop.zone) + day, shop.zone)
        end = start_of_day(local_date(end, shop.zone) + day, shop.zone)
        alive = alive.filter(expires_at__gte=begin, expires_at__lt=end, expires_at__gt=now)
    return alive.select_related("account__customer").order_by("-pk")


@dataclass(frozen=True, slots=True)
class RevenueMonth:
    """What was paid for purchases awarded in a month, the share of it that belongs to their units,
    and how much of the share has become revenue, in minor units."""

    month: int
    paid_minor: int
    granted: int
    spent: int
    allocated_minor: int
    recognised_minor: int

    @property
    def deferred_minor(self) -> int:
        """What still waits for the units to be spent."""
        return self.allocated_minor - self.recognised_minor


def revenue_months(
    programme: Programme, shop: Shop, share_lapsing: Fraction | None
) -> list[RevenueMonth]:
    """Revenue that waits for units, by the month in which purchases were awarded; one query."""
    months = Award.objects.filter(programme=programme, granted__gt=F("clawed"))
    months = months.annotate(month=TruncMonth("operation__at", tzinfo=shop.zone)).order_by()
    sums = months.values("month").annotate(
        paid=Sum(F("amount_minor") - F("refunded_minor")),
        granted=Sum(F("granted") - F("clawed")),
        left=Sum(F("lot__remaining") + F("lot__reserved") + F("lot__expired")),
    )
    rows = [_revenue(programme, dict(row), share_lapsing or Fraction(0)) for row in sums]
    return sorted(rows, key=lambda row: row.month)


def _revenue(programme: Programme, row: Mapping[str, Any], lapsing: Fraction) -> RevenueMonth:
    paid, granted, left = (row[name] or 0 for name in ("paid", "granted", "left"))
    expected = granted * (1 - lapsing)
    price = expected * programme.worth_per_hundred / 100
    share = rules.allocated(paid, Fraction(price))
    spent = max(granted - left, 0)
    whole = rules.half_up(share)
    return RevenueMonth(
        month=month_number(row["month"].date()),
        paid_minor=paid,
        granted=granted,
        spent=spent,
        allocated_minor=whole,
        recognised_minor=min(
            rules.half_up(rules.recognised(share, spent, rules.half_up(Fraction(expected)))), whole
        ),
    )

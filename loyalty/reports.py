"""Figures of a programme: what is out there, and when it lapses."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, Sum

from core.clock import local_date, month_number, month_start
from core.models import Shop
from loyalty.models import Account, Lot, Programme
from loyalty.rules.lots import LotState


@dataclass(frozen=True, slots=True)
class Outstanding:
    """Units in customers' hands as last settled: `members` have an account, `holders` anything to
    spend or on the way."""

    members: int
    holders: int
    available: int
    pending: int
    reserved: int
    debt: int


def outstanding(programme: Programme) -> Outstanding:
    """The programme's sums, from the snapshots: one query."""
    has = Q(available__gt=0) | Q(pending__gt=0) | Q(reserved__gt=0)
    found = Account.objects.filter(programme=programme).aggregate(
        members=Count("pk"),
        holders=Count("pk", filter=has),
        available=Sum("available", default=0),
        pending=Sum("pending", default=0),
        reserved=Sum("reserved", default=0),
        debt=Sum("debt", default=0),
    )
    return Outstanding(**found)


@dataclass(frozen=True, slots=True)
class LapsingMonth:
    """Units whose last day lies in the month; `month` None: they never lapse."""

    month: date | None
    units: int


def lapsing_by_month(programme: Programme, shop: Shop, now: datetime) -> list[LapsingMonth]:
    """What customers hold, by the month in which it lapses if nobody spends it; one query."""
    alive = Lot.objects.filter(account__programme=programme).exclude(state=LotState.CLOSED)
    alive = alive.exclude(expires_at__lte=now)
    rows = alive.values_list("expires_at").annotate(units=Sum("remaining") + Sum("reserved"))
    months: Counter[int | None] = Counter()
    for expires_at, number in rows:
        months[_month(expires_at, shop)] += number
    ordered = sorted(months.items(), key=lambda pair: (pair[0] is None, pair[0] or 0))
    return [
        LapsingMonth(None if month is None else month_start(month), number)
        for month, number in ordered
    ]


def _month(expires_at: datetime | None, shop: Shop) -> int | None:
    """The month of the last day on which a lot can be spent."""
    if expires_at is None:
        return None
    return month_number(local_date(expires_at, shop.zone) - timedelta(days=1))

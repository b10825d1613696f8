"""What customers have on the leaderboard, read from purchases, the ledger and challenges."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Q, QuerySet, Sum

from core.clock import local_date, start_of_day
from core.services.shop import get_shop
from customers.models import Purchase
from loyalty.challenges import present, reached, read_buys
from loyalty.models import (
    POINTS,
    Award,
    Challenge,
    ChallengeFinish,
    EventReward,
    Leaderboard,
    Programme,
)
from loyalty.models.leaderboard import Measure
from loyalty.rules.leaderboard import Span, span_start
from loyalty.tiers import KEY


@dataclass(frozen=True, slots=True)
class Period:
    """The board's present period: from its first local day on, which names it."""

    first: date

    @property
    def since(self) -> datetime:
        """Its first instant."""
        return start_of_day(self.first, get_shop().zone)


def period_of(board: Leaderboard, now: datetime) -> Period:
    """The period that the board shows now: of a challenge its present repetition."""
    today = local_date(now, get_shop().zone)
    if board.measure == Measure.CHALLENGE and board.challenge:
        return Period(present(board.challenge, today).first)
    return Period(span_start(Span(board.span), today))


def scores_of(board: Leaderboard, customers: Sequence[int], now: datetime) -> dict[int, int]:
    """What each of these customers has in the present period, above zero; in a few queries."""
    period = period_of(board, now)
    if board.measure == Measure.CHALLENGE and board.challenge:
        found = _progress(board.challenge, customers, period)
    elif board.measure == Measure.PURCHASES:
        found = _purchases(customers, period)
    else:
        found = _points(customers, period)
    return {pk: value for pk, value in found.items() if value > 0}


def _progress(challenge: Challenge, customers: Sequence[int], period: Period) -> dict[int, int]:
    told = {pk: reached(challenge, buys) for pk, buys in read_buys(challenge, customers).items()}
    return {pk: found[period.first].value for pk, found in told.items() if period.first in found}


def _bought(customers: Sequence[int], period: Period) -> QuerySet[Purchase]:
    return Purchase.objects.filter(
        customer__any_of=list(customers), counts=True, local_day__gte=period.first.toordinal()
    )


def _purchases(customers: Sequence[int], period: Period) -> dict[int, int]:
    kept = _bought(customers, period).filter(gross_minor__gt=F("refunded_minor"))
    return _told(kept.order_by().values_list("customer").annotate(number=Count("pk")))


def _points(customers: Sequence[int], period: Period) -> dict[int, int]:
    """Points of purchases dated in the period, less what refunds took of them whenever; and of
    friends, events and challenges of the period."""
    ids, programme = list(customers), Programme.objects.filter(key=POINTS).first()
    if programme is None:
        return {}
    keys = [f"{KEY}{pk}" for pk in _bought(ids, period).values_list("pk", flat=True)]
    dated = ~Q(operation__key__startswith=KEY) & Q(operation__at__gte=period.since)
    awards = Award.objects.filter(programme=programme, account__customer__any_of=ids)
    awards = awards.filter(Q(operation__key__any_of=keys) | dated)
    left = Sum(F("granted") - F("clawed") - F("lapsed"))
    events = EventReward.objects.filter(
        account__programme=programme, account__customer__any_of=ids, at__gte=period.since
    )
    won = ChallengeFinish.objects.filter(
        account__programme=programme,
        account__customer__any_of=ids,
        at__gte=period.since,
        taken_back_at=None,
    )
    total: Counter[int] = Counter()
    for rows, units in (
        (awards, left),
        (events, Sum("operation__lots__earned")),
        (won, Sum("lot__earned")),
    ):
        summed = rows.order_by().values_list("account__customer").annotate(units=units)
        total.update(_told(summed))
    return total


def _told(rows: Iterable[tuple[int | None, int | None]]) -> dict[int, int]:
    return {pk: value for pk, value in rows if pk is not None and value}

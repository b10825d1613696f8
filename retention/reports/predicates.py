"""Who belongs to a number: one predicate each, for the count and for the list behind it.

Each is a condition on `CustomerDay` that holds for at most one row of a customer. Those that
look only at `day` and `next_day` hold on `GapCount` as well, which counts the same rows.
"""

from django.db.models import Exists, OuterRef, Q

from retention.models import CustomerDay
from retention.reports.query import Query

MEMBER_LISTS = (
    "start",
    "kept",
    "lost",
    "new",
    "reactivated",
    "end",
    "buyers",
    "new_buyers",
    "returning_buyers",
)


def predicate(query: Query, name: str) -> Q:
    """The rows of the customers whom the named number counts."""
    period = query.period
    started = _active(query.opens, period.first)
    ended = _active(query.closes, period.after)
    bought = Q(day__gte=period.first, day__lt=period.after, next_day__gte=period.after)
    simple = {
        "start": started,
        "end": ended,
        "new": ended & Q(first_day__gte=period.first, day__gte=max(period.first, query.closes)),
        "buyers": bought,
        "new_buyers": bought & Q(first_day__gte=period.first),
        "returning_buyers": bought & Q(first_day__lt=period.first),
    }
    if name in simple:
        return simple[name]
    return (_long if query.is_long else _short)(query, started, ended)[name]


def _active(opens: int, at: int) -> Q:
    return Q(day__gte=opens, day__lt=at, next_day__gte=at)


def _short(query: Query, started: Q, ended: Q) -> dict[str, Q]:
    """The period is no longer than the window: a row and its neighbours say everything.

    Won back: the purchase that ended a silence which had lasted the window at the start. Its
    day is in the period, so the customer is active at the end.
    """
    first, after = query.period.first, query.period.after
    return {
        "kept": started & (Q(day__gte=query.closes) | Q(next_day__lt=after)),
        "lost": started & Q(day__lt=query.closes, next_day__gte=after),
        "reactivated": Q(day__gte=first, day__lt=after, prev_day__gt=0, prev_day__lt=query.opens),
    }


def _long(query: Query, started: Q, ended: Q) -> dict[str, Q]:
    """The period is longer than the window: the other set has to be asked."""
    first, after = query.period.first, query.period.after
    at_end = bought_in(query.closes, after)
    at_start = bought_in(query.opens, first)
    return {
        "kept": started & Q(at_end),
        "lost": started & ~Q(at_end),
        "reactivated": ended & Q(first_day__lt=first) & ~Q(at_start),
    }


def bought_in(low: int, high: int) -> Exists:
    """Whether a row's customer has a purchase day in [low, high): the last of them is the one
    whose next day is not among them."""
    others = CustomerDay.objects.filter(customer_id=OuterRef("customer_id"))
    return Exists(others.filter(day__gte=low, day__lt=high, next_day__gte=high))

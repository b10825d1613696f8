"""Counting the periods of a series from the roll-ups, in a bounded number of queries.

Calendar months with a usual window are kept ready. Other windows come from the table of gaps
in one pass over it. A period longer than the window has to compare two sets of people.
"""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from django.db.models import F, Q, Sum

from retention import sql
from retention.models import (
    CohortCell,
    CustomerDay,
    CustomerMoney,
    DayMoney,
    GapCount,
    MonthNet,
    MonthSet,
    RollupState,
    VisitCount,
)
from retention.reports.predicates import bought_in, predicate
from retention.reports.query import Query
from retention.rules.sets import set_figures
from retention.rules.spans import halving
from retention.services import months as month_rollups

TOTALS = """
    SELECT place, sum(known), sum(repeats), sum(guests), sum(firsts), sum(in_currency),
        sum(gross_minor), sum(refunds_minor)
    FROM (
        SELECT $place AS place, purchases AS known, repeats, 0 AS guests, 0 AS firsts,
            0 AS in_currency, 0 AS gross_minor, 0 AS refunds_minor
        FROM retention_daycount WHERE day >= $low AND day < $high
        UNION ALL
        SELECT $place, 0, 0, 0, customers, 0, 0, 0
        FROM retention_firstcount WHERE day >= $low AND day < $high
        UNION ALL
        SELECT $place, 0, 0, purchases, 0, 0, 0, 0
        FROM retention_guestday WHERE day >= $low AND day < $high
        UNION ALL
        SELECT $place, 0, 0, 0, 0, purchases, gross_minor, refunds_minor
        FROM retention_guestday WHERE day >= $low AND day < $high AND currency = %s
        UNION ALL
        SELECT $place, 0, 0, 0, 0, purchases, gross_minor, refunds_minor
        FROM retention_daymoney WHERE day >= $low AND day < $high AND currency = %s
    ) AS facts GROUP BY place
"""
# The lost bought nothing between the last two days, so that only refunds have to be read there.
LOST_NET = """
    SELECT coalesce(sum(net), 0) FROM (
        SELECT p.gross_minor - p.refunds_minor AS net
        FROM lost_people AS l JOIN retention_customermoney AS p ON p.customer_id = l.customer_id
        WHERE p.currency = %s AND p.day >= %s AND p.day < %s
        UNION ALL
        SELECT -r.refunds_minor
        FROM lost_people AS l JOIN retention_customermoney AS r ON r.customer_id = l.customer_id
        WHERE r.purchases = 0 AND r.currency = %s AND r.day >= %s AND r.day < %s
    ) AS money
"""
# Up to this many periods, net money that is not kept ready is worked out.
FEW = 2


def count(queries: Sequence[Query], months: range | None) -> list[dict[str, Any]]:
    """The counts of unfiltered queries that differ in their period only. `months` are their
    numbers where they are consecutive calendar months."""
    if months is not None and queries[0].window_days in month_rollups.WINDOWS:
        return _count(queries, months)
    with sql.roomy(64):
        return _count(queries, months)


def _count(queries: Sequence[Query], months: range | None) -> list[dict[str, Any]]:
    totals = _totals(queries)
    nets = _nets(queries, months)
    known_lost = [row.pop("lost", None) for row in nets]
    sets = _sets(queries, months, [row["new_buyers"] for row in totals], known_lost)
    if months is None:
        known = [row["purchases"] - row["guest_purchases"] for row in totals]
        buyers = [_buyers(query, number) for query, number in zip(queries, known, strict=True)]
    else:
        buyers = _month_buyers(months)
    return [
        {**total, **found, **bought, **net}
        for total, found, bought, net in zip(totals, sets, buyers, nets, strict=True)
    ]


def _totals(queries: Sequence[Query]) -> list[dict[str, int]]:
    """Of one period, or of several that follow each other without a gap."""
    edges = [*(query.period.first for query in queries), queries[-1].period.after]
    places = range(len(queries))
    found = sql.fetch(
        TOTALS,
        [queries[0].currency, queries[0].currency],
        place=halving("day", edges, [str(place) for place in places]),
        low=str(edges[0]),
        high=str(edges[-1]),
    )
    rows = {int(row[0]): [int(number) for number in row[1:]] for row in found}
    return [_named_totals(rows.get(place, [0] * 7)) for place in places]


def _named_totals(row: list[int]) -> dict[str, int]:
    known, repeats, guests, firsts, in_currency, gross, refunds = row
    return {
        "purchases": known + guests,
        "guest_purchases": guests,
        "repeat_purchases": repeats,
        "new_buyers": firsts,
        "currency_purchases": in_currency,
        "gross_minor": gross,
        "refunds_minor": refunds,
    }


def _sets(
    queries: Sequence[Query], months: range | None, new: list[int], known_lost: list[int | None]
) -> list[dict[str, int]]:
    if months is None or any(query.is_long for query in queries):
        asked = zip(queries, new, known_lost, strict=True)
        return [_sets_of(query, firsts, lost) for query, firsts, lost in asked]
    window = queries[0].window_days
    if window in month_rollups.WINDOWS:
        rows = MonthSet.objects.filter(window_days=window, month__range=(months[0], months.stop))
        ready = {row.month: row for row in rows}
        active = [getattr(ready.get(n), "at_start", 0) for n in range(months[0], months.stop + 1)]
        lost = {month: row.lost for month, row in ready.items()}
    else:
        bounds = month_rollups.bounds(months)
        starts = [*(start for _month, start, _end in bounds), bounds[-1][2]]
        active = month_rollups.active_at_starts("retention_gapcount", starts, window)
        lost = month_rollups.lost_in_months("retention_gapcount", bounds, window)
    return [
        set_figures(
            start=active[place], lost=lost.get(month, 0), end=active[place + 1], new=new[place]
        )
        for place, month in enumerate(months)
    ]


def _sets_of(query: Query, firsts: int, lost: int | None) -> dict[str, int]:
    """The sets of one period. Where it is longer than the window, who is in both sets and who
    is new at its end has to be asked of the customers' own rows."""
    gaps = GapCount.objects.filter(day__gte=query.opens, day__lt=query.period.after)
    names = ["start", "end"] if query.is_long else ["start", "end", "lost"]
    sums = gaps.aggregate(
        **{name: Sum("customers", filter=predicate(query, name), default=0) for name in names}
    )
    if query.is_long:
        rows = CustomerDay.objects.all()
        sums["lost"] = rows.filter(predicate(query, "lost")).count() if lost is None else lost
        firsts = rows.filter(predicate(query, "new")).count()
    return set_figures(**sums, new=firsts)


def _buyers(query: Query, identified: int) -> dict[str, int]:
    """By the period rule, all purchases are repeats but those of the period's new people."""
    period = query.period
    buyers = GapCount.objects.filter(predicate(query, "buyers"))
    by_new = VisitCount.objects.filter(
        day__gte=period.first, day__lt=period.after, first_day__gte=period.first
    )
    return {
        "buyers": buyers.aggregate(n=Sum("customers", default=0))["n"],
        "repeat_purchases_by_period": identified
        - by_new.aggregate(n=Sum("purchases", default=0))["n"],
    }


def _month_buyers(months: range) -> list[dict[str, int]]:
    cells = CohortCell.objects.filter(month__gte=months[0], month__lt=months.stop)
    older = Sum("purchases", filter=Q(cohort__lt=F("month")), default=0)
    grouped = cells.values("month").annotate(buyers=Sum("customers", default=0), older=older)
    sums = grouped.values_list("month", "buyers", "older")
    found = {month: (buyers, repeats) for month, buyers, repeats in sums}
    rows = [found.get(month, (0, 0)) for month in months]
    return [{"buyers": row[0], "repeat_purchases_by_period": row[1]} for row in rows]


def _nets(queries: Sequence[Query], months: range | None) -> list[dict[str, int]]:
    ready = {}
    if months is not None and queries[0].window_days in month_rollups.WINDOWS:
        ready = _month_nets(queries, months)
    few = len(queries) <= FEW
    missing: dict[str, int] = {}
    return [
        ready.get(query.period.first) or (_nets_of(query) if few else dict(missing))
        for query in queries
    ]


def _month_nets(queries: Sequence[Query], months: range) -> dict[int, dict[str, int]]:
    """By the month's first day, for the months that `MonthNet` covers."""
    state = RollupState.objects.filter(pk=1).first()
    through = state.net_through if state else 0
    currency, window = queries[0].currency, queries[0].window_days
    known = _nets_before(queries)
    rows = MonthNet.objects.filter(
        window_days=window, currency=currency, month__gte=months[0], month__lt=months.stop
    )
    nets = {row.month: (row.lost_minor, row.inactive_minor) for row in rows}
    return {
        query.period.first: {
            "start_net_minor": net - nets.get(month, (0, 0))[1],
            "lost_net_minor": nets.get(month, (0, 0))[0],
        }
        for month, query, net in zip(months, queries, known, strict=True)
        if month <= through
    }


def _nets_before(queries: Sequence[Query]) -> list[int]:
    """What known customers brought in the window before each period, by running sums."""
    low, high = queries[0].opens, queries[-1].period.first
    money = DayMoney.objects.filter(currency=queries[0].currency, day__gte=low, day__lt=high)
    rows = money.order_by("day").values_list("day", F("gross_minor") - F("refunds_minor"))
    pairs = list(rows)
    days = [day for day, _net in pairs]
    sums = [0, *accumulate(net for _day, net in pairs)]
    return [
        sums[bisect_left(days, query.period.first)] - sums[bisect_left(days, query.opens)]
        for query in queries
    ]


def _nets_of(query: Query) -> dict[str, int]:
    """The net money of one period, and how many are lost.

    The lost bought nothing after the window before the period's end began: after that, only
    refunds of theirs have to be read.
    """
    low, high = query.opens, query.period.first
    net = Sum(F("gross_minor") - F("refunds_minor"), default=0)
    in_window = {"currency": query.currency, "day__gte": low, "day__lt": high}
    known = DayMoney.objects.filter(**in_window).aggregate(net=net)["net"]
    inactive = CustomerMoney.objects.filter(~bought_in(low, high), purchases=0, **in_window)
    lost = CustomerDay.objects.filter(predicate(query, "lost")).values("customer_id")
    statement, values = lost.query.sql_with_params()
    sql.scratch("lost_people", statement, values)
    number = int(sql.fetch("SELECT count(*) FROM lost_people")[0][0])
    last_bought = min(high, query.closes)
    marks = [query.currency, low, last_bought, query.currency, last_bought, high]
    lost_net = sql.fetch(LOST_NET, marks)[0][0]
    sql.discard("lost_people")
    return {
        "start_net_minor": known - inactive.aggregate(net=net)["net"],
        "lost_net_minor": int(lost_net),
        "lost": number,
    }

"""Figures of some purchases only (a branch, a source, a tag), asked of the rows of money.

The people are those with a purchase that passes. First purchases and cohorts stay the earliest
ever. One pass gives each customer the spans of time they bought in (`rules.spans`); every set
of every month of a series follows from these.
"""

from collections.abc import Sequence
from typing import Any

from retention import sql
from retention.reports.query import Query
from retention.reports.slices import passing, passing_slices
from retention.rules.sets import set_figures
from retention.rules.spans import MOST_SPANS, Spans, halving

# One row per customer with a passing row in the spans; `born` is the bit of the first purchase
# ever, 0 where it was earlier.
PEOPLE = """
    SELECT customer_id, spans, net_before,
        CASE WHEN first_day < $low THEN 0 ELSE $born END AS born
    FROM (
        SELECT m.customer_id, $together AS spans, min(m.first_day) AS first_day,
            $net AS net_before
        FROM retention_customermoney AS m
        WHERE $day >= $low AND $day < $high $filters GROUP BY m.customer_id
    ) AS g
"""
# Refunds alone make nobody active, but count in the net money before the period.
NET = """sum(CASE WHEN m.day < %s AND m.currency = %s
    THEN m.gross_minor - m.refunds_minor ELSE 0 END)"""
SETS = """
    SELECT $sums FROM (
        SELECT spans, born, count(*) AS people, sum(net_before) AS net
        FROM ($people) AS people GROUP BY spans, born
    ) AS kinds
"""
MEMBERS = {
    "start": "$at_start",
    "kept": "$at_start AND $at_end",
    "lost": "$at_start AND NOT ($at_end)",
    "new": "$at_end AND $born",
    "reactivated": "$at_end AND NOT ($at_start) AND NOT ($born)",
    "end": "$at_end",
    "buyers": "$bought",
    "new_buyers": "$bought AND $born",
    "returning_buyers": "$bought AND NOT ($born)",
}
# The last passing purchase day before the period's end of each customer: for a list, which
# comes in the order of days and so reads no more than it shows. A day may have several rows.
LAST = """
    SELECT m.customer_id, m.day FROM retention_customermoney AS m
    WHERE m.purchases > 0 AND m.day >= $low AND m.day < $high $filters AND $wanted
        AND coalesce((
            SELECT 1 FROM retention_customermoney AS l
            WHERE l.customer_id = m.customer_id AND l.day >= m.day AND l.day < $high
                AND (l.day, l.currency, l.slice_id) > (m.day, m.currency, m.slice_id)
                AND l.purchases > 0 $later LIMIT 1
        ), 0) = 0
"""
STARTED = """(m.day < $first OR EXISTS (
    SELECT 1 FROM retention_customermoney AS s
    WHERE s.customer_id = m.customer_id AND s.purchases > 0
        AND s.day >= $opens AND s.day < $first $started
))"""
# From so many days on, passing over all rows is quicker than finding those days' by an index.
MANY_DAYS = 120
COUNTED = ("start", "lost", "end", "new", "buyers", "new_buyers")
SALES = """
    SELECT place, sum(purchases), sum(guests), sum(repeats), sum(older), sum(in_currency),
        sum(gross_minor), sum(refunds_minor)
    FROM ($parts) AS facts GROUP BY place
"""
MONTH_SALES = """
    SELECT m.month - $month AS place, sum(m.purchases) AS purchases, 0 AS guests,
        sum(m.repeats) AS repeats,
        sum(CASE WHEN m.cohort < m.month THEN m.purchases ELSE 0 END) AS older, $money
    FROM retention_slicemonth AS m
    WHERE m.month >= $month AND m.month < $month + $count $filters GROUP BY 1
"""
DAY_SALES = """
    SELECT $place AS place, sum(m.purchases) AS purchases, 0 AS guests, sum(m.repeats) AS repeats,
        sum(CASE WHEN m.first_day < $began THEN m.purchases ELSE 0 END) AS older, $money
    FROM retention_customermoney AS m
    WHERE m.day >= $low AND m.day < $high $filters GROUP BY 1
"""
GUEST_SALES = """
    SELECT $place, sum(m.purchases), sum(m.purchases), 0, 0, $money FROM retention_guestslice AS m
    WHERE m.day >= $low AND m.day < $high $filters GROUP BY 1
"""
IN_CURRENCY = """
    sum(CASE WHEN m.currency = %s THEN m.purchases ELSE 0 END) AS in_currency,
    sum(CASE WHEN m.currency = %s THEN m.gross_minor ELSE 0 END) AS gross_minor,
    sum(CASE WHEN m.currency = %s THEN m.refunds_minor ELSE 0 END) AS refunds_minor
"""
NAMES = (
    "purchases",
    "guest_purchases",
    "repeat_purchases",
    "repeat_purchases_by_period",
    "currency_purchases",
    "gross_minor",
    "refunds_minor",
)


def people(
    query: Query, spans: Spans | None = None, *, with_net: bool = False
) -> tuple[str, list[object]]:
    """The SELECT of the people concerned, with its values; `with_net`: with their net money in
    the window before the period."""
    spans = spans or spans_of([query])
    condition, values = passing(query.filters)
    bit = spans.bit_of("m.day")
    if with_net:
        bit = f"CASE WHEN m.purchases > 0 THEN {bit} ELSE 0 END"
        values = [query.period.first, query.currency, *values]
    else:
        condition = f"AND m.purchases > 0 {condition}"
    pieces = {
        "$together": sql.bits_together(bit),
        "$net": NET if with_net else "0",
        "$born": spans.bit_of("first_day"),
        "$day": sql.read_in_place("m.day") if spans.high - spans.low > MANY_DAYS else "m.day",
        "$low": str(spans.low),
        "$high": str(spans.high),
        "$filters": condition,
    }
    return _filled(PEOPLE, pieces), values


def spans_of(queries: Sequence[Query]) -> Spans:
    """The spans that the queries' windows and periods cut."""
    edges = set[int]()
    for query in queries:
        edges |= {query.opens, query.period.first, query.closes, query.period.after}
    return Spans.between(edges)


def member_condition(query: Query, name: str, spans: Spans | None = None) -> str:
    """Which of the people the named number counts, as SQL."""
    spans = spans or spans_of([query])
    period = query.period
    pieces = {
        "$at_start": _met(spans.mask(query.opens, period.first)),
        "$at_end": _met(spans.mask(query.closes, period.after)),
        "$bought": _met(spans.mask(period.first, period.after)),
        "$born": f"born > {spans.mask(spans.low, period.first)}",
    }
    return _filled(MEMBERS[name], pieces)


def last_purchases(query: Query, name: str) -> tuple[str, list[object]]:
    """The SELECT of whom the named number counts (customer_id, day), with its values: the same
    people as `member_condition` finds, for reading a few of them in the order of days."""
    period = query.period
    condition, values = passing(query.filters)
    earlier, later = (passing_slices(query.filters, alias) for alias in "sl")
    pieces = {
        "$wanted": MEMBERS[name],
        "$at_start": STARTED,
        "$at_end": f"m.day >= {query.closes}",
        "$bought": f"m.day >= {period.first}",
        "$born": f"m.first_day >= {period.first}",
        "$opens": str(query.opens),
        "$first": str(period.first),
        "$low": str(query.opens),
        "$high": str(period.after),
        "$filters": condition,
        "$started": earlier,
        "$later": later,
    }
    return _filled(LAST, pieces), values


def _filled(text: str, pieces: dict[str, str]) -> str:
    for piece, filling in pieces.items():
        text = text.replace(piece, filling)
    return text


def _met(mask: int) -> str:
    return f"(spans & {mask}) <> 0"


def count_one(query: Query) -> dict[str, Any]:
    """The counts of one period, with the net money for revenue churn."""
    spans = spans_of([query])
    statement, values = people(query, spans, with_net=True)
    nets = [
        f"coalesce(sum(net) FILTER (WHERE {member_condition(query, name, spans)}), 0)"
        for name in ("start", "lost")
    ]
    with sql.roomy():
        row = sql.fetch(
            SETS, values, people=statement, sums=", ".join([*_sums(query, spans), *nets])
        )
        sold = _sales([query])[0]
    *numbers, start, lost = (int(number) for number in row[0])
    return {**_named(numbers), **sold, "start_net_minor": start, "lost_net_minor": lost}


def _sums(query: Query, spans: Spans) -> list[str]:
    """How many people are in each of the sets of `COUNTED`, as SQL."""
    return [
        f"coalesce(sum(people) FILTER (WHERE {member_condition(query, name, spans)}), 0)"
        for name in COUNTED
    ]


def _named(numbers: Sequence[int]) -> dict[str, int]:
    found = dict(zip(COUNTED, numbers, strict=True))
    buyers, new_buyers = found.pop("buyers"), found.pop("new_buyers")
    return {**set_figures(**found), "buyers": buyers, "new_buyers": new_buyers}


def count_months(queries: Sequence[Query]) -> list[dict[str, Any]]:
    """The counts of several periods, without the net money for revenue churn."""
    rows: list[dict[str, Any]] = []
    size = MOST_SPANS // 4
    with sql.roomy():
        for begin in range(0, len(queries), size):
            part = queries[begin : begin + size]
            sets, sold = _sets(part), _sales(part)
            rows += [{**found, **sales} for found, sales in zip(sets, sold, strict=True)]
    return rows


def _sets(queries: Sequence[Query]) -> list[dict[str, int]]:
    spans = spans_of(queries)
    statement, values = people(queries[0], spans)
    sums = [text for query in queries for text in _sums(query, spans)]
    row = sql.fetch(SETS, values, people=statement, sums=", ".join(sums))[0]
    size = len(COUNTED)
    return [_named([int(n) for n in row[i : i + size]]) for i in range(0, len(row), size)]


def _sales(queries: Sequence[Query]) -> list[dict[str, int]]:
    """Of one period, or of several months that follow each other."""
    query = queries[0]
    condition, values = passing(query.filters)
    edges = [*(query.period.first for query in queries), queries[-1].period.after]
    pieces = {
        "$money": IN_CURRENCY,
        "$place": halving("m.day", edges, [str(place) for place in range(len(queries))]),
        "$began": halving("m.day", edges, [str(edge) for edge in edges[:-1]]),
        "$low": str(edges[0]),
        "$high": str(edges[-1]),
        "$filters": condition,
        "$month": str(query.period.month),
        "$count": str(len(queries)),
    }
    parts = _parts_of_sales(query)
    found = sql.fetch(
        SALES,
        [query.currency, query.currency, query.currency, *values] * len(parts),
        parts=" UNION ALL ".join(_filled(part, pieces) for part in parts),
    )
    rows = {int(row[0]): [int(number) for number in row[1:]] for row in found}
    return [
        dict(zip(NAMES, rows.get(place, [0] * len(NAMES)), strict=True))
        for place in range(len(queries))
    ]


def _parts_of_sales(query: Query) -> list[str]:
    """Known customers' sales and guests'. A tag leaves no guests; of tagged customers nothing is
    kept ready, and neither is it of other days than whole months."""
    if query.filters.tag_id is not None:
        return [DAY_SALES]
    return [DAY_SALES if query.period.month is None else MONTH_SALES, GUEST_SALES]

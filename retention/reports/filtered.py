"""Figures of some purchases only (a branch, a source, a tag), asked of the purchases.

The people are those with a purchase that passes. First purchases and cohorts stay the earliest
ever. One pass gives each customer the spans of time they bought in (`rules.spans`); every set
of every month of a series follows from these.
"""

from collections.abc import Sequence
from typing import Any

from retention import sql
from retention.reports.query import Query
from retention.rules.sets import set_figures
from retention.rules.spans import MOST_SPANS, Spans, halving

# One row per customer with a passing purchase in the spans; `born` is the bit of the first
# purchase ever, 0 where it was earlier.
PEOPLE = """
    SELECT g.customer_id, g.day, g.spans, g.gross_before,
        CASE WHEN f.first_day < $low THEN 0 ELSE $born END AS born
    FROM (
        SELECT p.customer_id, max(p.local_day) AS day, $together AS spans,
            sum(CASE WHEN p.local_day < %s AND p.currency = %s THEN p.gross_minor ELSE 0 END)
                AS gross_before
        FROM customers_purchase AS p
        WHERE p.counts AND p.customer_id IS NOT NULL
            AND p.local_day >= $low AND p.local_day < $high $filters
        GROUP BY p.customer_id
    ) AS g JOIN retention_customerfirst AS f ON f.customer_id = g.customer_id
"""
SETS = """
    SELECT $sums FROM (
        SELECT spans, born, count(*) AS people FROM ($people) AS people GROUP BY spans, born
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
# The last passing purchase before the period's end of each customer: for a list, which comes in
# the order of days and so reads no more than it shows.
LAST = """
    SELECT p.customer_id, p.local_day AS day
    FROM customers_purchase AS p
    JOIN retention_customerfirst AS f ON f.customer_id = p.customer_id
    WHERE p.counts AND p.local_day >= $low AND p.local_day < $high $filters AND $wanted
        AND NOT EXISTS (
            SELECT 1 FROM customers_purchase AS l
            WHERE l.customer_id = p.customer_id
                AND (l.occurred_at, l.id) > (p.occurred_at, p.id)
                AND l.counts AND l.local_day < $high $later
        )
"""
STARTED = """(p.local_day < $first OR EXISTS (
    SELECT 1 FROM customers_purchase AS s
    WHERE s.customer_id = p.customer_id AND s.counts
        AND s.local_day >= $opens AND s.local_day < $first $started
))"""
COUNTED = ("start", "lost", "end", "new", "buyers", "new_buyers")
SALES = """
    SELECT $place AS place, count(*), count(*) FILTER (WHERE p.customer_id IS NULL),
        count(*) FILTER (WHERE p.occurred_at > f.first_at),
        count(*) FILTER (WHERE f.first_day < $began),
        count(*) FILTER (WHERE p.currency = %s),
        coalesce(sum(p.gross_minor) FILTER (WHERE p.currency = %s), 0)
    FROM customers_purchase AS p
    LEFT JOIN retention_customerfirst AS f ON f.customer_id = p.customer_id
    WHERE p.counts AND p.local_day >= $low AND p.local_day < $high $filters GROUP BY 1
"""
REFUNDS = """
    SELECT $place AS place, sum(r.amount_minor) FROM customers_refund AS r
    WHERE r.counts AND r.currency = %s AND r.local_day >= $low AND r.local_day < $high $filters
    GROUP BY 1
"""
REFUNDS_BEFORE = """
    SELECT coalesce(sum(r.amount_minor), 0),
        coalesce(sum(r.amount_minor) FILTER (WHERE NOT ($at_end)), 0)
    FROM customers_refund AS r
    JOIN filtered_people AS g ON g.customer_id = r.customer_id AND $at_start
    WHERE r.counts AND r.currency = %s AND r.local_day >= %s AND r.local_day < %s $filters
"""
NAMES = (
    "purchases",
    "guest_purchases",
    "repeat_purchases",
    "repeat_purchases_by_period",
    "currency_purchases",
    "gross_minor",
)


def people(query: Query, spans: Spans | None = None) -> tuple[str, list[object]]:
    """The SELECT of the people concerned, with its values."""
    spans = spans or spans_of([query])
    condition, values = query.filters.in_sql("p")
    pieces = {
        "$together": sql.bits_together(spans.bit_of("p.local_day")),
        "$born": spans.bit_of("f.first_day"),
        "$low": str(spans.low),
        "$high": str(spans.high),
        "$filters": condition,
    }
    return _filled(PEOPLE, pieces), [query.period.first, query.currency, *values]


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
    period, started = query.period, "$at_start" in MEMBERS[name]
    condition, values = query.filters.in_sql("p")
    earlier, between = query.filters.in_sql("s")
    later, more = query.filters.in_sql("l")
    pieces = {
        "$wanted": MEMBERS[name],
        "$at_start": STARTED,
        "$at_end": f"p.local_day >= {query.closes}",
        "$bought": f"p.local_day >= {period.first}",
        "$born": f"f.first_day >= {period.first}",
        "$opens": str(query.opens),
        "$first": str(period.first),
        "$low": str(query.opens),
        "$high": str(period.after),
        "$filters": condition,
        "$started": earlier,
        "$later": later,
    }
    return _filled(LAST, pieces), [*values, *(between if started else ()), *more]


def _filled(text: str, pieces: dict[str, str]) -> str:
    for piece, filling in pieces.items():
        text = text.replace(piece, filling)
    return text


def _met(mask: int) -> str:
    return f"(spans & {mask}) <> 0"


def count_one(query: Query) -> dict[str, Any]:
    """The counts of one period, with the net money for revenue churn."""
    statement, values = people(query)
    with sql.roomy():
        sql.scratch("filtered_people", statement, values)
        start, lost = member_condition(query, "start"), member_condition(query, "lost")
        gross = sql.fetch(
            """
            SELECT coalesce(sum(gross_before) FILTER (WHERE $start), 0),
                coalesce(sum(gross_before) FILTER (WHERE $lost), 0)
            FROM filtered_people
            """,
            start=start,
            lost=lost,
        )[0]
        sets = _sets([query], "SELECT * FROM filtered_people", [], spans_of([query]))[0]
        back = _refunds_before(query)
        sold = _sales([query])[0]
        sql.discard("filtered_people")
    nets = {
        "start_net_minor": int(gross[0]) - back[0],
        "lost_net_minor": int(gross[1]) - back[1],
    }
    return {**sets, **sold, **nets}


def _sets(
    queries: Sequence[Query], statement: str, values: Sequence[object], spans: Spans
) -> list[dict[str, int]]:
    counted = [
        f"coalesce(sum(people) FILTER (WHERE {member_condition(query, name, spans)}), 0)"
        for query in queries
        for name in COUNTED
    ]
    row = sql.fetch(SETS, values, people=statement, sums=", ".join(counted))[0]
    size = len(COUNTED)
    found = [[int(n) for n in row[i : i + size]] for i in range(0, len(row), size)]
    return [_named(dict(zip(COUNTED, numbers, strict=True))) for numbers in found]


def _named(found: dict[str, int]) -> dict[str, int]:
    buyers, new_buyers = found.pop("buyers"), found.pop("new_buyers")
    return {**set_figures(**found), "buyers": buyers, "new_buyers": new_buyers}


def _refunds_before(query: Query) -> tuple[int, int]:
    condition, values = query.filters.in_sql("r")
    found = sql.fetch(
        REFUNDS_BEFORE,
        [query.currency, query.opens, query.period.first, *values],
        filters=condition,
        at_start=member_condition(query, "start"),
        at_end=member_condition(query, "end"),
    )[0]
    return int(found[0]), int(found[1])


def count_months(queries: Sequence[Query]) -> list[dict[str, Any]]:
    """The counts of several periods, without the net money for revenue churn."""
    rows: list[dict[str, Any]] = []
    size = MOST_SPANS // 4
    with sql.roomy():
        for begin in range(0, len(queries), size):
            part = queries[begin : begin + size]
            spans = spans_of(part)
            statement, values = people(part[0], spans)
            sets = _sets(part, statement, values, spans)
            sold = _sales(part)
            rows += [{**found, **sales} for found, sales in zip(sets, sold, strict=True)]
    return rows


def _sales(queries: Sequence[Query]) -> list[dict[str, int]]:
    """Of one period, or of several that follow each other without a gap."""
    edges = [*(query.period.first for query in queries), queries[-1].period.after]
    currency, span = queries[0].currency, {"low": str(edges[0]), "high": str(edges[-1])}
    places = [str(place) for place in range(len(queries))]
    began = halving("p.local_day", edges, [str(edge) for edge in edges[:-1]])
    bought, values = queries[0].filters.in_sql("p")
    place = halving("p.local_day", edges, places)
    sold = sql.fetch(
        SALES, [currency, currency, *values], place=place, began=began, filters=bought, **span
    )
    returned, values = queries[0].filters.in_sql("r")
    place = halving("r.local_day", edges, places)
    back = sql.fetch(REFUNDS, [currency, *values], place=place, filters=returned, **span)
    by_place = {int(row[0]): [int(number) for number in row[1:]] for row in sold}
    refunds = {int(place): int(amount) for place, amount in back}
    return [
        {
            **dict(zip(NAMES, by_place.get(n, [0] * len(NAMES)), strict=True)),
            "refunds_minor": refunds.get(n, 0),
        }
        for n in range(len(queries))
    ]

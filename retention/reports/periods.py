"""Figures of a period, of a series of months, and beside the period before."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from retention.reports import counting, filtered
from retention.reports.figures import Comparison, Figures
from retention.reports.query import Filters, Query
from retention.rules.periods import month_of, month_of_day
from retention.services.months import data_span

LONGEST_SERIES = 120


def figures(query: Query) -> Figures:
    """All figures of one period. The roll-ups are taken as they stand: whoever shows the
    figures first calls `services.freshness.bring_up_to_date`."""
    if query.filters:
        return _figures([query], [filtered.count_one(query)])[0]
    month = query.period.month
    months = None if month is None else range(month, month + 1)
    return _figures([query], counting.count([query], months))[0]


def compare(query: Query) -> Comparison:
    """A period's figures beside those of the period before."""
    before = query.before()
    month = query.period.month
    if before is None:
        return Comparison(figures(query), None)
    if month is None or query.filters:
        return Comparison(figures(query), figures(before))
    pair = counting.count([before, query], range(month - 1, month + 1))
    earlier, later = _figures([before, query], pair)
    return Comparison(later, earlier)


def months(
    first: int,
    last: int,
    *,
    window_days: int,
    currency: str,
    filters: Filters | None = None,
) -> list[Figures]:
    """Figures of the calendar months with numbers in [first, last), at most 120 of them.

    Net money for revenue churn is there for the usual windows without filters, else None.
    """
    if not 0 < last - first <= LONGEST_SERIES:
        raise ValueError("a series has 1 to 120 months")
    numbers = range(first, last)
    chosen = filters or Filters()
    queries = [Query(month_of(n), window_days, currency, chosen) for n in numbers]
    if not chosen:
        return _figures(queries, counting.count(queries, numbers))
    return _figures(queries, filtered.count_months(queries))


def data_months() -> range:
    """Numbers of the months from the shop's first to its last valid purchase; empty without."""
    span = data_span()
    return range(month_of_day(span[0]), month_of_day(span[1]) + 1) if span else range(0)


def _figures(queries: Sequence[Query], counts: Sequence[dict[str, Any]]) -> list[Figures]:
    span = data_span()
    since, until = (date.fromordinal(day) for day in span) if span else (None, None)
    empty = Figures(data_from=since, data_until=until)
    return [replace(empty, query=query, **row) for query, row in zip(queries, counts, strict=True)]

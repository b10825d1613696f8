"""Whether the product says what the plain sets say."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from customers.models import Tag
from retention import reports
from retention.reports import CohortQuery, Filters, Query
from retention.rules.periods import Period
from tests.retention.worlds.keeping import Book, branch_pk
from tests.retention.worlds.naive import HORIZONS, Naive, Only, Question
from tests.retention.worlds.naive_cohorts import Cohort, cohorts, means, returners


def filters_of(only: Only) -> Filters:
    return Filters(
        branch_id=branch_pk(only.branch) if only.branch else None,
        source=only.source,
        tag_id=Tag.objects.get(name=only.tag).pk if only.tag else None,
    )


def query_of(asked: Question) -> Query:
    period = Period(asked.start, asked.end)
    return Query(period, asked.window, asked.currency, filters_of(asked.only))


def said(figures: reports.Figures, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(figures, name) for name in names}


def check_figures(naive: Naive, asked: Question, figures: reports.Figures) -> None:
    """Every number, rate and average."""
    counts = naive.counts(asked)
    rates = naive.rates(asked)
    if figures.start_net_minor is None:
        for name in ("start_net_minor", "lost_net_minor"):
            del counts[name]
        rates["revenue_churn_rate"] = None
    averages = naive.averages(asked)
    assert said(figures, counts) == counts, asked
    assert said(figures, rates) == rates, asked
    shown = {name: getattr(figures, name) for name in averages}
    assert {n: v if v is None else f"{v:f}" for n, v in shown.items()} == averages, asked
    assert (figures.data_from, figures.data_until) == (naive.data_from, naive.data_until)
    assert figures.is_measurable == naive.measurable(asked)


def check_questions(book: Book, questions: Iterable[Question]) -> None:
    naive = book.naive
    for asked in questions:
        check_figures(naive, asked, reports.figures(query_of(asked)))


def check_months(book: Book, first: date, count: int, window: int, only: Only) -> None:
    """A series of months, asked at once, in euros."""
    begin = first.year * 12 + first.month - 1
    naive = book.naive
    series = reports.months(
        begin, begin + count, window_days=window, currency="EUR", filters=filters_of(only)
    )
    assert len(series) == count
    for figures in series:
        period = figures.asked.period
        check_figures(naive, Question(period.start, period.end, window, "EUR", only), figures)


def people_of(book: Book, listing: reports.CustomerListing) -> list[str]:
    return [book.name_of(row.customer.pk) for row in listing.everything()]


def check_lists(book: Book, asked: Question) -> None:
    """Every list holds exactly its people or receipts, and is as long as its number."""
    naive, query = book.naive, query_of(asked)
    for name, people in naive.people(asked).items():
        listing = reports.members(query, name)
        listed = people_of(book, listing)
        assert sorted(listed) == sorted(people), (name, asked)
        assert listing.count() == len(people), (name, asked)
    for name, keys in naive.receipts(asked).items():
        rows = reports.refunds(query) if name == "refunds" else reports.sales(query, name)
        found = [(row.source, row.number) for row in rows.everything()]
        assert sorted(found) == sorted(keys), (name, asked)
        assert rows.count() == len(keys), (name, asked)


def only_cohort(row: reports.CohortRow) -> range:
    """The row's cohort alone."""
    return range(row.month, row.month + 1)


def check_means(book: Book, query: CohortQuery, expected: list[Cohort]) -> None:
    """The list behind a mean: of all cohorts together, who bought in their own month k."""
    if not expected:
        return
    several = range(expected[0].month, expected[-1].month + 1)
    everybody = sorted(who for cohort in expected for who in cohort.who)
    assert sorted(people_of(book, reports.cohort_members(query, several))) == everybody
    for k in (1, 2):
        came = [cohort.cells[k] for cohort in expected]
        wanted = sorted(who for cell in came if cell is not None for who in cell.who)
        assert sorted(people_of(book, reports.cohort_members(query, several, k))) == wanted


def check_cohorts(book: Book, *, months: int, currency: str = "PLN", only: Only) -> None:
    """Cohorts, their cells with people and money, the mean row, and the lists of all of them."""
    query = CohortQuery(months=months, currency=currency, filters=filters_of(only))
    expected = cohorts(book.naive, months=months, currency=currency, only=only)
    table = reports.cohorts(query)

    assert [row.month for row in table.rows] == [row.month for row in expected]
    assert list(table.mean) == means(expected, months)
    check_means(book, query, expected)
    for row, wanted in zip(table.rows, expected, strict=True):
        assert row.size == len(wanted.who)
        check_row(row, wanted)
        assert sorted(people_of(book, reports.cohort_members(query, only_cohort(row)))) == sorted(
            wanted.who
        )
        for cell in row.cells[:4]:
            if cell is not None:
                listing = reports.cohort_members(query, only_cohort(row), cell.k)
                found = wanted.cells[cell.k]
                assert found is not None
                assert sorted(people_of(book, listing)) == sorted(found.who)
                assert listing.count() == cell.active


def check_row(row: reports.CohortRow, wanted: Cohort) -> None:
    for k, (cell, expected) in enumerate(zip(row.cells, wanted.cells, strict=True)):
        if expected is None or cell is None:
            assert (cell, expected) == (None, None)
            continue
        assert (cell.k, cell.month, cell.active) == (k, wanted.month + k, len(expected.who))
        assert (cell.gross_minor, cell.net_minor) == (expected.gross, expected.net)
        assert cell.gross_so_far_minor == expected.gross_so_far
        assert cell.net_so_far_minor == expected.net_so_far
        assert cell.is_complete == expected.is_complete


def check_repeats(book: Book, only: Only) -> None:
    """The rates of all horizons, and both lists behind each."""
    naive, filters = book.naive, filters_of(only)
    rates = reports.repeat_rates(filters)
    assert [rate.horizon for rate in rates] == list(HORIZONS)
    for rate in rates:
        asked, came = returners(naive, rate.horizon, only)
        assert (rate.customers, rate.returned) == (len(asked), len(came)), rate.horizon
        for returned, people in ((None, asked), (True, came), (False, asked - came)):
            listing = reports.repeat_members(rate.horizon, returned, filters)
            assert sorted(people_of(book, listing)) == sorted(people)
            assert listing.count() == len(people)

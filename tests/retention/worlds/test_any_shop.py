"""Any small shop and any question: hypothesis looks for the one that breaks a figure."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from retention import reports
from retention.services.checking import differences
from retention.services.freshness import bring_up_to_date
from retention.services.rebuild import rebuild
from tests.retention.worlds.comparing import (
    check_cohorts,
    check_figures,
    check_lists,
    check_questions,
    check_repeats,
    query_of,
)
from tests.retention.worlds.keeping import NOW, Book, open_shop
from tests.retention.worlds.naive import Bought, Only, Question, Returned

pytestmark = pytest.mark.django_db

FIRST = date(2024, 2, 27)
# Few days in a row, then some a window apart: neighbours and edges are where figures break.
OFFSETS = [0, 1, 2, 3, 32, 33, 34, 91, 92, 123, 366, 367, 400, 733]
people = st.sampled_from(["a", "b", "c", None])
days = st.sampled_from(OFFSETS)
hours = st.sampled_from([0, 9, 22, 23])
amounts = st.sampled_from([1, 2, 1000])
currencies = st.sampled_from(["PLN", "PLN", "JPY"])
statuses = st.sampled_from(["", "", "", "cancelled"])
windows = st.sampled_from([1, 2, 30, 90, 365, 730])
quick = settings(max_examples=9, deadline=None)


def instant(offset: int, hour: int) -> datetime:
    day = FIRST + timedelta(days=offset)
    return datetime(day.year, day.month, day.day, hour, 30, tzinfo=UTC)


@st.composite
def purchases(draw: st.DrawFn) -> Bought:
    return Bought(
        number=f"p{draw(st.integers(0, 9))}",
        who=draw(people),
        at=instant(draw(days), draw(hours)),
        minor=draw(amounts),
        currency=draw(currencies),
        status=draw(statuses),
        source=draw(st.sampled_from(["till", "web"])),
    )


@st.composite
def refunds(draw: st.DrawFn) -> Returned:
    return Returned(
        number=f"r{draw(st.integers(0, 3))}",
        who=draw(people),
        at=instant(draw(days), draw(hours)),
        minor=draw(amounts),
        of=draw(st.sampled_from(["p0", "p1", "p2", "lost", ""])),
        currency=draw(currencies),
        source=draw(st.sampled_from(["till", "web"])),
    )


documents = st.lists(st.one_of(purchases(), purchases(), refunds()), max_size=14)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Days from edge to edge, or whole months."""
    low, high = sorted(draw(st.lists(st.integers(-40, 800), min_size=2, max_size=2, unique=True)))
    start, end = FIRST + timedelta(days=low), FIRST + timedelta(days=high)
    if draw(st.booleans()):
        start = start.replace(day=1)
        end = (start + timedelta(days=32)).replace(day=1)
    only = draw(st.sampled_from([Only(), Only(), Only(source="web")]))
    return Question(start, end, draw(windows), draw(currencies), only)


@contextmanager
def own_world() -> Iterator[Book]:
    """A shop that is gone afterwards, as each example needs its own."""
    with transaction.atomic():
        yield open_shop()
        transaction.set_rollback(True)


def by_number(rows: list[Bought | Returned]) -> list[Bought | Returned]:
    """The last of each number: a file that names one twice says only the last."""
    return list({(type(row), *row.key): row for row in rows}.values())


def named(book: Book, rows: list[Bought | Returned]) -> list[Bought | Returned]:
    """The rows without those that take a name off a receipt, which no import does; a refund
    keeps whom it named, or inherited when its purchase had a name."""
    return [
        row
        for row in by_number(rows)
        if isinstance(row, Bought) and not (row.key in book.bought and row.who is None)
    ]


@quick
@given(documents, st.lists(questions(), min_size=1, max_size=6))
def test_any_figure_of_any_shop(rows: list[Bought | Returned], asked: list[Question]) -> None:
    with own_world() as book:
        book.write(*by_number(rows))
        rebuild(now=NOW)

        check_questions(book, asked)


@quick
@given(documents, questions())
def test_any_list_of_any_shop(rows: list[Bought | Returned], asked: Question) -> None:
    with own_world() as book:
        book.write(*by_number(rows))
        rebuild(now=NOW)

        check_lists(book, asked)


@quick
@given(documents, st.sampled_from([Only(), Only(source="web")]))
def test_any_cohort_and_repeat_rate(rows: list[Bought | Returned], only: Only) -> None:
    with own_world() as book:
        book.write(*by_number(rows))
        rebuild(now=NOW)

        if book.naive.sales:
            check_cohorts(book, months=4, currency="PLN", only=only)
            check_repeats(book, only)
        else:
            assert reports.cohorts(reports.CohortQuery()).rows == ()


@quick
@given(documents, st.lists(purchases(), min_size=1, max_size=4), questions())
def test_any_change_of_any_shop(
    rows: list[Bought | Returned], later: list[Bought | Returned], asked: Question
) -> None:
    with own_world() as book:
        book.write(*[row for row in by_number(rows) if isinstance(row, Bought)])
        rebuild(now=NOW)

        for row in named(book, later):
            book.write(row)
            bring_up_to_date(now=NOW)

        assert differences(now=NOW) == []
        check_questions(book, [asked])


@quick
@given(documents, st.lists(refunds(), min_size=1, max_size=4), questions())
def test_refunds_that_come_later(
    rows: list[Bought | Returned], later: list[Bought | Returned], asked: Question
) -> None:
    with own_world() as book:
        book.write(*[row for row in by_number(rows) if isinstance(row, Bought)])
        rebuild(now=NOW)

        for row in by_number(later):
            book.write(row)
            bring_up_to_date(now=NOW)

        assert differences(now=NOW) == []
        check_questions(book, [asked])


@quick
@given(documents, st.lists(refunds(), min_size=1, max_size=3), questions())
def test_refunds_that_come_first(
    rows: list[Bought | Returned], earlier: list[Bought | Returned], asked: Question
) -> None:
    with own_world() as book:
        book.write(*by_number(earlier))
        rebuild(now=NOW)

        for row in by_number(rows):
            if isinstance(row, Bought):
                book.write(row)
        bring_up_to_date(now=NOW)

        assert differences(now=NOW) == []
        check_questions(book, [asked])


@quick
@given(documents, windows, currencies)
def test_flows_add_up_in_any_series(
    rows: list[Bought | Returned], window: int, currency: str
) -> None:
    with own_world() as book:
        book.write(*by_number(rows))
        rebuild(now=NOW)
        series = reports.months(24_288, 24_318, window_days=window, currency=currency)

        for before, after in pairwise(series):
            assert before.customers_at_start == before.kept + before.lost
            assert before.customers_at_end == before.kept + before.new + before.reactivated
            assert before.customers_at_end == after.customers_at_start
            assert before.buyers == before.new_buyers + before.returning_buyers
            assert before.new <= before.new_buyers
            assert before.repeat_purchases_by_period <= before.repeat_purchases
        assert sum(row.new_buyers for row in series) == len(book.naive.firsts)


@quick
@given(documents, questions())
def test_a_comparison_is_the_period_and_the_one_before(
    rows: list[Bought | Returned], asked: Question
) -> None:
    with own_world() as book:
        book.write(*by_number(rows))
        rebuild(now=NOW)
        found = reports.compare(query_of(asked))

        assert found.before is not None
        before = found.before.asked.period
        check_figures(book.naive, asked, found.now)
        earlier = Question(before.start, before.end, asked.window, asked.currency, asked.only)
        check_figures(book.naive, earlier, found.before)
        assert before.end == asked.start

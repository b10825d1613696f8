"""Refunds that stand alone: before any purchase, of guests who are named later, of people who
never bought. The figures and every roll-up stay those of the plain sets."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from retention import reports
from retention.models import GuestDay, MonthNet
from retention.services.checking import differences
from retention.services.freshness import bring_up_to_date
from retention.services.rebuild import rebuild
from tests.retention.worlds.comparing import check_figures, check_questions, query_of
from tests.retention.worlds.keeping import NOW, Book, open_shop
from tests.retention.worlds.naive import Bought, Question, Returned

pytestmark = pytest.mark.django_db

APRIL, MAY = datetime(2025, 4, 8, 12, tzinfo=UTC), datetime(2025, 5, 9, 12, tzinfo=UTC)
MONTHS = [
    Question(date(2025, month, 1), date(2025, month + 1, 1), window)
    for month in range(1, 9)
    for window in (90, 365)
]


def check(book: Book) -> None:
    bring_up_to_date(now=NOW)
    check_questions(book, MONTHS)
    assert differences(now=NOW) == []


@pytest.fixture
def book(db: None) -> Book:
    """Bea only ever got money back, in January; Anna bought first in June."""
    book = open_shop()
    book.give_back(None, "2025-01-15 12:00", 500, "bea")
    book.sell("anna", "2025-06-01 12:00")
    rebuild(now=NOW)
    return book


def test_nobody_at_the_start_brought_nothing(book: Book) -> None:
    check(book)
    asked = query_of(Question(date(2025, 2, 1), date(2025, 3, 1), 90))
    assert reports.figures(asked).start_net_minor == 0


def test_a_purchase_dated_back_before_the_refund(book: Book) -> None:
    book.sell("cora", "2025-01-01 12:00")

    check(book)


def test_a_purchase_of_the_one_who_got_money_back(book: Book) -> None:
    book.sell("bea", "2024-12-30 12:00")

    check(book)


def test_the_first_purchase_is_cancelled(book: Book) -> None:
    first = book.sell("cora", "2025-01-01 12:00")
    bring_up_to_date(now=NOW)

    book.write(replace(first, status="cancelled"))

    check(book)


def test_the_last_purchase_is_cancelled(book: Book) -> None:
    last = book.sell("cora", "2025-07-20 12:00")
    bring_up_to_date(now=NOW)

    book.write(replace(last, status="cancelled"))

    check(book)


def test_every_purchase_is_cancelled(book: Book) -> None:
    book.write(*[replace(row, status="cancelled") for row in book.bought.values()])

    check(book)
    assert reports.cohorts(reports.CohortQuery(months=2)).rows == ()
    assert list(reports.data_months()) == []


def test_every_purchase_comes_back(book: Book) -> None:
    sold = list(book.bought.values())
    book.write(*[replace(row, status="failed") for row in sold])
    bring_up_to_date(now=NOW)

    book.write(*sold)

    check(book)


def test_only_guests_buy_meanwhile(book: Book) -> None:
    book.write(*[replace(row, status="draft") for row in book.bought.values()])
    book.sell(None, "2025-03-03 12:00")

    check(book)
    assert list(reports.data_months()) == [2025 * 12 + 2]


def test_the_shop_begins_with_guests_and_a_refund(db: None) -> None:
    book = open_shop()
    book.sell(None, "2025-02-02 12:00")
    book.give_back(None, "2025-03-03 12:00", 70, "bea")
    check(book)
    assert MonthNet.objects.count() == 0

    book.sell(None, "2025-06-02 12:00")

    check(book)
    assert set(MonthNet.objects.values_list("lost_minor", flat=True)) == {0}


def refund_first(book: Book) -> None:
    """The refund's file came before the purchase's."""
    book.write(Returned("r1", None, MAY, 100, "p1"))
    rebuild(now=NOW)
    book.write(Bought("p1", "anna", APRIL))


def guest_named(book: Book) -> None:
    """The receipt named nobody at first."""
    book.write(Bought("p1", None, APRIL), Returned("r1", None, MAY, 100, "p1"))
    rebuild(now=NOW)
    book.write(Bought("p1", "anna", APRIL))


def refund_first_of_a_guest(book: Book) -> None:
    book.write(Returned("r1", None, MAY, 100, "p1"))
    rebuild(now=NOW)
    book.write(Bought("p1", None, APRIL))
    bring_up_to_date(now=NOW)
    book.write(Bought("p1", "anna", APRIL))


@pytest.mark.parametrize("come", [refund_first, guest_named, refund_first_of_a_guest])
def test_a_refund_leaves_the_guests_with_its_purchase(
    come: Callable[[Book], None], db: None
) -> None:
    book = open_shop()
    come(book)

    check(book)
    assert not GuestDay.objects.exists()
    may = reports.figures(query_of(Question(date(2025, 5, 1), date(2025, 6, 1), 90)))
    assert (may.refunds_minor, may.start_net_minor, may.customers_at_start) == (100, 1000, 1)


def test_a_refund_of_a_guest_stays_with_the_guests(db: None) -> None:
    book = open_shop()
    book.write(Bought("p1", None, APRIL))
    rebuild(now=NOW)

    book.write(Returned("r1", None, MAY, 100, "p1"))

    check(book)
    day = GuestDay.objects.get(refunds_minor=100)
    assert (day.day, day.purchases) == (MAY.date().toordinal(), 0)


def test_a_whole_refund_takes_a_guests_purchase_away(db: None) -> None:
    book = open_shop()
    book.write(Bought("p1", None, APRIL), Bought("p2", "anna", MAY))
    rebuild(now=NOW)

    book.write(Returned("r1", None, MAY, 1000, "p1"))

    check(book)
    assert not GuestDay.objects.exists()


def test_a_series_says_so_too(book: Book) -> None:
    book.sell("cora", "2025-01-01 12:00")
    bring_up_to_date(now=NOW)
    naive = book.naive

    for figures in reports.months(24_300, 24_312, window_days=90, currency="PLN"):
        period = figures.asked.period
        check_figures(naive, Question(period.start, period.end, 90), figures)

"""Small shops whose figures are worked out by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from retention import reports
from retention.reports import Figures, Query
from retention.rules.periods import Period
from retention.services.freshness import bring_up_to_date
from tests.retention.worlds.keeping import NOW, Book, open_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(db: None) -> Book:
    return open_shop()


def ask(start: str, end: str, window: int = 90, currency: str = "PLN") -> Figures:
    bring_up_to_date(now=NOW)
    period = Period(date.fromisoformat(start), date.fromisoformat(end))
    return reports.figures(Query(period, window, currency))


def sets(figures: Figures) -> tuple[int, ...]:
    """start, kept, lost, new, reactivated, end"""
    return (
        figures.customers_at_start,
        figures.kept,
        figures.lost,
        figures.new,
        figures.reactivated,
        figures.customers_at_end,
    )


@pytest.mark.parametrize(
    ("amounts", "average"),
    [
        ([1], "0.0100"),
        ([100, 101], "1.0050"),
        ([1, 1, 2], "0.0133"),
        ([2, 2, 1], "0.0167"),
        ([1, *[2] * 7], "0.0188"),
        ([1, 1, 1, 1, 1, 1, 1, 2], "0.0113"),
        ([1] * 15 + [2], "0.0106"),
        ([33, 33, 34], "0.3333"),
        ([99_999, 100_000], "999.9950"),
    ],
)
def test_the_average_order_is_rounded_half_up_at_four_decimals(
    book: Book, amounts: list[int], average: str
) -> None:
    for minor in amounts:
        book.sell("anna", "2025-03-03 12:00", minor)

    found = ask("2025-03-01", "2025-04-01")

    assert f"{found.average_order:f}" == average
    assert found.currency_purchases == len(amounts)


@pytest.mark.parametrize(
    ("currency", "minor", "average"),
    [("JPY", 1234, "1234.0000"), ("KWD", 1234, "1.2340"), ("EUR", 1234, "12.3400")],
)
def test_a_currencys_own_digits(book: Book, currency: str, minor: int, average: str) -> None:
    book.sell("anna", "2025-03-03 12:00", minor, currency=currency)

    found = ask("2025-03-01", "2025-04-01", currency=currency)

    assert (found.gross_minor, f"{found.average_order:f}") == (minor, average)
    assert ask("2025-03-01", "2025-04-01").average_order is None


def test_the_net_average_counts_refunds_but_not_fewer_purchases(book: Book) -> None:
    first = book.sell("anna", "2025-03-03 12:00", 1000)
    book.sell("anna", "2025-03-04 12:00", 1000)
    book.give_back(first, "2025-03-05 12:00", 501)

    found = ask("2025-03-01", "2025-04-01")

    assert (found.gross_minor, found.refunds_minor, found.net_minor) == (2000, 501, 1499)
    assert found.average_order == Decimal("10.0000")
    assert found.average_order_net == Decimal("7.4950")


def test_more_given_back_than_sold_is_below_zero(book: Book) -> None:
    first = book.sell("anna", "2025-02-03 12:00", 5000)
    book.sell("anna", "2025-03-04 12:00", 1000)
    book.give_back(first, "2025-03-05 12:00", 4000)

    found = ask("2025-03-01", "2025-04-01")

    assert (found.net_minor, found.average_order_net) == (-3000, Decimal("-30.0000"))


@pytest.mark.parametrize(
    ("sales", "frequency"),
    [
        ("a", 1.0),
        ("aab", 1.5),
        ("aaabc", 5 / 3),
        ("aa--", 2.0),
        ("---", None),
        ("", None),
    ],
)
def test_frequency_is_of_known_buyers(book: Book, sales: str, frequency: float | None) -> None:
    for day, who in enumerate(sales, start=1):
        book.sell(None if who == "-" else who, f"2025-03-{day:02} 12:00")

    found = ask("2025-03-01", "2025-04-01")

    assert found.frequency == frequency
    assert (found.purchases, found.guest_purchases) == (len(sales), sales.count("-"))


@pytest.mark.parametrize(
    ("first", "window", "measurable"),
    [
        ("2025-01-01", 90, True),
        ("2025-01-02", 90, False),
        ("2025-03-31", 1, True),
        ("2025-03-31", 2, False),
        ("2024-04-01", 365, True),
        ("2024-04-02", 365, False),
        ("2023-04-02", 730, True),
        ("2023-04-03", 730, False),
    ],
)
def test_exactly_the_windows_days_of_history_are_enough(
    book: Book, first: str, window: int, *, measurable: bool
) -> None:
    book.sell(None, f"{first} 12:00")
    book.sell("anna", "2025-03-31 12:00")

    found = ask("2025-04-01", "2025-05-01", window)

    assert found.is_measurable is measurable
    assert found.customers_at_start == 1
    assert (found.retention_rate is None) is not measurable
    assert (found.churn_rate is None) is not measurable
    assert (found.revenue_churn_rate is None) is not measurable


def test_counts_are_there_where_rates_are_not(book: Book) -> None:
    book.sell("anna", "2025-03-31 12:00")
    book.sell("bea", "2025-04-02 12:00")

    found = ask("2025-04-01", "2025-05-01", 30)

    assert sets(found) == (1, 0, 1, 1, 0, 1)
    assert found.retention_rate is None


def test_an_empty_shop(book: Book) -> None:
    found = ask("2025-04-01", "2025-05-01")

    assert sets(found) == (0, 0, 0, 0, 0, 0)
    assert (found.data_from, found.data_until) == (None, None)
    assert (found.is_measurable, found.is_complete) == (False, False)
    for name in (
        *("retention_rate", "churn_rate", "revenue_churn_rate", "repurchase_index"),
        *("guest_share", "returning_rate", "frequency", "average_order", "average_order_net"),
    ):
        assert getattr(found, name) is None


def test_only_guests(book: Book) -> None:
    book.sell(None, "2025-01-01 12:00", 500)
    book.sell(None, "2025-04-02 12:00", 700)

    found = ask("2025-04-01", "2025-05-01")

    assert sets(found) == (0, 0, 0, 0, 0, 0)
    assert (found.purchases, found.guest_purchases, found.buyers) == (1, 1, 0)
    assert (found.guest_share, found.repurchase_index) == (100.0, 0.0)
    assert (found.repurchase_index_identified, found.frequency) == (None, None)
    assert (found.gross_minor, f"{found.average_order:f}") == (700, "7.0000")
    assert (found.is_measurable, found.retention_rate) == (True, None)
    assert reports.cohorts(reports.CohortQuery(months=2)).rows == ()


def test_only_refunds(book: Book) -> None:
    book.give_back(None, "2025-04-02 12:00", 300, "anna")
    book.give_back(None, "2025-04-03 12:00", 200)

    found = ask("2025-04-01", "2025-05-01")

    assert sets(found) == (0, 0, 0, 0, 0, 0)
    assert (found.gross_minor, found.refunds_minor, found.net_minor) == (0, 500, -500)
    assert (found.purchases, found.average_order, found.average_order_net) == (0, None, None)
    assert list(reports.data_months()) == []


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2025-03-01", "2025-04-01", (0, 0, 0, 1, 0, 1)),
        ("2025-04-01", "2025-05-01", (1, 1, 0, 0, 0, 1)),
        ("2025-06-01", "2025-07-01", (1, 0, 1, 0, 0, 0)),
        ("2025-07-01", "2025-08-01", (0, 0, 0, 0, 0, 0)),
        ("2025-03-10", "2025-03-11", (0, 0, 0, 1, 0, 1)),
        ("2025-03-11", "2025-03-12", (1, 1, 0, 0, 0, 1)),
        ("2025-06-07", "2025-06-08", (1, 1, 0, 0, 0, 1)),
        ("2025-06-08", "2025-06-09", (1, 0, 1, 0, 0, 0)),
        ("2025-06-09", "2025-06-10", (0, 0, 0, 0, 0, 0)),
        ("2025-01-01", "2026-01-01", (0, 0, 0, 0, 0, 0)),
    ],
)
def test_one_purchase_lives_for_its_window(
    book: Book, start: str, end: str, expected: tuple[int, ...]
) -> None:
    """10 March and 90 days: active at the starts of 11 March to 8 June."""
    book.sell("anna", "2025-03-10 12:00")

    assert sets(ask(start, end)) == expected


def test_lapse_and_return_within_a_period_is_kept(book: Book) -> None:
    book.sell("anna", "2025-01-05 12:00")
    book.sell("anna", "2025-06-20 12:00")

    assert sets(ask("2025-02-01", "2025-07-01", 30)) == (1, 1, 0, 0, 0, 1)
    assert sets(ask("2025-06-01", "2025-07-01", 30)) == (0, 0, 0, 0, 1, 1)
    assert sets(ask("2025-02-01", "2025-03-01", 30)) == (1, 0, 1, 0, 0, 0)


def test_somebody_new_who_is_gone_at_the_end_is_no_new_customer(book: Book) -> None:
    book.sell("anna", "2025-01-05 12:00")

    found = ask("2025-01-01", "2025-04-01", 30)

    assert sets(found) == (0, 0, 0, 0, 0, 0)
    assert (found.buyers, found.new_buyers) == (1, 1)


def test_equal_instants_are_not_earlier(book: Book) -> None:
    for _time in range(3):
        book.sell("anna", "2025-03-10 12:00")
    book.sell("anna", "2025-03-10 12:01")

    found = ask("2025-03-01", "2025-04-01")

    assert (found.purchases, found.repeat_purchases) == (4, 1)
    assert found.repurchase_index == 25.0
    assert (found.repeat_purchases_by_period, found.repurchase_index_by_period) == (0, 0.0)
    assert [rate.returned for rate in reports.repeat_rates()] == [0, 0, 0, 0, 1]


def test_the_order_rule_and_the_period_rule(book: Book) -> None:
    book.sell("anna", "2025-02-10 12:00")
    for day in (1, 2):
        book.sell("anna", f"2025-03-0{day} 12:00")
        book.sell("bea", f"2025-03-0{day} 12:00")
    book.sell(None, "2025-03-09 12:00")

    found = ask("2025-03-01", "2025-04-01")

    assert (found.repeat_purchases, found.repurchase_index) == (3, 60.0)
    assert found.repurchase_index_identified == 75.0
    assert (found.repeat_purchases_by_period, found.repurchase_index_by_period) == (2, 40.0)
    assert found.repurchase_index_by_period_identified == 50.0
    assert (found.returning_buyers, found.returning_rate) == (1, 50.0)


LEAP: list[tuple[str, str, Any]] = [
    ("2024-02-29", "2024-03-01", 1),
    ("2024-02-01", "2024-03-01", 1),
    ("2024-03-01", "2024-03-02", 0),
    ("2024-02-28", "2024-02-29", 0),
]


@pytest.mark.parametrize(("start", "end", "purchases"), LEAP)
def test_the_leap_day_is_a_day_of_february(
    book: Book, start: str, end: str, purchases: int
) -> None:
    book.sell("anna", "2024-02-29 12:00")

    found = ask(start, end)

    assert found.purchases == purchases


@pytest.mark.parametrize(
    ("at", "active"), [("2025-02-27", 1), ("2025-02-28", 1), ("2025-03-01", 0), ("2025-03-02", 0)]
)
def test_a_year_after_the_leap_day_is_365_days(book: Book, at: str, active: int) -> None:
    book.sell("anna", "2024-02-29 12:00")

    found = ask(at, "2025-04-01", 365)

    assert found.customers_at_start == active
    assert found.data_from == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("window", "expected"), [(28, (0, 0)), (29, (1, 0)), (30, (1, 0)), (59, (1, 0)), (60, (1, 1))]
)
def test_windows_over_the_end_of_january(
    book: Book, window: int, expected: tuple[int, int]
) -> None:
    """31 January to 1 March 2025 is 29 days, to 1 April 60."""
    book.sell("anna", "2025-01-31 12:00")

    march, april = ask("2025-03-01", "2025-04-01", window), ask("2025-04-01", "2025-05-01", window)

    assert (march.customers_at_start, april.customers_at_start) == expected


def test_revenue_churn_is_of_the_money_before(book: Book) -> None:
    book.sell("old", "2024-12-01 12:00", 99_999)
    first = book.sell("anna", "2025-01-10 12:00", 3000)
    book.sell("bea", "2025-03-20 12:00", 1000)
    book.give_back(first, "2025-02-10 12:00", 1000)
    book.sell("bea", "2025-04-05 12:00", 70_000)

    found = ask("2025-04-01", "2025-05-01", 90)

    assert sets(found) == (2, 1, 1, 0, 0, 1)
    assert (found.start_net_minor, found.lost_net_minor) == (3000, 2000)
    assert found.revenue_churn_rate == 100 * 2000 / 3000


def test_a_whole_refund_takes_history_back(book: Book) -> None:
    first = book.sell("anna", "2025-01-10 12:00")
    book.sell("anna", "2025-03-20 12:00")
    assert ask("2025-03-01", "2025-04-01").repeat_purchases == 1

    book.give_back(first, "2025-06-10 12:00", 1000)

    assert ask("2025-01-01", "2025-02-01").purchases == 0
    march = ask("2025-03-01", "2025-04-01")
    assert (march.repeat_purchases, march.new_buyers, march.customers_at_start) == (0, 1, 0)
    june = ask("2025-06-01", "2025-07-01")
    assert (june.refunds_minor, june.net_minor) == (0, 0)


def test_refunds_in_part_that_reach_the_whole_cancel(book: Book) -> None:
    first = book.sell("anna", "2025-01-10 12:00", 1000)
    book.give_back(first, "2025-01-11 12:00", 600)
    assert ask("2025-01-01", "2025-02-01").net_minor == 400

    book.give_back(first, "2025-01-12 12:00", 400)

    found = ask("2025-01-01", "2025-02-01")
    assert (found.purchases, found.net_minor, found.buyers) == (0, 0, 0)

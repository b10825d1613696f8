"""Days and months are the shop's: about midnight, where clocks change, at the ends of months."""

from datetime import UTC, date, datetime

import pytest

from retention import reports
from retention.reports import CohortQuery, Query
from retention.rules.periods import Period, month_of
from retention.services.freshness import bring_up_to_date
from tests.retention.worlds.keeping import NOW, Book, open_shop
from tests.retention.worlds.naive import Bought, Returned

pytestmark = pytest.mark.django_db


def sell_at(book: Book, instant: str, who: str | None = "anna", minor: int = 1000) -> None:
    at = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    book.write(Bought(f"p{len(book.bought)}", who, at, minor))


def months_sold(book: Book) -> dict[str, int]:
    """Purchases by month, of the months that have any."""
    bring_up_to_date(now=NOW)
    found = {}
    for number in reports.data_months():
        figures = reports.figures(Query(month_of(number), 90))
        if figures.purchases:
            found[figures.asked.period.start.isoformat()[:7]] = figures.purchases
    return found


def sold(start: str, end: str, window: int = 90) -> reports.Figures:
    bring_up_to_date(now=NOW)
    period = Period(date.fromisoformat(start), date.fromisoformat(end))
    return reports.figures(Query(period, window))


# The last second of a month and the first of the next, as instants, in each zone.
TURNS = [
    # Summer time began in the night before the month's last day.
    ("Europe/Warsaw", "2024-03-31 21:59:59", "2024-03-31 22:00:00", "2024-03", "2024-04"),
    ("Europe/Warsaw", "2024-02-29 22:59:59", "2024-02-29 23:00:00", "2024-02", "2024-03"),
    ("Europe/Warsaw", "2024-10-31 22:59:59", "2024-10-31 23:00:00", "2024-10", "2024-11"),
    ("Europe/Warsaw", "2024-12-31 22:59:59", "2024-12-31 23:00:00", "2024-12", "2025-01"),
    ("Europe/London", "2024-03-31 22:59:59", "2024-03-31 23:00:00", "2024-03", "2024-04"),
    ("Europe/London", "2024-02-29 23:59:59", "2024-03-01 00:00:00", "2024-02", "2024-03"),
    ("Europe/London", "2024-09-30 22:59:59", "2024-09-30 23:00:00", "2024-09", "2024-10"),
    ("Europe/London", "2024-10-31 23:59:59", "2024-11-01 00:00:00", "2024-10", "2024-11"),
    ("America/Santiago", "2024-04-01 02:59:59", "2024-04-01 03:00:00", "2024-03", "2024-04"),
    ("America/Santiago", "2024-05-01 03:59:59", "2024-05-01 04:00:00", "2024-04", "2024-05"),
    ("America/Santiago", "2024-10-01 02:59:59", "2024-10-01 03:00:00", "2024-09", "2024-10"),
    ("Pacific/Kiritimati", "2024-04-30 09:59:59", "2024-04-30 10:00:00", "2024-04", "2024-05"),
    ("Pacific/Pago_Pago", "2024-05-01 10:59:59", "2024-05-01 11:00:00", "2024-04", "2024-05"),
]


@pytest.mark.parametrize(("zone", "last", "first", "before", "after"), TURNS)
def test_a_month_ends_at_the_shops_midnight(
    db: None, zone: str, last: str, first: str, before: str, after: str
) -> None:
    book = open_shop(zone)
    sell_at(book, last)
    sell_at(book, first)

    assert months_sold(book) == {before: 1, after: 1}
    cohorts = reports.cohorts(CohortQuery(months=2)).rows
    assert [(row.size, [cell and cell.active for cell in row.cells]) for row in cohorts] == [
        (1, [1, 1])
    ]


@pytest.mark.parametrize(("zone", "last", "first", "before", "after"), TURNS)
def test_refunds_keep_the_shops_days_too(
    db: None, zone: str, last: str, first: str, before: str, after: str
) -> None:
    book = open_shop(zone)
    sell_at(book, "2024-01-15 12:00", minor=9000)
    for number, text in enumerate((last, first)):
        at = datetime.fromisoformat(text).replace(tzinfo=UTC)
        book.write(Returned(f"r{number}", "anna", at, 100 + number))
    bring_up_to_date(now=NOW)

    found = {}
    for number in range(2024 * 12, 2025 * 12 + 1):
        figures = reports.figures(Query(month_of(number), 90))
        if figures.refunds_minor:
            found[figures.asked.period.start.isoformat()[:7]] = figures.refunds_minor
    assert found == {before: 100, after: 101}


# Days with 23 and 25 hours: (zone, day, first instant, last second).
ODD_DAYS = [
    ("Europe/Warsaw", "2024-03-31", "2024-03-30 23:00:00", "2024-03-31 21:59:59"),
    ("Europe/Warsaw", "2024-10-27", "2024-10-26 22:00:00", "2024-10-27 22:59:59"),
    ("Europe/London", "2024-03-31", "2024-03-31 00:00:00", "2024-03-31 22:59:59"),
    ("Europe/London", "2024-10-27", "2024-10-26 23:00:00", "2024-10-27 23:59:59"),
    # Midnight is skipped here: the day begins at one.
    ("America/Santiago", "2024-09-08", "2024-09-08 04:00:00", "2024-09-09 02:59:59"),
    ("America/Santiago", "2024-04-06", "2024-04-06 03:00:00", "2024-04-07 03:59:59"),
]


@pytest.mark.parametrize(("zone", "day", "first", "last"), ODD_DAYS)
def test_a_day_of_another_length_is_one_day(
    db: None, zone: str, day: str, first: str, last: str
) -> None:
    book = open_shop(zone)
    sell_at(book, first)
    sell_at(book, last)
    following = date.fromordinal(date.fromisoformat(day).toordinal() + 1).isoformat()

    found = sold(day, following, 1)

    assert (found.purchases, found.buyers, found.repeat_purchases) == (2, 1, 1)
    assert (found.data_from, found.data_until) == (date.fromisoformat(day),) * 2
    assert sold(following, "2025-01-01", 1).customers_at_start == 1
    assert [rate.returned for rate in reports.repeat_rates()] == [0, 0, 0, 0, 1]


@pytest.mark.parametrize(
    ("zone", "instants", "window", "active"),
    [
        # Seven civil days before 3 April, over the change of the clocks.
        ("Europe/Warsaw", ["2024-03-26 23:00:00"], 7, 1),
        ("Europe/Warsaw", ["2024-03-26 22:59:59"], 7, 0),
        ("Europe/London", ["2024-03-27 00:00:00"], 7, 1),
        ("Europe/London", ["2024-03-26 23:59:59"], 7, 0),
        ("America/Santiago", ["2024-03-27 03:00:00"], 7, 1),
        ("America/Santiago", ["2024-03-27 02:59:59"], 7, 0),
    ],
)
def test_windows_count_civil_days(
    db: None, zone: str, instants: list[str], window: int, active: int
) -> None:
    book = open_shop(zone)
    for instant in instants:
        sell_at(book, instant)

    assert sold("2024-04-03", "2024-04-04", window).customers_at_start == active


@pytest.mark.parametrize(
    ("day", "month"),
    [
        ("2025-01-31", "2025-02"),
        ("2025-02-28", "2025-03"),
        ("2024-02-29", "2024-03"),
        ("2025-04-30", "2025-05"),
        ("2025-12-31", "2026-01"),
    ],
)
def test_the_last_day_belongs_to_its_month(db: None, day: str, month: str) -> None:
    book = open_shop()
    book.sell("anna", f"{day} 23:59")
    following = date.fromordinal(date.fromisoformat(day).toordinal() + 1)

    assert months_sold(book) == {day[:7]: 1}
    assert following.isoformat()[:7] == month
    figures = sold(following.isoformat(), "2026-06-01", 1)
    assert (figures.purchases, figures.customers_at_start) == (0, 1)


@pytest.mark.parametrize("zone", ["Europe/Warsaw", "Europe/London", "America/Santiago"])
def test_a_moved_shop_counts_in_its_new_days(db: None, zone: str) -> None:
    book = open_shop("Asia/Tokyo")
    for hour in range(0, 24, 2):
        sell_at(book, f"2024-03-31 {hour:02}:30:00")
        sell_at(book, f"2024-04-30 {hour:02}:30:00", "bea")
    before = months_sold(book)

    book.move_shop(zone)

    expected: dict[str, int] = {}
    for fact in book.naive.sales:
        text = fact.day.isoformat()[:7]
        expected[text] = expected.get(text, 0) + 1
    assert months_sold(book) == expected != before
    assert before == {"2024-03": 8, "2024-04": 12, "2024-05": 4}

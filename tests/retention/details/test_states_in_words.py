"""What the page says of each state, in English: one and many, none, not yet, still running."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import Role
from core import clock
from retention.pages import lists, sentence, tiles, words
from retention.pages.asked import Asked
from retention.reports import Comparison, Figures, Query
from retention.rules.periods import Period, month_of
from retention.views.controls import window_words
from tests.retention.reading import Page, read_page
from tests.retention.worlds.keeping import NOW, Book, open_shop

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
MARCH = 2025 * 12 + 2


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def book(db: None, monkeypatch: pytest.MonkeyPatch) -> Book:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return open_shop()


@pytest.fixture
def look(sign_in: SignIn) -> Callable[..., Page]:
    def get(name: str = "", **params: object) -> Page:
        address = reverse("retention:list", args=[name]) if name else reverse("retention:report")
        return read_page(sign_in(Role.MANAGER).get(address, params))

    return get


def main(page: Page) -> str:
    """The page's words without tags, one space between."""
    inside = page.text.partition("<main")[2].partition("</main")[0]
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", inside)).replace("\xa0", " ")


def lead(page: Page) -> str:
    text = page.text.partition('report-sentence">')[2].partition("</p>")[0]
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", "", text)).strip()


def test_one_customer_who_stayed(book: Book, look: Callable[..., Page]) -> None:
    book.sell("anna", "2024-12-01 12:00")
    book.sell("anna", "2025-02-20 12:00")
    book.sell("anna", "2025-03-31 12:00")

    assert lead(look(month="2025-03", window=90)) == (
        "Of 1 customer you had on 1 March 2025, 1 was still with you at the end of 31 March 2025:"
        " 100.0 %. 0 came back after a silence. 0 bought for the first time."
    )


def test_several_customers_and_the_month_before(book: Book, look: Callable[..., Page]) -> None:
    book.sell("anna", "2024-12-01 12:00")
    book.sell("bea", "2024-12-10 12:00")
    book.sell("anna", "2025-02-20 12:00")
    book.sell("cora", "2025-03-20 12:00")
    book.sell(None, "2025-03-31 12:00")

    assert lead(look(month="2025-03", window=60)) == (
        "Of 1 customer you had on 1 March 2025, 1 was still with you at the end of 31 March 2025:"
        " 100.0 %. That is 100.0 points more than in the period before (February 2025: 0.0 %)."
        " 0 came back after a silence. 1 bought for the first time."
    )
    assert lead(look(month="2025-01", window=31)).startswith(
        "Of 2 customers you had on 1 January 2025, 0 were still with you at the end of"
        " 31 January 2025: 0.0 %."
    )


def test_not_yet_measurable(book: Book, look: Callable[..., Page]) -> None:
    book.sell("anna", "2025-01-02 12:00")
    book.sell("anna", "2025-03-31 12:00")

    shown = look(month="2025-03", window=90)

    assert lead(shown) == (
        "How many customers stayed is not yet measurable: the first purchase is of 2 January 2025,"
        " and 90 days must have passed before anybody can count as lost. The first month to be"
        " measured is May 2025. 0 came back after a silence. 0 bought for the first time."
    )
    assert "Nobody can have left yet" in main(shown)
    assert shown.text.count('stat-note">Not yet measurable') == 2


def test_nobody_at_the_start(book: Book, look: Callable[..., Page]) -> None:
    book.sell(None, "2024-01-02 12:00")
    book.sell("anna", "2025-03-31 12:00")

    shown = look(month="2025-03", window=90)

    assert lead(shown).startswith("Nobody was a customer when March 2025 began. 0 came back")
    assert shown.text.count('stat-note">No customers at the start') == 2


def test_a_running_month(book: Book, look: Callable[..., Page]) -> None:
    book.sell("anna", "2025-01-02 12:00")
    book.sell("anna", "2025-03-09 12:00")

    shown = main(look(month="2025-03", window=30))

    assert (
        "March 2025 is not over in the data: the last purchase is of 9 March 2025. Customers who"
        " have not bought yet may still do, so these figures will change." in shown
    )


def test_a_month_that_is_to_come(book: Book, look: Callable[..., Page]) -> None:
    book.sell("anna", "2025-01-02 12:00")

    assert (
        "There are no purchases yet in or after June 2025; the last is of 2 January 2025."
        in main(look(month="2025-06", window=30))
    )


def test_a_whole_month_has_no_note(book: Book, look: Callable[..., Page]) -> None:
    book.sell("anna", "2025-03-31 23:30")

    shown = main(look(month="2025-03"))

    assert "is not over in the data" not in shown
    assert "There are no purchases yet" not in shown


def test_where_the_figures_come_from(book: Book, look: Callable[..., Page]) -> None:
    book.sell("anna", "2025-01-02 12:00")
    book.sell("anna", "2025-03-31 12:00")

    assert (
        "Made from the purchases of 2 January 2025 to 31 March 2025, in days of Europe/Warsaw;"
        " money in PLN only." in main(look(month="2025-03"))
    )


HEADINGS = {
    "start": ("customer at the start", "customers at the start"),
    "kept": ("customer stayed", "customers stayed"),
    "lost": ("customer left", "customers left"),
    "new": ("new customer", "new customers"),
    "reactivated": ("customer came back", "customers came back"),
    "end": ("customer at the end", "customers at the end"),
    "buyers": ("buyer", "buyers"),
    "new_buyers": ("person bought for the first time", "people bought for the first time"),
    "returning_buyers": ("returning buyer", "returning buyers"),
    "purchases": ("purchase", "purchases"),
    "guest_purchases": ("guest purchase", "guest purchases"),
    "identified_purchases": (
        "purchase by a known customer",
        "purchases by known customers",
    ),
    "repeat_purchases": (
        "purchase by somebody who had bought before",
        "purchases by people who had bought before",
    ),
    "repeat_purchases_by_period": (
        "purchase by somebody who first bought before the period",
        "purchases by people who first bought before the period",
    ),
    "currency_purchases": (
        "purchase in the shop's currency",
        "purchases in the shop's currency",
    ),
    "refunds": ("refund", "refunds"),
    "cohort": ("customer", "customers"),
    "returned": ("customer bought again", "customers bought again"),
    "not_returned": ("customer has not bought again", "customers have not bought again"),
}


def test_every_list_has_a_heading_here() -> None:
    assert set(HEADINGS) == lists.NAMES


@pytest.mark.parametrize("name", HEADINGS)
@pytest.mark.parametrize(("count", "shown"), [(0, "0"), (1, "1"), (2, "2"), (12_345, "12,345")])
def test_headings_of_one_and_of_many(name: str, count: int, shown: str) -> None:
    asked = Asked(Query(month_of(MARCH), 90))
    opened = lists.open_list(name, asked, {"cohort": "2025-01", "days": "30"})

    assert opened.heading(count) == f"{shown} {HEADINGS[name][count != 1]}"


@pytest.mark.parametrize(
    ("name", "params", "about"),
    [
        ("start", {}, "March 2025, bought within 90 days"),
        ("purchases", {}, "March 2025"),
        ("refunds", {}, "March 2025"),
        ("cohort", {"cohort": "2025-01"}, "First purchase in January 2025"),
        (
            "cohort",
            {"cohort": "2025-01", "k": "0"},
            "First purchase in January 2025, bought in January 2025",
        ),
        (
            "cohort",
            {"cohort": "2024-12", "k": "3"},
            "First purchase in December 2024, bought in March 2025",
        ),
        ("returned", {"days": "30"}, "Within 30 days of the first purchase"),
        ("not_returned", {"days": "ever"}, "Ever after the first purchase"),
    ],
)
def test_lists_say_what_they_are_of(name: str, params: dict[str, str], about: str) -> None:
    asked = Asked(Query(month_of(MARCH), 90))

    assert lists.open_list(name, asked, params).about == about


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("start", "Last purchase"),
        ("kept", "Last purchase"),
        ("lost", "Last purchase"),
        ("new", "Last purchase"),
        ("reactivated", "Came back"),
        ("end", "Last purchase"),
        ("buyers", "Bought"),
    ],
)
def test_the_day_of_a_list_is_named(
    book: Book, look: Callable[..., Page], name: str, head: str
) -> None:
    """Anna stayed, Bea left, Cora is new and bought twice, Dora came back."""
    book.sell("dora", "2024-10-01 12:00")
    book.sell("bea", "2025-01-05 12:00")
    book.sell("anna", "2025-02-10 12:00")
    for day in (4, 20):
        book.sell("cora", f"2025-03-{day:02} 12:00")
    book.sell("dora", "2025-03-05 12:00")
    book.sell("anna", "2025-03-07 12:00")

    shown = look(name, month="2025-03", window=60)

    assert shown.rows[0][1] == head
    days = {row[0]: row[1] for row in shown.rows[1:]}
    expected = {
        "start": {"anna": "10 Feb 2025", "bea": "5 Jan 2025"},
        "kept": {"anna": "10 Feb 2025"},
        "lost": {"bea": "5 Jan 2025"},
        "new": {"cora": "20 Mar 2025"},
        "reactivated": {"dora": "5 Mar 2025"},
        "end": {"anna": "7 Mar 2025", "cora": "20 Mar 2025", "dora": "5 Mar 2025"},
        "buyers": {"anna": "7 Mar 2025", "cora": "20 Mar 2025", "dora": "5 Mar 2025"},
    }
    assert days == expected[name]


@pytest.mark.parametrize(
    ("days", "said"),
    [(1, "bought within 1 day"), (2, "bought within 2 days"), (365, "bought within 365 days")],
)
def test_windows_in_words(days: int, said: str) -> None:
    assert window_words(days) == said


@pytest.mark.parametrize(
    ("start", "end", "name"),
    [
        ("2025-03-01", "2025-04-01", "March 2025"),
        ("2025-03-01", "2025-05-01", "1 Mar – 30 Apr 2025"),
        ("2025-03-05", "2025-03-06", "5 Mar 2025"),
        ("2025-03-05", "2025-03-08", "5–7 Mar 2025"),
        ("2024-12-30", "2025-01-03", "30 Dec 2024 – 2 Jan 2025"),
    ],
)
def test_periods_in_words(start: str, end: str, name: str) -> None:
    period = Period(date.fromisoformat(start), date.fromisoformat(end))

    assert re.sub(r"[\u2009\u202f\xa0]", " ", words.period_name(period)) == name


def figures(month: int = MARCH, **changed: Any) -> Figures:
    usual = {
        "customers_at_start": 100,
        "kept": 80,
        "lost": 20,
        "purchases": 200,
        "buyers": 100,
        "currency_purchases": 200,
        "gross_minor": 1_000_000,
        "start_net_minor": 10_000,
        "lost_net_minor": 1_000,
        "query": Query(month_of(month), 90),
        "data_from": date(2020, 1, 1),
        "data_until": date(2025, 12, 31),
    }
    return Figures(**usual | changed)


def change(key: str, now: Figures, before: Figures) -> tuple[str, str]:
    kind = next(kind for kind in tiles.KINDS if kind.key == key)
    found = tiles.change_of(kind, Comparison(now, before))
    return found["change"].replace("\xa0", " "), found["tone"]


BEFORE = MARCH - 1


@pytest.mark.parametrize(
    ("key", "now", "before", "said", "tone"),
    [
        ("churn", {"lost": 21, "kept": 79}, {}, "1.0 points more", "bad"),
        ("churn", {"lost": 19, "kept": 81}, {}, "1.0 points less", "good"),
        ("churn", {}, {}, "unchanged", ""),
        ("revenue_churn", {"lost_net_minor": 999}, {}, "unchanged", ""),
        ("revenue_churn", {"lost_net_minor": 1_006}, {}, "0.1 points more", "bad"),
        ("average_order", {"gross_minor": 1_000_400}, {}, "unchanged", ""),
        ("average_order", {"gross_minor": 1_000_600}, {}, "0.1 % more", "good"),
        ("average_order", {"gross_minor": 900_000}, {}, "10.0 % less", "bad"),
        ("frequency", {"purchases": 201}, {}, "0.01 more", "good"),
        ("frequency", {"purchases": 190}, {}, "0.10 less", "bad"),
        ("buyers", {"buyers": 101}, {}, "1.0 % more", "good"),
        ("buyers", {"buyers": 10_001}, {"buyers": 10_000}, "unchanged", ""),
        ("revenue", {"gross_minor": 1_000_001}, {}, "unchanged", ""),
        ("revenue", {"gross_minor": 500_000}, {}, "50.0 % less", "bad"),
        ("guest_share", {"guest_purchases": 20}, {}, "10.0 points more", ""),
    ],
)
def test_changes_in_words(
    key: str, now: dict[str, int], before: dict[str, int], said: str, tone: str
) -> None:
    assert change(key, figures(**now), figures(BEFORE, **before)) == (said, tone)


@pytest.mark.parametrize(
    ("first", "window", "month"),
    [
        (date(2025, 1, 1), 1, "February 2025"),
        (date(2025, 1, 31), 1, "February 2025"),
        (date(2024, 12, 31), 1, "January 2025"),
        (date(2024, 2, 29), 365, "March 2025"),
        (date(2024, 3, 1), 365, "March 2025"),
        (date(2024, 3, 2), 365, "April 2025"),
    ],
)
def test_the_first_month_to_be_measured(first: date, window: int, month: str) -> None:
    asked = replace(figures().asked, window_days=window)
    found = sentence.first_measurable(figures(query=asked, data_from=first))

    assert found is not None
    assert words.month_name(found) == month

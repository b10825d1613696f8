"""Random shops, written by the product's services: every figure is what plain sets say."""

from collections.abc import Iterator
from datetime import date

import pytest

from retention.services.checking import differences
from retention.services.rebuild import rebuild
from tests.conftest import untouched
from tests.retention.worlds.comparing import (
    check_cohorts,
    check_lists,
    check_months,
    check_questions,
    check_repeats,
)
from tests.retention.worlds.keeping import NOW, Book, random_shop
from tests.retention.worlds.naive import Only, Question

pytestmark = pytest.mark.django_db

WINDOWS = (1, 2, 30, 90, 365, 730)
ONLY = {
    "all": Only(),
    "branch": Only(branch="Old town"),
    "source": Only(source="web"),
    "tag": Only(tag="Regulars"),
    "three": Only(branch="New town", source="till", tag="Regulars"),
}
PERIODS = {
    "january": (date(2025, 1, 1), date(2025, 2, 1)),
    "leap february": (date(2024, 2, 1), date(2024, 3, 1)),
    "february": (date(2026, 2, 1), date(2026, 3, 1)),
    "quarter": (date(2025, 4, 1), date(2025, 7, 1)),
    "year": (date(2025, 1, 1), date(2026, 1, 1)),
    "one day": (date(2025, 5, 17), date(2025, 5, 18)),
    "a week over a year's end": (date(2024, 12, 29), date(2025, 1, 5)),
    "400 odd days": (date(2024, 11, 13), date(2025, 12, 18)),
    "all and more": (date(2023, 6, 30), date(2027, 1, 2)),
    "before all": (date(2023, 1, 1), date(2023, 2, 1)),
    "after all": (date(2026, 10, 1), date(2026, 11, 1)),
}


@pytest.fixture(scope="module")
def kept_book(request: pytest.FixtureRequest, module_db: None) -> Iterator[Book]:
    """The shop of a seed, once for all tests of that seed: they only read it."""
    with untouched():
        made = random_shop(request.param)
        rebuild(now=NOW)
        yield made


@pytest.fixture
def book(kept_book: Book, db: None) -> Book:
    return kept_book


@pytest.mark.parametrize("kind", ONLY)
@pytest.mark.parametrize("kept_book", range(4), indirect=True)
def test_all_figures_of_all_periods(book: Book, kind: str) -> None:
    questions = [
        Question(*period, window, currency, ONLY[kind])
        for number, period in enumerate(PERIODS.values())
        for window, currency in [
            (WINDOWS[number % 6], "PLN"),
            (WINDOWS[(number + 3) % 6], "JPY"),
        ]
    ]

    check_questions(book, questions)


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("kept_book", [11], indirect=True)
def test_all_windows_of_all_periods(book: Book, window: int) -> None:
    check_questions(book, [Question(*period, window) for period in PERIODS.values()])


@pytest.mark.parametrize("kind", ["all", "source", "three"])
@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("kept_book", [21], indirect=True)
def test_a_series_of_months_is_its_months(book: Book, window: int, kind: str) -> None:
    check_months(book, date(2024, 1, 1), 17, window, ONLY[kind])


@pytest.mark.parametrize("kind", ONLY)
@pytest.mark.parametrize("kept_book", [31, 32], indirect=True)
def test_lists_are_the_sets(book: Book, kind: str) -> None:
    for name, window in [("january", 90), ("400 odd days", 30), ("one day", 365), ("year", 365)]:
        check_lists(book, Question(*PERIODS[name], window, "EUR", ONLY[kind]))


@pytest.mark.parametrize("kind", ONLY)
@pytest.mark.parametrize("kept_book", [41, 42], indirect=True)
def test_cohorts_are_the_sets(book: Book, kind: str) -> None:
    check_cohorts(book, months=8, currency="PLN", only=ONLY[kind])


@pytest.mark.parametrize("kind", ONLY)
@pytest.mark.parametrize("kept_book", [51, 52], indirect=True)
def test_repeat_rates_are_the_sets(book: Book, kind: str) -> None:
    check_repeats(book, ONLY[kind])


@pytest.mark.parametrize("kept_book", [61, 62, 63], indirect=True)
def test_a_rebuilt_shop_is_derived_right(book: Book) -> None:
    assert differences(now=NOW) == []

"""After any change the refreshed figures are those of the plain sets, and of a rebuild."""

import random
from dataclasses import replace
from datetime import date

import pytest

from retention.models import StaleMark
from retention.services.checking import differences
from retention.services.freshness import bring_up_to_date
from retention.services.rebuild import rebuild
from retention.services.refresh import refresh
from tests.retention.worlds.comparing import (
    check_cohorts,
    check_lists,
    check_questions,
    check_repeats,
)
from tests.retention.worlds.editing import EDITS
from tests.retention.worlds.keeping import NOW, Book, random_shop
from tests.retention.worlds.naive import Only, Question
from tests.retention.worlds.tables import rollups

pytestmark = pytest.mark.django_db

ALL = Question(date(2023, 1, 1), date(2027, 1, 1), 730)
QUESTIONS = [
    ALL,
    Question(date(2025, 1, 1), date(2025, 2, 1), 90),
    Question(date(2025, 1, 1), date(2025, 2, 1), 365, "EUR"),
    Question(date(2024, 3, 5), date(2025, 9, 17), 2),
    Question(date(2025, 6, 1), date(2025, 9, 1), 30, "JPY", Only(source="till")),
]


@pytest.fixture
def book(request: pytest.FixtureRequest, db: None) -> Book:
    made = random_shop(getattr(request, "param", 7), purchases=40)
    rebuild(now=NOW)
    return made


def check(book: Book) -> None:
    assert bring_up_to_date(now=NOW).current
    assert differences(now=NOW) == []
    check_questions(book, QUESTIONS)


@pytest.mark.parametrize("name", EDITS)
@pytest.mark.parametrize("book", [101], indirect=True)
def test_one_kind_of_change_three_times(book: Book, name: str) -> None:
    chance = random.Random(name)

    for _time in range(3):
        EDITS[name](book, chance)
        bring_up_to_date(now=NOW)

    check(book)


@pytest.mark.parametrize("book", range(110, 114), indirect=True)
def test_changes_of_all_kinds_one_after_another(book: Book) -> None:
    chance = random.Random(book.people["a"])

    for _time in range(6):
        EDITS[chance.choice(list(EDITS))](book, chance)
        bring_up_to_date(now=NOW)
        assert differences(now=NOW) == []

    check(book)


@pytest.mark.parametrize("book", range(120, 122), indirect=True)
def test_many_changes_in_one_refresh(book: Book) -> None:
    chance = random.Random(4)
    names = [name for name in EDITS if name != "change_zone"]

    for _time in range(15):
        EDITS[chance.choice(names)](book, chance)

    check(book)
    check_cohorts(book, months=5, currency="EUR", only=Only())
    check_repeats(book, Only())


@pytest.mark.parametrize("limit", [1, 2, 7])
@pytest.mark.parametrize("book", [130], indirect=True)
def test_small_batches_come_to_the_same(book: Book, limit: int) -> None:
    chance = random.Random(9)
    for name in ("add", "hand_over", "refund_whole", "date_back", "name_guest", "move_day"):
        EDITS[name](book, chance)
    waiting = StaleMark.objects.count()

    done = []
    while worked := refresh(now=NOW, limit=limit):
        done.append(worked)

    assert sum(done) == waiting > 7
    assert set(done[:-1]) == {limit}
    check(book)


@pytest.mark.parametrize("book", [140, 141], indirect=True)
def test_a_refresh_leaves_the_rows_of_a_rebuild(book: Book) -> None:
    chance = random.Random(5)
    for name in ("add", "date_back", "cancel", "refund", "hand_over", "remove", "reprice"):
        EDITS[name](book, chance)
        bring_up_to_date(now=NOW)
    refreshed = rollups()

    rebuild(now=NOW)

    assert rollups() == refreshed


@pytest.mark.parametrize("book", [150], indirect=True)
def test_a_change_and_its_undoing_leave_every_row_as_it_was(book: Book) -> None:
    before = rollups()
    rows = list(book.bought.values())[:8]

    book.write(*[replace(row, status="failed", minor=row.minor + 1) for row in rows])
    bring_up_to_date(now=NOW)
    changed = rollups()
    book.write(*rows)
    bring_up_to_date(now=NOW)

    assert changed != before
    assert rollups() == before


@pytest.mark.parametrize("book", [160], indirect=True)
def test_saving_the_same_again_marks_nothing(book: Book) -> None:
    book.write(*book.bought.values(), *book.returned.values())

    assert StaleMark.objects.count() == 0


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "America/Santiago"])
@pytest.mark.parametrize("book", [170], indirect=True)
def test_another_zone_moves_the_days(book: Book, zone: str) -> None:
    days = {fact.key: fact.day for fact in book.naive.sales}

    book.move_shop(zone)

    assert {fact.key: fact.day for fact in book.naive.sales} != days
    check(book)
    check_lists(book, replace(ALL, window=90))
    check_cohorts(book, months=4, currency="PLN", only=Only(source="web"))


@pytest.mark.parametrize("book", [180], indirect=True)
def test_there_and_back_again(book: Book) -> None:
    before = rollups()

    book.move_shop("Asia/Tokyo")
    bring_up_to_date(now=NOW)
    book.move_shop("Europe/Warsaw")
    bring_up_to_date(now=NOW)

    assert rollups() == before

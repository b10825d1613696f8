"""The first two purchases of a customer after a change before, on, between and after them."""

from dataclasses import replace

import pytest
from django.db import connection

from retention import sql
from retention.models import CustomerDay, CustomerFirst
from retention.services.checking import differences
from retention.services.refresh import refresh
from tests.retention.worlds.keeping import NOW, Book, open_shop

pytestmark = pytest.mark.django_db

FIRST, SECOND, LATER = "2025-03-10 12:00", "2025-03-20 12:00", "2025-05-05 12:00"


@pytest.fixture
def book(db: None) -> Book:
    book = open_shop()
    for at in (FIRST, SECOND, LATER):
        book.sell("anna", at)
    refresh(now=NOW, limit=100)
    return book


def days_to_second() -> int | None:
    return CustomerFirst.objects.get().days_to_second


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2025-03-01 12:00", 9),
        ("2025-03-10 11:59", 0),
        ("2025-03-10 12:00", 10),
        ("2025-03-10 12:01", 0),
        ("2025-03-11 00:30", 1),
        ("2025-03-20 08:00", 10),
        ("2025-03-20 18:00", 10),
        ("2025-03-21 08:00", 10),
        ("2025-09-09 08:00", 10),
    ],
)
def test_a_purchase_more(book: Book, at: str, expected: int) -> None:
    book.sell("anna", at)
    refresh(now=NOW, limit=100)

    assert days_to_second() == expected
    assert differences(now=NOW) == []


@pytest.mark.parametrize(("place", "expected"), [(0, 46), (1, 56), (2, 10)])
def test_a_purchase_less(book: Book, place: int, expected: int) -> None:
    row = list(book.bought.values())[place]
    book.write(replace(row, status="cancelled"))
    refresh(now=NOW, limit=100)

    assert days_to_second() == expected
    assert differences(now=NOW) == []


def test_marks_worked_off_one_by_one_end_in_the_same_state(book: Book) -> None:
    for at in ("2025-01-05 12:00", "2025-03-10 09:00", "2025-03-15 12:00", "2025-08-01 12:00"):
        book.sell("anna", at)

    while refresh(now=NOW, limit=1):
        pass

    assert days_to_second() == 64
    assert CustomerDay.objects.count() == 6
    assert differences(now=NOW) == []


def test_who_bought_later_only_is_not_read_again(book: Book) -> None:
    book.sell("anna", "2025-09-09 08:00")
    CustomerFirst.objects.update(cohort=7)
    refresh(now=NOW, limit=100)

    assert CustomerFirst.objects.get().cohort == 7
    assert {row.table for row in differences(now=NOW)} >= {"retention_customerfirst"}


def test_single_rows_are_looked_up_by_their_keys_until_the_transaction_ends(book: Book) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("a setting of PostgreSQL")

    sql.expect_single_rows()

    assert sql.fetch("SHOW random_page_cost") == [("1.1",)]

"""Each act marks exactly whose days changed, before and after it, and nobody else's."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from core.errors import Refused
from core.services.shop import change_shop, get_shop
from customers.models import Purchase, Refund
from customers.services.purchases import add_purchase, add_refund, remove_purchase, remove_refund
from retention.models import RollupState, StaleMark
from retention.services.rebuild import rebuild
from tests.retention.worlds.keeping import NOW, Book, open_shop, wall
from tests.retention.worlds.naive import Returned

pytestmark = pytest.mark.django_db
Mark = tuple[str | None, str]


@pytest.fixture
def book(db: None) -> Book:
    """Anna bought twice, Bea once by hand; a guest once; Anna's first was given back in part."""
    book = open_shop()
    book.meet("anna", "bea", "cora")
    first = book.sell("anna", "2025-03-01 10:00")
    book.sell("anna", "2025-04-02 10:00")
    book.sell("bea", "2025-05-03 10:00", source="manual")
    book.sell(None, "2025-06-04 10:00")
    book.give_back(first, "2025-03-08 10:00", 300)
    rebuild(now=NOW)
    return book


def marks(book: Book) -> set[Mark]:
    """(name, day) of all marks; None is a guest."""
    rows = StaleMark.objects.values_list("customer_id", "day")
    return {
        (None if pk is None else book.name_of(pk), date.fromordinal(day).isoformat())
        for pk, day in rows
    }


def changed(book: Book, number: str, **new: object) -> None:
    row = next(row for row in book.bought.values() if row.number == number)
    if "at" in new:
        new["at"] = wall(str(new["at"]), book.zone)
    book.write(replace(row, **new))  # type: ignore[arg-type]


FIRST_DAYS = {("anna", "2025-03-01"), ("anna", "2025-03-08")}
CHANGES: dict[str, tuple[Callable[[Book], None], set[Mark]]] = {
    "a new purchase": (
        lambda book: book.sell("cora", "2025-07-01 10:00") and None,
        {("cora", "2025-07-01")},
    ),
    "a guest's purchase": (
        lambda book: book.sell(None, "2025-07-01 10:00") and None,
        {(None, "2025-07-01")},
    ),
    "two of two people": (
        lambda book: (
            book.sell("cora", "2025-07-01 10:00") and book.sell("bea", "2025-07-02 10:00") and None
        ),
        {("cora", "2025-07-01"), ("bea", "2025-07-02")},
    ),
    "a day that the shop's zone makes the next": (
        lambda book: book.sell("cora", "2025-07-02 00:30") and None,
        {("cora", "2025-07-02")},
    ),
    "another amount": (
        lambda book: changed(book, "p1", minor=7),
        {("anna", "2025-04-02")},
    ),
    "another day": (
        lambda book: changed(book, "p1", at="2025-04-20 10:00"),
        {("anna", "2025-04-02"), ("anna", "2025-04-20")},
    ),
    "another hour of the day": (
        lambda book: changed(book, "p1", at="2025-04-02 11:00"),
        {("anna", "2025-04-02")},
    ),
    "another customer": (
        lambda book: changed(book, "p1", who="bea"),
        {("anna", "2025-04-02"), ("bea", "2025-04-02")},
    ),
    "a guest is named": (
        lambda book: changed(book, "p3", who="cora"),
        {(None, "2025-06-04"), ("cora", "2025-06-04")},
    ),
    "a cancelled purchase and its refund": (
        lambda book: changed(book, "p0", status="cancelled"),
        FIRST_DAYS,
    ),
    "a cancelled purchase of a guest": (
        lambda book: changed(book, "p3", status="failed"),
        {(None, "2025-06-04")},
    ),
    "a refund in part": (
        lambda book: book.give_back(book.bought["till", "p1"], "2025-04-09 10:00", 1),
        {("anna", "2025-04-02"), ("anna", "2025-04-09")},
    ),
    "the rest is given back": (
        lambda book: book.give_back(book.bought["till", "p0"], "2025-03-09 10:00", 700),
        {*FIRST_DAYS, ("anna", "2025-03-09")},
    ),
    "a refund of nothing known": (
        lambda book: book.give_back(None, "2025-08-08 10:00", 5, "cora"),
        {("cora", "2025-08-08")},
    ),
    "a guest's refund of nothing known": (
        lambda book: book.give_back(None, "2025-08-08 10:00", 5),
        {(None, "2025-08-08")},
    ),
    "a purchase taken back": (
        lambda book: book.remove(book.bought["manual", "p2"]),
        {("bea", "2025-05-03")},
    ),
    "the same once more": (lambda book: book.write(*book.bought.values()), set()),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_marks_its_days(name: str, book: Book) -> None:
    change, expected = CHANGES[name]

    change(book)

    assert marks(book) == expected
    assert not RollupState.objects.get().all_stale


def test_a_refund_that_moves_marks_both_days(book: Book) -> None:
    back = book.returned["till", "r0"]

    book.write(replace(back, at=wall("2025-03-20 10:00", book.zone)))

    assert marks(book) == {*FIRST_DAYS, ("anna", "2025-03-20")}


def test_a_refund_that_changes_its_purchase_marks_both_purchases(book: Book) -> None:
    back = book.returned["till", "r0"]

    book.write(replace(back, of="p1"))

    assert marks(book) == {*FIRST_DAYS, ("anna", "2025-04-02")}


def test_a_waiting_refund_marks_the_guests_day_when_it_is_claimed(book: Book) -> None:
    book.write(Returned("r9", None, wall("2025-09-09 10:00", book.zone), 10, "p4"))
    StaleMark.objects.all().delete()

    book.sell("cora", "2025-09-01 10:00")

    assert marks(book) == {
        (None, "2025-09-09"),
        ("cora", "2025-09-09"),
        ("cora", "2025-09-01"),
    }


def test_acts_by_hand_mark_as_imports_do(book: Book) -> None:
    instant = wall("2025-10-01 10:00", book.zone)
    cora = Purchase.objects.filter(number="p2").get().customer
    bought = add_purchase(
        actor=None,
        customer=cora,
        number="",
        occurred_at=instant,
        amount_minor=500,
        currency="PLN",
    )
    assert marks(book) == {("bea", "2025-10-01")}
    StaleMark.objects.all().delete()

    back = add_refund(
        actor=None,
        purchase=bought,
        amount_minor=500,
        occurred_at=wall("2025-10-05 10:00", book.zone),
    )
    assert marks(book) == {("bea", "2025-10-01"), ("bea", "2025-10-05")}
    StaleMark.objects.all().delete()

    remove_refund(actor=None, refund=back)
    assert marks(book) == {("bea", "2025-10-01"), ("bea", "2025-10-05")}
    StaleMark.objects.all().delete()

    remove_purchase(actor=None, purchase=Purchase.objects.get(pk=bought.pk))
    assert marks(book) == {("bea", "2025-10-01")}


def test_what_is_refused_marks_nothing(book: Book) -> None:
    first = Purchase.objects.get(number="p0")

    for act in (
        lambda: remove_purchase(actor=None, purchase=first),
        lambda: remove_refund(actor=None, refund=Refund.objects.get()),
        lambda: add_refund(actor=None, purchase=first, amount_minor=701, occurred_at=NOW),
        lambda: add_purchase(
            actor=None,
            customer=None,
            number="",
            occurred_at=NOW,
            amount_minor=0,
            currency="PLN",
        ),
    ):
        with pytest.raises(Refused):
            act()

    assert marks(book) == set()


def test_another_zone_makes_everything_stale(book: Book) -> None:
    book.move_shop("Asia/Tokyo")

    assert RollupState.objects.get().all_stale
    assert marks(book) == set()


def test_another_name_of_the_shop_makes_nothing_stale(book: Book) -> None:
    shop = get_shop()

    change_shop(
        actor=None, name="New", timezone=shop.timezone, currency="EUR", language=shop.language
    )

    assert not RollupState.objects.get().all_stale
    assert marks(book) == set()


def test_a_mark_is_written_for_each_day_once_per_act(book: Book) -> None:
    rows = list(book.bought.values())

    book.write(*[replace(row, minor=row.minor + 1) for row in rows])

    assert StaleMark.objects.count() == len(marks(book)) == 5

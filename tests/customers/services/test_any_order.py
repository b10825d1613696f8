"""Purchases and refunds come in any order and in any number of saves: what stands on file in the
end is the same, and equals what plain Python adds up."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.models import PurchaseSummary, Refund
from customers.observers import PurchasesChanged, purchase_observers
from customers.services.summaries import mark_all_stale, refresh_all
from tests.customers.documents import bought, returned, save
from tests.customers.services.random_documents import (
    database,
    expected_state,
    expected_summaries,
    forgotten,
    in_batches,
    instant,
    names,
    purchases,
    refunds,
    state_on_file,
    worlds,
)

pytestmark = pytest.mark.django_db
FIGURES = ("first_at", "last_at", "first_day", "last_day", "days", "purchases")
FIGURES += ("gross_minor", "refunds_minor")


@database
@given(st.data())
def test_any_order_comes_to_what_python_adds_up(data):
    documents = data.draw(worlds())

    with forgotten():
        for batch in data.draw(in_batches(documents)):
            save(*batch)

        assert state_on_file() == expected_state(documents)


@database
@given(st.data())
def test_two_orders_come_to_the_same(data):
    documents = data.draw(worlds())
    states = []

    for order in (documents, data.draw(st.permutations(documents))):
        with forgotten():
            for batch in data.draw(in_batches(order)):
                save(*batch)
            refresh_all()
            states.append((state_on_file(), summaries_on_file()))

    assert states[0] == states[1]


@database
@given(st.data())
def test_saving_all_again_in_another_order_changes_nothing(data):
    documents = data.draw(worlds())

    with forgotten():
        save(*[replace(document) for document in documents])
        before = state_on_file()
        again = [replace(document) for document in data.draw(st.permutations(documents))]

        assert save(*again) == (0, 0, len(documents))
        assert state_on_file() == before


def summaries_on_file():
    who = names()
    return {
        who[row.pk]: {field: getattr(row, field) for field in FIGURES}
        for row in PurchaseSummary.objects.all()
    }


@st.composite
def edits(draw):
    """Saves in which purchases and refunds change: sum, day, status, customer, what they are of."""
    saves = []
    for _turn in range(draw(st.integers(2, 5))):
        documents = [draw(purchases(number)) for number in draw(st.sets(st.integers(0, 3)))]
        for number in draw(st.sets(st.integers(0, 3))):
            documents.append(replace(draw(refunds(number)), part=""))
        saves.append(draw(st.permutations(documents)))
    return saves


@database
@given(edits())
def test_summaries_after_any_edits_are_what_the_rows_add_up_to(saves):
    with forgotten():
        for documents in saves:
            save(*documents)
            refresh_all()

            assert summaries_on_file() == expected_summaries()


@database
@given(edits())
def test_deriving_all_again_finds_nothing_to_change(saves):
    with forgotten():
        for documents in saves:
            save(*documents)
        refresh_all()
        before = summaries_on_file()

        mark_all_stale()
        refresh_all()

        assert summaries_on_file() == before


@database
@given(edits())
def test_what_counts_and_what_was_given_back_follow_any_edits(saves):
    with forgotten():
        for documents in saves:
            save(*documents)

        for row in Refund.objects.select_related("purchase"):
            in_order = row.status not in {"cancelled", "pending"}
            assert row.counts == (in_order and (row.purchase is None or row.purchase.counts))
            assert row.purchase is None or row.purchase.number == row.refund_of


def rows_by_place():
    """What figures are made of, by row: whose, on which day, and how it counts."""
    _who, places = names(), {}
    bought_rows, refund_rows = state_on_file()
    for number, (owner, *facts, day) in bought_rows.items():
        places["purchase", number] = (owner, day, tuple(facts))
    for number, (_purchase, owner, *facts, day) in refund_rows.items():
        places["refund", number] = (owner, day, tuple(facts))
    return places


@database
@given(edits())
def test_every_change_is_announced_with_its_days_before_and_now(saves):
    told = []
    purchase_observers._items["test"] = told.append
    try:
        with forgotten():
            for documents in saves:
                before = rows_by_place()
                told.clear()
                save(*documents)
                assert_told(told, before, rows_by_place())
    finally:
        del purchase_observers._items["test"]


def assert_told(told, before, after):
    who = names()
    days = {(who[pk], day) for change in told for pk, day in change.customer_days}
    days |= {("", day) for change in told for day in change.guest_days}
    for row in before.keys() | after.keys():
        if before.get(row) != after.get(row):
            places = {place[:2] for place in (before.get(row), after.get(row)) if place}
            assert places <= days, row
    for change in told:
        assert isinstance(change, PurchasesChanged)
        assert change.customer_ids == {pk for pk, _day in change.customer_days}


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize(
    ("first", "second", "counts"),
    [(4_000, 6_000, False), (4_000, 5_999, True), (10_000, 1, False), (1, 1, True)],
)
def test_two_refunds_and_their_purchase_in_every_order(order, first, second, counts):
    documents = [
        bought("7", 10_000, external="C1", moment=instant(0)),
        replace(returned("R1", first, refund_of="7"), moment=instant(10)),
        replace(returned("R2", second, refund_of="7"), moment=instant(20)),
    ]

    for place in order:
        save(documents[place])

    bill, backs = state_on_file()
    assert bill["7"][:4] == ("C1", 10_000, first + second, counts)
    assert {row[:2] for row in backs.values()} == {("7", "C1")}
    assert {row[3] for row in backs.values()} == {counts}


def test_a_guests_refund_moves_to_the_customer_its_purchase_names():
    told = []
    back = replace(returned("R1", 500, refund_of="7"), moment=instant(100))
    save(back)
    purchase_observers._items["test"] = told.append
    try:
        save(bought("7", external="C1", moment=instant(0)))
    finally:
        del purchase_observers._items["test"]

    day = instant(100).local_day
    assert day in told[0].guest_days
    assert (Refund.objects.get().customer_id, day) in told[0].customer_days


@pytest.mark.parametrize(("amount", "counts"), [(0, False), (1, True)])
def test_a_purchase_of_nothing_does_not_count_from_the_first(amount, counts):
    save(bought("7", amount, external="C1"))
    refresh_all()

    assert state_on_file()[0]["7"][3] == counts
    assert PurchaseSummary.objects.exists() == counts

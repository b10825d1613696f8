"""A refund that names nobody is its purchase's customer's, whoever that is; one that names its
own customer stays with them. Both customers' figures are derived anew."""

from dataclasses import replace
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from customers.models import Customer, PurchaseSummary, Refund, StaleSummary
from customers.observers import purchase_observers
from customers.services.purchases import add_purchase, add_refund
from customers.services.summaries import refresh_all
from tests.customers.documents import at, bought, returned, save
from tests.customers.services.random_documents import (
    WHO,
    database,
    expected_summaries,
    forgotten,
    instant,
    names,
)
from tests.factories.customers import CustomerFactory, PurchaseFactory, RefundFactory

pytestmark = pytest.mark.django_db


def whose() -> dict[str, str]:
    """Refund number -> customer number."""
    who = names()
    return {row.number: who[row.customer_id] for row in Refund.objects.all()}


def customer(number: str) -> Customer:
    return Customer.objects.get(identities__kind="external", identities__key=number)


@pytest.fixture
def told(monkeypatch):
    changes = []
    monkeypatch.setitem(purchase_observers._items, "test", changes.append)
    return changes


def test_a_refund_follows_its_purchase_to_another_customer(told):
    save(bought("7", external="A"), bought("8", external="A"), returned("R1", refund_of="7"))
    refresh_all()
    told.clear()

    assert save(bought("7", external="B")) == (0, 1, 0)

    a, b, day = customer("A").pk, customer("B").pk, at(2).local_day
    assert whose() == {"R1": "B"}
    assert {(a, day), (b, day)} <= told[-1].customer_days
    assert told[-1].customer_ids == {a, b}
    assert set(StaleSummary.objects.values_list("pk", flat=True)) == {a, b}
    refresh_all()
    sums = dict(PurchaseSummary.objects.values_list("customer_id", "refunds_minor"))
    assert sums == {a: 0, b: 1_000}


def test_it_follows_as_often_as_the_purchase_moves_and_is_unchanged_itself():
    refund = returned("R1", refund_of="7")
    save(bought("7", external="A"), refund)

    for number in ("B", "A", "C"):
        save(bought("7", external=number))
        assert whose() == {"R1": number}
        assert save(replace(refund)) == (0, 0, 1)


def test_a_refund_that_names_its_own_customer_stays_with_them(told):
    save(bought("7", external="A"), returned("R1", refund_of="7", external="A"))
    told.clear()

    save(bought("7", external="B"))

    assert whose() == {"R1": "A"}
    assert (customer("A").pk, at(1).local_day) in told[-1].customer_days


def test_what_was_said_once_holds_where_a_later_file_says_nothing():
    save(bought("7", external="A"), returned("R1", refund_of="7", external="A"))

    assert save(bought("7", external="B"), returned("R1", 500, refund_of="7")) == (0, 2, 0)

    assert whose() == {"R1": "A"}
    assert Refund.objects.get().amount_minor == 500


def test_naming_whose_it_is_already_changes_nothing_but_holds_it_there():
    save(bought("7", external="A"), returned("R1", refund_of="7"))

    assert save(returned("R1", refund_of="7", external="A")) == (0, 0, 1)
    save(bought("7", external="B"))

    assert whose() == {"R1": "A"}


def test_one_that_named_nobody_may_name_somebody_else_later():
    save(bought("7", external="A"), returned("R1", refund_of="7"))

    assert save(returned("R1", refund_of="7", external="C")) == (0, 1, 0)
    save(bought("7", external="B"))

    assert whose() == {"R1": "C"}


def test_many_refunds_of_one_purchase_each_go_their_own_way():
    save(
        bought("7", external="A"),
        returned("R1", 100, refund_of="7"),
        returned("R2", 100, refund_of="7", external="A"),
        returned("R3", 100, refund_of="8"),
    )

    save(bought("7", external="B"), bought("8", external="C"))

    assert whose() == {"R1": "B", "R2": "A", "R3": "C"}


def test_a_refund_whose_purchase_is_named_anew_leaves_the_first_ones_customer():
    save(bought("7", external="A"), bought("8", external="B"), returned("R1", refund_of="7"))

    assert save(returned("R1", refund_of="8")) == (0, 1, 0)

    assert whose() == {"R1": "B"}


def test_a_refund_that_waits_for_another_purchase_follows_it_when_it_comes():
    save(bought("7", external="A"), returned("R1", refund_of="7"))
    save(returned("R1", refund_of="9"))
    assert whose() == {"R1": "A"}

    save(bought("9", external="B"))

    assert whose() == {"R1": "B"}


def test_a_refund_by_hand_follows_too():
    anna, jan = CustomerFactory(), CustomerFactory(first_name="Jan")
    words = {"occurred_at": at(1).at, "amount_minor": 10_000, "currency": "PLN"}
    purchase = add_purchase(actor=None, customer=anna, number="7", source="csv", **words)
    refund = add_refund(actor=None, purchase=purchase, amount_minor=100, occurred_at=at(2).at)
    assert refund.customer == anna

    save(bought("7", customer_id=jan.pk))

    refund.refresh_from_db()
    assert refund.customer == jan


def test_moving_costs_the_same_for_few_as_for_many():
    save(bought("1", external="A"), bought("2", external="B"))
    costs = []
    for count in (2, 60):
        numbers = [f"{count}-{place}" for place in range(count)]
        refunds = [returned(f"R{number}", 100, refund_of=number) for number in numbers]
        save(*[bought(number, external="A") for number in numbers], *refunds)
        again = [bought(number, external="B") for number in numbers]
        with CaptureQueriesContext(connection) as queries:
            save(*again)
        costs.append(len(queries))
        assert {whose()[f"R{number}"] for number in numbers} == {"B"}

    assert costs[0] == costs[1]


@st.composite
def movements(draw):
    """Saves in which purchases go from one customer to another, with refunds that may say whose
    they are; each refund is always of the same purchase."""
    saves = []
    for _turn in range(draw(st.integers(1, 6))):
        numbers = draw(st.sets(st.integers(0, 2)))
        documents = [
            bought(str(number), external=draw(st.sampled_from(WHO)), moment=instant(number))
            for number in numbers
        ]
        for number in draw(st.sets(st.integers(0, 3))):
            back = returned(
                f"R{number}",
                100,
                refund_of=str(number % 3),
                external=draw(st.sampled_from(("", "", *WHO))),
            )
            documents.append(replace(back, moment=instant(100 + number)))
        saves.append(draw(st.permutations(documents)))
    return saves


@database
@given(movements())
def test_any_movements_end_where_plain_python_says(saves):
    owner: dict[str, str] = {}
    named: dict[str, str] = {}
    known: set[str] = set()
    with forgotten():
        for documents in saves:
            save(*documents)
            refresh_all()
            for one in documents:
                if one.is_refund:
                    known.add(one.number)
                    named[one.number] = one.external or named.get(one.number, "")
                else:
                    owner[one.number] = one.external or owner.get(one.number, "")

            expected = {
                number: named[number] or owner.get(str(int(number[1:]) % 3), "") for number in known
            }
            assert whose() == expected
            sums = {who: total["refunds_minor"] for who, total in expected_summaries().items()}
            assert summed() == sums


def summed() -> dict[str, int]:
    who = names()
    rows = PurchaseSummary.objects.values_list("customer_id", "refunds_minor")
    return {who[pk]: minor for pk, minor in rows}


def test_what_is_on_file_is_taken_for_named_where_it_cannot_be_inherited():
    anna, jan = CustomerFactory(), CustomerFactory(first_name="Jan")
    bill = PurchaseFactory(customer=anna)
    guests = PurchaseFactory(customer=None)
    inherited = RefundFactory(customer=anna, purchase=bill)
    named = [
        RefundFactory(customer=jan, purchase=bill),
        RefundFactory(customer=jan, purchase=guests),
        RefundFactory(customer=jan, purchase=None),
    ]
    nobody = [RefundFactory(customer=None, purchase=guests), RefundFactory(customer=None)]

    import_module("customers.migrations.0023_whom_refunds_name").note_named(apps, None)

    found = set(Refund.objects.filter(customer_named=True).values_list("pk", flat=True))
    assert found == {row.pk for row in named}
    assert inherited.pk not in found
    assert not found & {row.pk for row in nobody}

from decimal import Decimal

import pytest

from accounts.models import Branch
from customers.models import (
    Customer,
    Identity,
    PossibleDuplicate,
    Purchase,
    PurchaseLine,
    Refund,
    StaleSummary,
)
from customers.observers import purchase_observers
from customers.rules.documents import ProductLine
from customers.services.documents import save_documents
from customers.services.planned_customers import PlannedCustomers
from tests.customers.documents import NOW, at, bought, on, returned, save
from tests.factories.accounts import BranchFactory
from tests.factories.customers import CustomerFactory, IdentityFactory

pytestmark = pytest.mark.django_db


def test_a_new_purchase_is_created_with_its_customer():
    assert save(bought("7", external="C1")) == (1, 0, 0)

    purchase = Purchase.objects.get()
    assert (purchase.source, purchase.number, purchase.gross_minor) == ("csv", "7", 10_000)
    assert (purchase.counts, purchase.refunded_minor, purchase.day_only) == (True, 0, False)
    assert (purchase.local_day, purchase.local_month) == (at(1).local_day, at(1).local_month)
    assert purchase.occurred_at == at(1).at
    identity = purchase.customer.identities.get()
    assert (identity.kind, identity.key, identity.is_primary) == ("external", "C1", True)


def test_saving_again_changes_nothing():
    documents = [bought("7", external="C1"), returned("7"), bought("8", moment=on(3))]

    assert save(*documents) == (3, 0, 0)
    assert save(*documents) == (0, 0, 3)
    assert Customer.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"amount": 9_000},
        {"day": 2},
        {"moment": on(1)},
        {"currency": "EUR"},
        {"status": "cancelled"},
        {"branch": "Kraków"},
        {"external": "C2"},
    ],
)
def test_a_changed_purchase_is_updated(change):
    save(bought("7", external="C1"))

    changed = bought("7", **{"external": "C1", **change})

    assert save(changed) == (0, 1, 0)
    assert save(changed) == (0, 0, 1)
    assert Purchase.objects.count() == 1


def test_what_is_not_said_stays_on_file():
    save(bought("7", external="C1", status="shipped", branch="Kraków"))

    assert save(bought("7")) == (0, 0, 1)
    assert save(bought("7", 5_000)) == (0, 1, 0)

    purchase = Purchase.objects.select_related("branch").get()
    assert (purchase.status, purchase.branch.name) == ("shipped", "Kraków")
    assert purchase.customer is not None


def test_a_guest_becomes_known_with_their_refunds():
    save(bought("7"), returned("7"))
    assert Refund.objects.get().customer is None

    assert save(bought("7", external="C1")) == (0, 1, 0)

    customer = Customer.objects.get()
    assert Purchase.objects.get().customer == customer
    assert Refund.objects.get().customer == customer


def test_the_same_number_of_two_sources_is_two_purchases():
    assert save(bought("7"), bought("7", source="shop")) == (2, 0, 0)


def test_a_document_twice_in_one_batch_is_an_update():
    assert save(bought("7"), bought("7", 5_000)) == (1, 1, 0)
    assert Purchase.objects.get().gross_minor == 5_000


@pytest.mark.parametrize("status", ["cancelled", "failed", "pending", "draft"])
def test_a_purchase_out_of_order_does_not_count_nor_do_its_refunds(status):
    save(bought("7", status=status), returned("7"))

    assert not Purchase.objects.get().counts
    assert not Refund.objects.get().counts


def test_a_branch_is_found_or_made_once():
    BranchFactory(name="Kraków")

    save(bought("7", branch="Kraków"), bought("8", branch="Gdańsk"), bought("9", branch=""))

    assert sorted(Branch.objects.values_list("name", flat=True)) == ["Gdańsk", "Kraków"]
    assert Purchase.objects.get(number="9").branch is None


def test_products_are_kept_and_replaced():
    bowl = ProductLine("BOWL", "Bowl", "Kitchen", Decimal(2), 8_000)
    cup = ProductLine("CUP", "", "", None, 2_000)
    save(bought("7", lines=(bowl, cup)))

    assert save(bought("7", lines=(cup, bowl))) == (0, 0, 1)
    assert save(bought("7")) == (0, 0, 1)
    assert save(bought("7", lines=(bowl,))) == (0, 1, 0)

    line = PurchaseLine.objects.get()
    assert (line.product, line.quantity, line.amount_minor) == ("BOWL", 2, 8_000)


def test_a_refund_lowers_its_purchase_and_has_its_customer():
    save(bought("7", external="C1"), returned("R1", 3_000, refund_of="7"))

    purchase, refund = Purchase.objects.get(), Refund.objects.get()
    assert (purchase.refunded_minor, purchase.counts) == (3_000, True)
    assert (refund.purchase, refund.customer, refund.counts) == (purchase, purchase.customer, True)


@pytest.mark.parametrize("amounts", [(10_000,), (4_000, 6_000), (12_000,)])
def test_refunds_that_reach_the_gross_cancel_the_purchase(amounts):
    refunds = [returned("7", amount, day=day) for day, amount in enumerate(amounts, start=2)]

    save(bought("7"), *refunds)

    assert not Purchase.objects.get().counts
    assert not Refund.objects.filter(counts=True).exists()


def test_a_refund_that_shrinks_lets_the_purchase_count_again():
    save(bought("7"), returned("7", 10_000))

    assert save(returned("7", 9_999)) == (0, 1, 0)

    assert Purchase.objects.get().counts
    assert Refund.objects.get().counts


def test_a_refund_in_another_currency_cannot_cancel():
    save(bought("7"), returned("7", 10_000, currency="EUR"))

    assert (Purchase.objects.get().counts, Purchase.objects.get().refunded_minor) == (True, 0)


def test_a_cancelled_refund_takes_nothing_away():
    save(bought("7"), returned("7", 10_000, status="cancelled"))

    assert Purchase.objects.get().counts
    assert not Refund.objects.get().counts


def test_a_refund_of_nothing_known_counts_by_itself_until_its_purchase_comes():
    save(returned("7", 10_000))
    assert (Refund.objects.get().purchase, Refund.objects.get().counts) == (None, True)

    save(bought("7", external="C1"))

    refund = Refund.objects.get()
    assert (refund.purchase.number, refund.counts) == ("7", False)
    assert refund.customer == refund.purchase.customer


def test_a_refund_of_another_sources_purchase_is_never_guessed():
    save(bought("7", source="shop"), returned("7"))

    assert Refund.objects.get().purchase is None


def test_refunds_of_one_number_at_other_times_stay_apart():
    assert save(returned("7", day=2), returned("7", day=3)) == (2, 0, 0)
    assert save(returned("7", day=2), returned("7", day=3)) == (0, 0, 2)


def test_a_refund_is_known_again_with_and_without_quantities():
    with_quantities = returned("7")
    with_quantities.part = ""
    save(with_quantities)

    assert save(returned("7")) == (0, 0, 1)
    assert save(returned("7", day=5)) == (1, 0, 0)


def test_the_customer_number_wins_and_the_pair_is_noted():
    first = IdentityFactory(kind="external", value="C1").customer
    second = IdentityFactory(kind="email", value="anna@example.pl").customer

    save(bought("7", external="C1", email="anna@example.pl", email_written="anna@example.pl"))

    assert Purchase.objects.get().customer == first
    pair = PossibleDuplicate.objects.get()
    assert {pair.first, pair.second} == {first, second}


def test_number_and_email_of_one_document_are_one_person():
    both = {"external": "C1", "email": "anna@example.pl", "email_written": "Anna@Example.pl"}

    save(bought("7", **both), bought("8", email="anna@example.pl"), bought("9", external="C1"))

    customer = Customer.objects.get()
    assert customer.purchases.count() == 3
    assert customer.identities.get(kind="email").value == "Anna@Example.pl"


def test_a_known_email_takes_up_its_first_number():
    customer = IdentityFactory(kind="email", value="anna@example.pl").customer

    save(bought("7", external="C1", email="anna@example.pl"))

    assert Purchase.objects.get().customer == customer
    assert customer.identities.get(kind="external").key == "C1"


def test_a_known_email_with_another_number_is_another_person():
    customer = IdentityFactory(kind="email", value="anna@example.pl").customer
    IdentityFactory(kind="external", value="C1", customer=customer)

    save(bought("7", external="C2", email="anna@example.pl"))

    assert Purchase.objects.get().customer != customer
    assert PossibleDuplicate.objects.count() == 1


def test_a_new_contact_of_a_known_customer_is_primary_only_where_there_is_none():
    customer = IdentityFactory(kind="external", value="C1").customer
    save(bought("7", external="C1", email="a@example.pl", email_written="a@example.pl"))
    save(bought("8", external="C1", email="b@example.pl", email_written="b@example.pl"))

    emails = Identity.objects.filter(customer=customer, kind="email").order_by("key")
    assert list(emails.values_list("key", "is_primary")) == [
        ("a@example.pl", True),
        ("b@example.pl", False),
    ]


@pytest.fixture
def told(monkeypatch):
    changes = []
    monkeypatch.setitem(purchase_observers._items, "test", changes.append)
    return changes


def test_observers_are_told_the_days_before_and_after(told):
    save(bought("7", external="C1"), bought("8"))
    customer = Customer.objects.get().pk
    save(bought("7", external="C1", day=5), bought("8", day=6))

    first, second = told
    assert first.customer_days == {(customer, at(1).local_day)}
    assert first.guest_days == {at(1).local_day}
    assert second.customer_days == {(customer, at(1).local_day), (customer, at(5).local_day)}
    assert second.guest_days == {at(1).local_day, at(6).local_day}
    assert second.customer_ids == {customer}


def test_observers_hear_of_the_purchase_that_a_refund_cancels(told):
    save(bought("7", external="C1"))
    customer = Customer.objects.get().pk

    save(returned("7", 10_000))

    assert told[-1].customer_days == {(customer, at(1).local_day), (customer, at(2).local_day)}


def test_nothing_changed_is_nothing_told(told):
    save(bought("7"))

    save(bought("7"))

    assert len(told) == 1


def test_whose_purchases_changed_is_marked_stale():
    save(bought("7", external="C1"), bought("8"))

    assert [mark.pk for mark in StaleSummary.objects.all()] == [Customer.objects.get().pk]


def test_a_dry_run_counts_alike_and_writes_nothing():
    save(bought("1", external="C1"), bought("2"))
    documents = [
        bought("1", external="C1"),
        bought("2", 5_000),
        bought("3", external="C2", email="x@example.pl", branch="New"),
        bought("4", email="x@example.pl"),
        returned("1"),
    ]
    customers, purchases = Customer.objects.count(), Purchase.objects.count()

    dry = save_documents(documents=documents, now=NOW, dry_run_store=PlannedCustomers())

    assert (dry.created, dry.updated, dry.unchanged, dry.customers_created) == (3, 1, 1, 1)
    assert (Customer.objects.count(), Purchase.objects.count()) == (customers, purchases)
    assert (Refund.objects.count(), Branch.objects.count()) == (0, 0)


def test_a_dry_run_knows_whom_it_planned_before():
    planned = PlannedCustomers()
    both = bought("1", external="C1", email="x@example.pl")
    first = save_documents(documents=[both], now=NOW, dry_run_store=planned)
    later = [
        bought("2", email="x@example.pl"),
        bought("3", external="C1"),
        bought("4", external="D"),
    ]

    second = save_documents(documents=later, now=NOW, dry_run_store=planned)

    assert (first.customers_created, second.customers_created) == (1, 1)


def test_a_customer_given_by_id_needs_no_looking_up(django_assert_max_num_queries):
    customer = CustomerFactory()

    with django_assert_max_num_queries(25):
        save(*[bought(str(number), customer_id=customer.pk) for number in range(50)])

    assert customer.purchases.count() == 50

"""Purchases and refunds of two at once: whoever comes second sees what the first did."""

from datetime import timedelta

from core.models import AuditEntry
from customers import models
from customers.services import purchases
from tests.customers.documents import bought, returned, save
from tests.customers.services.races.together import ON_POSTGRES, TURNS, at_once, outcomes
from tests.factories.customers import NOON, CustomerFactory

pytestmark = ON_POSTGRES


def test_two_imports_of_the_same_documents_save_them_once():
    documents = [bought(str(number), external=f"C{number % 5}") for number in range(40)]
    refunds = [returned(str(number)) for number in range(10)]

    results = at_once(*[lambda: save(*documents, *refunds)] * TURNS)

    assert sorted(results) == [(0, 0, 50)] * (TURNS - 1) + [(50, 0, 0)]
    assert models.Purchase.objects.count() == 40
    assert models.Refund.objects.filter(purchase__isnull=False).count() == 10
    assert models.Customer.objects.count() == 5


def test_two_imports_of_other_documents_of_one_customer_make_one_customer():
    results = at_once(
        lambda: save(bought("1", external="C1", email="a@example.pl")),
        lambda: save(bought("2", external="C1")),
        lambda: save(bought("3", email="a@example.pl")),
    )

    assert results == [(1, 0, 0)] * 3
    assert models.Identity.objects.filter(kind="external").count() == 1
    assert models.Identity.objects.filter(kind="email").count() == 1


def test_a_purchase_and_its_refund_at_once_find_each_other():
    for number in map(str, range(TURNS)):
        at_once(
            lambda number=number: save(bought(number, external="C1")),
            lambda number=number: save(returned(number, 10_000)),
        )

    assert models.Refund.objects.filter(purchase=None).count() == 0
    assert models.Purchase.objects.filter(counts=True).count() == 0
    assert set(models.Refund.objects.values_list("customer__identities__key", flat=True)) == {"C1"}


def test_two_refunds_never_exceed_the_purchase():
    purchase = purchases.add_purchase(
        actor=None,
        customer=CustomerFactory(),
        number="7",
        occurred_at=NOON,
        amount_minor=10_000,
        currency="PLN",
    )

    def give_back(minutes):
        return purchases.add_refund(
            actor=None,
            purchase=purchase,
            amount_minor=6_000,
            occurred_at=NOON + timedelta(minutes=minutes),
        )

    results = at_once(lambda: give_back(1), lambda: give_back(2), lambda: give_back(3))

    assert outcomes(results) == {"Refund": 1, "Refused": 2}
    purchase.refresh_from_db()
    assert (purchase.refunded_minor, purchase.counts) == (6_000, True)
    assert AuditEntry.objects.filter(action="refund.added").count() == 1


def test_the_next_free_number_is_given_once():
    customer = CustomerFactory()

    def buy():
        return purchases.add_purchase(
            actor=None,
            customer=customer,
            number="",
            occurred_at=NOON,
            amount_minor=100,
            currency="PLN",
        )

    results = at_once(*[buy] * TURNS)

    assert sorted(purchase.number for purchase in results) == ["1", "2", "3"]
    assert models.PurchaseSummary.objects.get().gross_minor == 300


def test_a_purchase_taken_back_twice_is_gone_once():
    purchase = purchases.add_purchase(
        actor=None,
        customer=CustomerFactory(),
        number="7",
        occurred_at=NOON,
        amount_minor=100,
        currency="PLN",
    )

    results = at_once(*[lambda: purchases.remove_purchase(actor=None, purchase=purchase)] * 2)

    assert outcomes(results) == {"NoneType": 1, "Gone": 1}
    assert AuditEntry.objects.filter(action="purchase.removed").count() == 1
    assert not models.PurchaseSummary.objects.exists()


def test_a_refund_taken_back_twice_is_gone_once():
    purchase = purchases.add_purchase(
        actor=None,
        customer=CustomerFactory(),
        number="7",
        occurred_at=NOON,
        amount_minor=100,
        currency="PLN",
    )
    refund = purchases.add_refund(
        actor=None, purchase=purchase, amount_minor=100, occurred_at=NOON + timedelta(minutes=1)
    )

    results = at_once(*[lambda: purchases.remove_refund(actor=None, refund=refund)] * 2)

    assert outcomes(results) == {"NoneType": 1, "Gone": 1}
    assert AuditEntry.objects.filter(action="refund.removed").count() == 1

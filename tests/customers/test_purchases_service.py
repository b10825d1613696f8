from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps

from core.errors import Refused
from core.models import AuditEntry
from core.services.shop import change_shop
from customers.models import Purchase, PurchaseSummary, Refund
from customers.services.purchases import (
    add_purchase,
    add_refund,
    remove_purchase,
    remove_refund,
)
from tests.customers.documents import at, bought, on, returned, save
from tests.factories.customers import CustomerFactory

pytestmark = pytest.mark.django_db
WHEN = datetime(2025, 3, 1, 23, 30, tzinfo=UTC)


@pytest.fixture
def customer(db):
    return CustomerFactory()


def add(customer, *, actor=None, **more):
    values = {"number": "7", "occurred_at": WHEN, "amount_minor": 7_999, "currency": "PLN"}
    return add_purchase(actor=actor, customer=customer, **(values | more))


def test_a_purchase_by_hand_is_on_file_at_once(customer, cast):
    purchase = add(customer, actor=cast["support"])

    assert (purchase.customer, purchase.source, purchase.number) == (customer, "manual", "7")
    assert date.fromordinal(purchase.local_day) == date(2025, 3, 2)
    assert PurchaseSummary.objects.get().gross_minor == 7_999
    entry = AuditEntry.objects.get(action="purchase.added")
    assert entry.actor == cast["support"].label


def test_an_empty_number_takes_the_next_free_one(customer):
    add(customer, number="2")

    assert [add(customer, number="").number for _turn in range(2)] == ["3", "4"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount_minor": 0}, "amount"),
        ({"amount_minor": -5}, "amount"),
        ({"amount_minor": 10**15}, "amount"),
        ({"currency": "XXQ"}, "currency"),
        ({"occurred_at": datetime(2999, 1, 1, tzinfo=UTC)}, "occurred_at"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(customer, change, field):
    with pytest.raises(Refused) as caught:
        add(customer, **change)

    assert caught.value.field == field
    assert not Purchase.objects.exists()


def test_a_number_is_used_once(customer):
    add(customer)

    with pytest.raises(Refused) as caught:
        add(customer, amount_minor=1)

    assert caught.value.field == "number"
    assert Purchase.objects.get().gross_minor == 7_999


def test_a_refund_by_hand_lowers_the_purchase(customer):
    purchase = add(customer)

    add_refund(
        actor=None, purchase=purchase, amount_minor=1_000, occurred_at=WHEN + timedelta(days=1)
    )

    purchase.refresh_from_db()
    assert (purchase.refunded_minor, purchase.counts) == (1_000, True)
    assert PurchaseSummary.objects.get().net_minor == 6_999


@pytest.mark.parametrize(
    ("amount", "when", "field"),
    [
        (8_000, WHEN + timedelta(days=1), "amount"),
        (0, WHEN + timedelta(days=1), "amount"),
        (1_000, WHEN - timedelta(seconds=1), "occurred_at"),
        (1_000, datetime(2999, 1, 1, tzinfo=UTC), "occurred_at"),
    ],
)
def test_a_refund_that_cannot_be_is_refused(customer, amount, when, field):
    purchase = add(customer)

    with pytest.raises(Refused) as caught:
        add_refund(actor=None, purchase=purchase, amount_minor=amount, occurred_at=when)

    assert caught.value.field == field
    assert not Refund.objects.exists()


def test_the_same_refund_twice_is_refused(customer):
    purchase = add(customer)
    add_refund(actor=None, purchase=purchase, amount_minor=1_000, occurred_at=WHEN)

    with pytest.raises(Refused):
        add_refund(actor=None, purchase=purchase, amount_minor=1_000, occurred_at=WHEN)

    assert Refund.objects.count() == 1


def test_what_was_entered_by_hand_can_be_taken_back(customer):
    purchase = add(customer)
    refund = add_refund(actor=None, purchase=purchase, amount_minor=7_999, occurred_at=WHEN)

    with pytest.raises(Refused):
        remove_purchase(actor=None, purchase=purchase)
    remove_refund(actor=None, refund=refund)
    purchase.refresh_from_db()
    assert (purchase.counts, purchase.refunded_minor) == (True, 0)
    remove_purchase(actor=None, purchase=purchase)

    assert not Purchase.objects.exists()
    assert not PurchaseSummary.objects.exists()


def test_a_refund_by_hand_of_an_imported_purchase_can_be_taken_back(db):
    save(bought("1", external="C1"), returned("1"))
    purchase = Purchase.objects.get()
    refund = add_refund(actor=None, purchase=purchase, amount_minor=2_000, occurred_at=at(5).at)

    remove_refund(actor=None, refund=refund)

    purchase.refresh_from_db()
    assert (purchase.counts, purchase.refunded_minor) == (True, 1_000)
    assert PurchaseSummary.objects.get().refunds_minor == 1_000
    assert Refund.objects.get().source == "csv"


def test_the_toast_takes_a_refund_of_an_imported_purchase_back(sign_in):
    save(bought("1", external="C1"))
    client, purchase = sign_in("support"), Purchase.objects.get()

    client.post(f"/purchases/{purchase.pk}/refunds/", {"amount": "20"})
    page = client.post(f"/refunds/{Refund.objects.get().pk}/undo/", follow=True)

    assert "The refund is taken back." in page.content.decode()
    assert not Refund.objects.exists()


def test_the_migration_knows_refunds_by_hand_by_their_source_or_the_trail(customer):
    by_hand = add(customer)
    add_refund(actor=None, purchase=by_hand, amount_minor=1_000, occurred_at=WHEN)
    save(bought("1", external="C1"), returned("1"))
    imported = Purchase.objects.get(number="1")
    added = add_refund(actor=None, purchase=imported, amount_minor=1_000, occurred_at=at(5).at)
    AuditEntry.objects.create(at=WHEN, actor="system", action="refund.added", object_id="0")
    Refund.objects.update(by_hand=False)

    import_module("customers.migrations.0026_which_refunds_were_by_hand").note_by_hand(apps, None)

    marked = set(Refund.objects.filter(by_hand=True).values_list("pk", flat=True))
    assert marked == {by_hand.refunds.get().pk, added.pk}


def test_what_came_from_elsewhere_stays(db):
    save(bought("1", external="C1"), returned("1"))

    with pytest.raises(Refused):
        remove_refund(actor=None, refund=Refund.objects.get())
    Refund.objects.all().delete()
    with pytest.raises(Refused):
        remove_purchase(actor=None, purchase=Purchase.objects.get())


def test_a_new_zone_derives_days_again_but_keeps_bare_days(cast, shop):
    save(bought("1", external="C1"), bought("2", moment=on(30)), returned("1"))
    late = datetime(2026, 10, 31, 22, 30, tzinfo=UTC)
    Purchase.objects.filter(number="1").update(occurred_at=late, local_day=0, local_month=0)

    change_shop(
        actor=cast["admin"], name="", timezone="America/New_York", currency="PLN", language="en"
    )

    timed, bare = Purchase.objects.order_by("number")
    assert timed.occurred_at == late
    assert date.fromordinal(timed.local_day) == date(2026, 10, 31)
    assert timed.local_month == 2026 * 12 + 9
    assert date.fromordinal(bare.local_day) == date(2026, 11, 30)
    midnight = datetime(2026, 11, 30, tzinfo=ZoneInfo("America/New_York"))
    assert bare.occurred_at == midnight

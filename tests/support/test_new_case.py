"""Cases opened by hand: from the customer's page, and from what was said."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from support.models import Case, CaseState
from tests.factories import cases as made
from tests.factories.customers import CustomerFactory, InteractionFactory, PurchaseFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FORM = {"kind": "complaint", "subject": "Bowl cracked", "severity": "2", "key": "abc"}


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def customer(db):
    return CustomerFactory(first_name="Anna", last_name="Nowak")


def address_of(customer, query=""):
    return reverse("support:case_new", args=[customer.pk]) + query


def test_a_case_is_opened_once_however_often_one_clicks(sign_in, customer):
    client = sign_in("support")
    bought = PurchaseFactory(customer=customer, occurred_at=NOW, number="88-1042")
    words = {"category": made.cause_of().pk, "purchase": bought.pk, "remedy": "replace"}
    for _click in range(2):
        answer = client.post(address_of(customer), FORM | words)

    case = Case.objects.get()
    assert answer.url == reverse("support:case", args=[case.pk])
    assert (case.received_at, case.severity, case.order) == (NOW, 2, "88-1042")
    assert (case.state, case.owner) == (CaseState.NEW, None)


def test_what_was_typed_stays_where_it_is_refused(sign_in, customer):
    words = FORM | {"subject": "", "description": "Along the rim"}

    answer = sign_in("support").post(address_of(customer), words)

    assert answer.status_code == 422
    assert "Along the rim" in answer.content.decode()
    assert not Case.objects.exists()


def test_somebody_elses_purchase_is_no_choice(sign_in, customer):
    foreign = PurchaseFactory(customer=CustomerFactory(), occurred_at=NOW)

    answer = sign_in("support").post(address_of(customer), FORM | {"purchase": foreign.pk})

    assert answer.status_code == 422


def test_a_conversation_becomes_a_case_and_its_clocks_begin_then(sign_in, cast, customer):
    then = NOW - timedelta(days=3, seconds=7)
    said = {"text": "It came cracked.", "occurred_at": then, "created_at": NOW, "direction": "in"}
    talk = InteractionFactory(customer=customer, actor=cast["support"], **said)
    client = sign_in("support")
    opened = reverse("customers:entry", args=[customer.pk, "interactions", talk.pk])
    query = f"?from={talk.pk}"
    assert address_of(customer, query) in client.get(opened).content.decode()
    shown = "2026-11-20T12:59"
    assert shown in client.get(address_of(customer, query)).content.decode()

    client.post(address_of(customer, query), FORM | {"received_at": shown})

    case = Case.objects.get()
    assert case.received_at == then
    assert case.contacts.get().interaction == talk
    assert case.number in client.get(opened).content.decode()
    again = client.post(address_of(customer, query), FORM | {"key": "def"})
    assert again.status_code == 422


def test_the_customers_page_lists_what_is_open(sign_in, cast, customer):
    made.opened(customer, cast["support"], NOW - timedelta(hours=3), subject="The lid is lost")
    page = reverse("customers:customer", args=[customer.pk])

    text = sign_in("support").get(page).content.decode()
    assert "The lid is lost" in text
    assert "late" in text
    assert address_of(customer) in text
    hidden = sign_in("marketer").get(page).content.decode()
    assert "The lid is lost" not in hidden
    assert address_of(customer) not in hidden

"""Consents over HTTP: recorded with their words, taken back."""

from collections.abc import Callable

import pytest
from django.test import Client

from customers.models import ConsentEntry
from tests.customers.talk import address
from tests.factories.customers import ConsentEntryFactory, CustomerFactory, IdentityFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
GRANT = {
    "purpose": "marketing",
    "address": "anna@example.pl",
    "text": "I want to hear about offers.",
    "language": "pl",
    "source": "paper",
    "source_note": "Form 117",
}


def test_a_consent_is_recorded_and_its_wording_is_ready_the_next_time(sign_in: SignIn) -> None:
    customer = IdentityFactory(value="anna@example.pl").customer
    client = sign_in("support")

    client.post(address("consents", customer.pk), GRANT)

    entry = ConsentEntry.objects.get()
    assert (entry.action, entry.address, entry.source_note) == (
        "granted",
        "anna@example.pl",
        "Form 117",
    )
    form = client.get(address("consents", CustomerFactory(language="pl").pk)).context["form"]
    assert form["text"].value() == GRANT["text"]


@pytest.mark.parametrize(
    ("language", "text", "shown"),
    [("pl", "Chcę oferty.", "pl"), ("cs", "", "cs"), ("", "Yes, offers.", "en")],
)
def test_a_wording_is_proposed_in_the_customers_language_only(
    sign_in: SignIn, language: str, text: str, shown: str
) -> None:
    ConsentEntryFactory(text="Tak.", language="pl")
    ConsentEntryFactory(text="Chcę oferty.", language="pl")
    ConsentEntryFactory(text="Yes, offers.", language="en")
    customer = CustomerFactory(language=language)

    form = sign_in("support").get(address("consents", customer.pk)).context["form"]

    assert (form["text"].value(), form["language"].value()) == (text, shown)


@pytest.mark.parametrize(
    "changes",
    [
        {"text": ""},
        {"source_note": ""},
        {"source": "import"},
        {"purpose": "x"},
        {"address": "b@example.pl"},
        {"occurred_at": "2100-01-01T00:00"},
        {"source_note": "x" * 256},
    ],
)
def test_a_consent_without_proof_comes_back(sign_in: SignIn, changes: dict[str, str]) -> None:
    customer = IdentityFactory(value="anna@example.pl").customer

    response = sign_in("support").post(address("consents", customer.pk), GRANT | changes)

    assert response.status_code == 422
    assert not ConsentEntry.objects.exists()


@pytest.mark.parametrize("role", ["support", "marketer", "manager", "admin"])
def test_everyone_can_take_a_consent_back(sign_in: SignIn, role: str) -> None:
    entry = ConsentEntryFactory()
    data = {"entry": entry.pk, "purpose": "marketing"}

    sign_in(role).post(address("withdraw", entry.customer_id), data)

    newest = ConsentEntry.objects.order_by("-pk").first()
    assert (newest.action, newest.address) == ("withdrawn", "anna@example.pl")


@pytest.mark.parametrize("data", [{}, {"entry": "x"}, {"entry": str(2**70)}, {"purpose": "survey"}])
def test_what_was_never_granted_is_not_found(sign_in: SignIn, data: dict[str, str]) -> None:
    entry = ConsentEntryFactory()
    data = {"entry": str(entry.pk), "purpose": "marketing"} | data
    data = data if len(data) > 2 or data["entry"] != str(entry.pk) else data | {"purpose": "survey"}

    response = sign_in("support").post(address("withdraw", entry.customer_id), data)

    assert response.status_code == 404
    assert ConsentEntry.objects.count() == 1


def test_another_customers_consent_is_not_found(sign_in: SignIn) -> None:
    entry = ConsentEntryFactory()
    data = {"entry": entry.pk, "purpose": "marketing"}

    response = sign_in("support").post(address("withdraw", CustomerFactory().pk), data)

    assert response.status_code == 404

"""Sentinels: nothing a marketer may not read is on any page a marketer may open."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse

from accounts import policy
from accounts.models import Role, User
from core import clock
from customers.models import Customer, InteractionDraft, PossibleDuplicate
from tests.factories.customers import (
    ConsentEntryFactory,
    CustomerFactory,
    FollowUpFactory,
    IdentityFactory,
    InteractionFactory,
    PurchaseFactory,
)

pytestmark = pytest.mark.django_db
HIDDEN = [
    "sentinelmail",
    "777888999",
    "777 888 999",
    "SentinelStreet",
    "SentinelPostcode",
    "SentinelNotes",
    "SentinelHint",
    "SentinelFound",
    "SentinelSaid",
    "SentinelPromise",
    "SentinelDone",
    "SentinelProof",
    "SentinelDraft",
]


@pytest.fixture
def customer(cast: dict[str, User]) -> Customer:
    made = CustomerFactory(
        first_name="Visible",
        address="SentinelStreet 1",
        postcode="SentinelPostcode",
        city="Gdynia",
        notes="SentinelNotes",
        contact_hint="SentinelHint",
        found_us="SentinelFound",
        preferred_channel="call",
    )
    IdentityFactory(customer=made, value="sentinelmail@example.pl")
    IdentityFactory(customer=made, kind="phone", value="777 888 999")
    nameless = CustomerFactory(first_name="", last_name="")
    IdentityFactory(customer=nameless, value="sentinelmail2@example.pl")
    PossibleDuplicate.objects.create(
        first=made, second=nameless, reason="phone", created_at=clock.now()
    )
    InteractionFactory(customer=made, text="SentinelSaid")
    FollowUpFactory(customer=made, what="SentinelPromise")
    FollowUpFactory(
        customer=made, what="SentinelPromise", done_note="SentinelDone", done_at=clock.now()
    )
    ConsentEntryFactory(
        customer=made, address="sentinelmail@example.pl", source_note="SentinelProof"
    )
    PurchaseFactory(customer=made)
    for user in cast.values():
        InteractionDraft.objects.create(
            customer=made, user=user, fields={"text": "SentinelDraft"}, updated_at=clock.now()
        )
    return made


def pages_of(customer: Customer) -> Iterator[str]:
    yield reverse("customers:customer", args=[customer.pk])
    yield reverse("customers:consents", args=[customer.pk])
    for kind in ("", "talks", "follow-ups", "consents", "purchases"):
        yield f"/customers/{customer.pk}/timeline/?kind={kind}"
    entries = {
        "interactions": customer.interactions,
        "consents": customer.consent_entries,
        "purchases": customer.purchases,
        "follow_ups": customer.follow_ups,
    }
    for source, rows in entries.items():
        for row in rows.all():
            yield reverse("customers:entry", args=[customer.pk, source, row.pk])
    for route in ("customers:list", "customers:search"):
        if route in policy.routes:
            yield reverse(route)
            yield reverse(route) + "?q=visible"


@pytest.mark.parametrize("htmx", [False, True])
def test_no_page_leaks_to_a_marketer(
    customer: Customer, sign_in: Callable[[str], Client], htmx: bool
) -> None:
    client = sign_in(Role.MARKETER)
    headers = {"HX-Request": "true"} if htmx else {}

    for address in pages_of(customer):
        text = client.get(address, headers=headers, follow=True).content.decode()

        assert [word for word in HIDDEN if word in text] == [], address


def test_the_same_pages_show_it_to_support(
    customer: Customer, sign_in: Callable[[str], Client]
) -> None:
    text = sign_in(Role.SUPPORT).get(f"/customers/{customer.pk}/").content.decode()

    missing = {"777888999", "sentinelmail2", "SentinelDone"}
    assert [word for word in HIDDEN if word not in text and word not in missing] == []


def test_a_marketer_sees_who_it_is_and_masked_contacts(
    customer: Customer, sign_in: Callable[[str], Client]
) -> None:
    text = sign_in(Role.MARKETER).get(f"/customers/{customer.pk}/").content.decode()

    for words in ("Visible Nowak", "s•••@example.pl", "•••99", "Gdynia", "Purchase PLN\xa0100.00"):
        assert words in text, words
    assert 'id="composer"' not in text
    assert "mailto:" not in text
    assert "tel:" not in text


@pytest.mark.parametrize("source", ["interactions", "follow_ups"])
def test_a_marketer_opens_no_talk(
    customer: Customer, sign_in: Callable[[str], Client], source: str
) -> None:
    rows = {"interactions": customer.interactions, "follow_ups": customer.follow_ups}[source]
    address = reverse("customers:entry", args=[customer.pk, source, rows.first().pk])

    assert sign_in(Role.MARKETER).get(address).status_code == 404


@pytest.mark.parametrize("role", [Role.MARKETER, Role.SUPPORT])
def test_who_has_only_a_number_is_called_by_it(sign_in: Callable[[str], Client], role: str) -> None:
    person = CustomerFactory(first_name="", last_name="")
    IdentityFactory(customer=person, kind="external", value="C-117")
    client = sign_in(role)

    rows = client.get(reverse("customers:list")).context["rows"]
    hits = client.get(reverse("customers:search"), {"q": "C-117"}).content.decode()

    assert [(row.name, row.contact) for row in rows] == [("C-117", "C-117")]
    assert "•••" not in hits
    assert "C-117" in re.sub("<[^>]+>", "", hits)

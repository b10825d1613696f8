"""Double opt-in: a consent counts once its link was opened."""

from datetime import timedelta

import pytest

from core.errors import Refused
from customers.models import ConsentEntry, ConsentRequest, Customer, Identity, PreferenceChange
from customers.services.consent_requests import (
    LinkExpired,
    confirm_consent,
    due_requests,
    note_mail_sent,
    renew_request,
    request_consent,
)
from tests.customers.subscriptions.wishes import ANNA, DAY, may
from tests.factories.customers import NOON, CustomerFactory, IdentityFactory

pytestmark = pytest.mark.django_db


def ask(customer: Customer, **changes: object) -> ConsentRequest:
    values = {"address": ANNA, "purpose": "marketing", "text": "Tak.", "language": "pl"}
    return request_consent(actor=None, customer=customer, **values | {"now": NOON} | changes)


def newcomer() -> Customer:
    customer = CustomerFactory()
    IdentityFactory(customer=customer, value=ANNA)
    return customer


def test_a_consent_counts_once_it_is_confirmed() -> None:
    customer = newcomer()
    row = ask(customer)
    assert not may(customer)["marketing"]

    confirm_consent(request=row, now=NOON + DAY)
    confirm_consent(request=row, now=NOON + 30 * DAY)

    assert may(customer)["marketing"]
    line = ConsentEntry.objects.get()
    assert (line.text, line.source, line.language) == ("Tak.", "link", "pl")
    assert line.source_note == f"№ {row.pk}, 2026-11-21 12:00 UTC"
    assert PreferenceChange.objects.get().wish == "subscribed"


def test_the_link_is_mailed_at_once_and_once_more_after_a_day() -> None:
    row = ask(newcomer())

    def due(hours: float) -> list[ConsentRequest]:
        return list(due_requests(NOON + timedelta(hours=hours)))

    assert due(0) == [row]
    note_mail_sent(request=row, now=NOON)
    note_mail_sent(request=row, now=NOON)
    assert due(23.9) == []
    assert due(24) == [row]
    note_mail_sent(request=due(24)[0], now=NOON + DAY)
    assert due(167) == []
    row.refresh_from_db()
    assert (row.mails_sent, row.next_mail_at) == (2, None)


def test_a_confirmed_request_gets_no_reminder() -> None:
    row = ask(newcomer())
    note_mail_sent(request=row, now=NOON)

    confirm_consent(request=row, now=NOON)

    assert not due_requests(NOON + 2 * DAY).exists()


def test_a_link_that_is_too_old_grants_nothing_and_makes_room_for_a_new_one() -> None:
    customer = newcomer()
    row = ask(customer)

    with pytest.raises(LinkExpired):
        confirm_consent(request=row, now=NOON + 7 * DAY)
    fresh = renew_request(request=row, now=NOON + 8 * DAY)

    assert not ConsentEntry.objects.exists()
    assert (fresh.text, fresh.address) == (row.text, ANNA)
    assert list(due_requests(NOON + 8 * DAY)) == [fresh]
    confirm_consent(request=fresh, now=NOON + 9 * DAY)
    assert may(customer)["marketing"]


def test_a_second_request_ends_the_first() -> None:
    customer = newcomer()
    first, second = ask(customer), ask(customer, now=NOON + DAY)

    with pytest.raises(LinkExpired):
        confirm_consent(request=first, now=NOON + DAY)
    assert list(due_requests(NOON + DAY)) == [second]


def test_a_request_needs_words_and_an_address_of_theirs() -> None:
    customer = newcomer()
    for changes in ({"text": " "}, {"address": "jan@example.pl"}):
        with pytest.raises(Refused):
            ask(customer, **changes)
    row = ask(customer)
    Identity.objects.all().delete()
    with pytest.raises(Refused):
        confirm_consent(request=row, now=NOON)
    assert not ConsentEntry.objects.exists()

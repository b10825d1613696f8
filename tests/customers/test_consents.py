"""The consent ledger."""

import hashlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.db.models import QuerySet

from accounts.models import Role
from core.errors import Refused
from core.models import AuditEntry
from customers.consents import has_consent, present_consents
from customers.models import ConsentEntry, Customer
from customers.services.consents import record_consent
from tests.factories.accounts import UserFactory
from tests.factories.customers import NOON, ConsentEntryFactory, CustomerFactory

pytestmark = pytest.mark.django_db
WORDING = "I want to hear about offers."


def record(customer: Customer, **changes: object) -> ConsentEntry:
    values = {
        "actor": None,
        "customer": customer,
        "address": "anna@example.pl",
        "purpose": "marketing",
        "action": "granted",
        "text": WORDING,
        "source": "paper",
        "source_note": "Form 117",
        "language": "pl",
        "occurred_at": NOON,
        "now": NOON,
    }
    return record_consent(**values | changes)


def test_a_grant_keeps_its_proof() -> None:
    clerk, customer = UserFactory(), CustomerFactory()

    entry = record(customer, actor=clerk)

    entry.refresh_from_db()
    assert (entry.text, entry.source, entry.source_note) == (WORDING, "paper", "Form 117")
    assert entry.text_hash == hashlib.sha256(WORDING.encode()).hexdigest()
    assert (entry.actor, entry.occurred_at, entry.recorded_at) == (clerk, NOON, NOON)
    audited = AuditEntry.objects.get(action="consent.granted")
    assert audited.details == {"purpose": "marketing", "entry": entry.pk}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "  "}, "text"),
        ({"source_note": ""}, "source_note"),
        ({"occurred_at": NOON + timedelta(minutes=6)}, "occurred_at"),
    ],
)
def test_a_grant_without_proof_is_refused(changes: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refused:
        record(CustomerFactory(), **changes)

    assert refused.value.field == field
    assert not ConsentEntry.objects.exists()


def test_a_clock_a_little_ahead_is_forgiven() -> None:
    assert record(CustomerFactory(), occurred_at=NOON + timedelta(minutes=5)).pk


def test_a_marketer_cannot_grant_but_can_take_back() -> None:
    marketer, customer = UserFactory(role=Role.MARKETER), CustomerFactory()

    with pytest.raises(Refused):
        record(customer, actor=marketer)
    entry = record(customer, actor=marketer, action="withdrawn", text="", source_note="")

    assert entry.text_hash == ""
    assert ConsentEntry.objects.get() == entry


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], False),
        ([("granted", 0)], True),
        ([("granted", 0), ("withdrawn", 1)], False),
        ([("withdrawn", 1), ("granted", 0)], False),
        ([("granted", 0), ("withdrawn", 0)], False),
        ([("granted", 0), ("withdrawn", 1), ("granted", 2)], True),
    ],
)
def test_the_newest_line_counts(lines: list[tuple[str, int]], expected: bool) -> None:
    customer = CustomerFactory()
    for action, hours in lines:
        at = NOON - timedelta(days=1) + timedelta(hours=hours)
        record(customer, action=action, occurred_at=at)

    found = has_consent(customer=customer, address="anna@example.pl", purpose="marketing")

    assert found is expected


def test_another_address_and_another_purpose_say_nothing() -> None:
    customer = CustomerFactory()
    record(customer)

    assert not has_consent(customer=customer, address="b@example.pl", purpose="marketing")
    assert not has_consent(customer=customer, address="anna@example.pl", purpose="survey")


def test_taking_back_for_the_whole_person_counts_for_each_address() -> None:
    customer = CustomerFactory()
    record(customer, occurred_at=NOON - timedelta(days=1))
    record(customer, address="", action="withdrawn")

    assert not has_consent(customer=customer, address="anna@example.pl", purpose="marketing")


def test_the_present_state_is_the_newest_line_of_each_address_and_purpose() -> None:
    customer = CustomerFactory()
    record(customer, occurred_at=NOON - timedelta(days=2))
    newest = record(customer, action="withdrawn", occurred_at=NOON - timedelta(days=1))
    survey = record(customer, purpose="survey")
    other = record(customer, address="b@example.pl")
    record(CustomerFactory())

    assert present_consents(customer) == [newest, other, survey]


@pytest.mark.parametrize(
    "act",
    [
        lambda rows: rows.update(action="withdrawn"),
        lambda rows: rows._raw_delete("default"),
    ],
)
def test_the_database_keeps_the_ledger(act: Callable[[QuerySet], object]) -> None:
    entry = ConsentEntryFactory()

    with pytest.raises(DatabaseError), transaction.atomic():
        act(ConsentEntry.objects.filter(pk=entry.pk))

    entry.refresh_from_db()
    assert entry.action == "granted"


def test_the_order_of_writing_does_not_matter() -> None:
    customer = CustomerFactory()
    for moment in (NOON, NOON - timedelta(days=3), NOON - timedelta(days=1)):
        record(customer, occurred_at=moment)

    assert [entry.occurred_at for entry in present_consents(customer)] == [NOON]

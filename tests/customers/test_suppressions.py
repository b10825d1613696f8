"""Suppressions: kept by a key, counted once, lifted for a reason, stronger than erasure."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from core.errors import Refused
from core.models import AuditEntry
from customers.models import DeliveryFault, Identity, Suppression
from customers.services.customer_lookup import add_contacts
from customers.services.identities import add_identity, remove_identity
from customers.services.suppressions import (
    forget_address,
    lift,
    record_bounce,
    record_complaint,
    suppress,
)
from customers.suppressions import key_of
from tests.factories.accounts import UserFactory
from tests.factories.customers import NOON, CustomerFactory, IdentityFactory

pytestmark = pytest.mark.django_db
ANNA = "anna@example.pl"


def stop(address: str = ANNA, **changes: object) -> Suppression:
    values = {"scope": "all", "reason": "asked", "source": "staff", "now": NOON, "actor": None}
    return suppress(**values | {"address": address} | changes)


def live() -> list[tuple[str, str, str]]:
    rows = Suppression.objects.filter(lifted_at=None).order_by("pk")
    return list(rows.values_list("scope", "topic", "reason"))


def test_the_key_is_one_for_all_spellings_and_says_nothing() -> None:
    assert key_of(" Anna@Example.PL") == key_of(ANNA)
    assert key_of("jan@example.pl") != key_of(ANNA)
    assert "anna" not in key_of(ANNA).lower()


def test_suppressing_twice_is_once() -> None:
    clerk = UserFactory()
    first = stop(actor=clerk)

    assert stop("ANNA@example.pl", reason="complaint", now=NOON + timedelta(days=1)) == first
    assert live() == [("all", "", "asked")]
    assert (first.address, first.key, first.actor) == (ANNA, key_of(ANNA), clerk)
    entry = AuditEntry.objects.get(action="suppression.set")
    assert entry.actor == clerk.label
    assert entry.details == {"scope": "all", "topic": "", "reason": "asked", "source": "staff"}


def test_scopes_and_topics_stand_beside_each_other() -> None:
    stop(scope="marketing", topic="ignored")
    stop(scope="topic", topic="newsletter")
    stop(scope="topic", topic="surveys")
    stop(scope="topic", topic="newsletter")

    assert live() == [
        ("marketing", "", "asked"),
        ("topic", "newsletter", "asked"),
        ("topic", "surveys", "asked"),
    ]


def test_the_key_alone_will_do() -> None:
    row = stop("", key=key_of(ANNA))

    assert row.address == ""
    assert stop(ANNA) == row


def test_lifting_needs_a_reason_and_counts_once() -> None:
    clerk, row = UserFactory(), stop()
    for reason in ("", "  \u200b "):
        with pytest.raises(Refused):
            lift(actor=clerk, suppression=row, reason=reason, now=NOON)
    with pytest.raises(Refused):
        lift(actor=clerk, suppression=row, reason="x" * 256, now=NOON)

    lift(actor=clerk, suppression=row, reason=" Typing slip,  put right ", now=NOON)
    lift(actor=None, suppression=row, reason="again", now=NOON + timedelta(days=1))

    row.refresh_from_db()
    assert (row.lifted_by, row.lifted_at) == (clerk, NOON)
    assert row.lift_reason == "Typing slip, put right"
    assert AuditEntry.objects.filter(action="suppression.lifted").count() == 1
    assert stop() != row
    assert Suppression.objects.count() == 2


def test_the_database_holds_the_rules_too() -> None:
    broken = [
        {"scope": "topic", "topic": ""},
        {"scope": "all", "topic": "newsletter"},
        {"lifted_at": NOON},
        {"lift_reason": "because"},
    ]
    stop()
    for change in [*broken, {}]:
        values = {"key": key_of(ANNA), "scope": "all", "reason": "asked", "source": "staff"}
        with pytest.raises(IntegrityError), transaction.atomic():
            Suppression.objects.create(at=NOON, **values | change)


def test_a_hard_bounce_and_a_complaint_count_at_once_and_once() -> None:
    assert record_bounce(address=ANNA, is_hard=True, reference="e1", now=NOON)
    assert record_bounce(address=ANNA, is_hard=True, reference="e1", now=NOON) is None
    assert record_complaint(address=ANNA, reference="e2", now=NOON)
    assert record_complaint(address=ANNA, reference="e2", now=NOON) is None

    assert live() == [("all", "", "hard_bounce"), ("marketing", "", "complaint")]
    assert DeliveryFault.objects.count() == 2


def test_a_repeated_report_after_lifting_changes_nothing() -> None:
    row = record_bounce(address=ANNA, is_hard=True, reference="e1", now=NOON)
    lift(actor=None, suppression=row, reason="The mailbox is back", now=NOON)

    record_bounce(address=ANNA, is_hard=True, reference="e1", now=NOON)

    assert live() == []


def bounce_softly(number: int, day: float) -> Suppression | None:
    at = NOON + timedelta(days=day)
    return record_bounce(address=ANNA, is_hard=False, reference=f"s{number}", now=at)


def test_the_fifth_soft_bounce_in_a_fortnight_counts() -> None:
    assert [bounce_softly(n, n) for n in range(4)] == [None] * 4
    assert bounce_softly(3, 3) is None  # the same report again

    found = bounce_softly(4, 13)

    assert found is not None
    assert live() == [("all", "", "soft_bounces")]
    assert record_bounce(address="jan@example.pl", is_hard=False, reference="j", now=NOON) is None


def test_after_lifting_soft_bounces_are_counted_anew() -> None:
    for number in range(5):
        row = bounce_softly(number, number)
    lift(actor=None, suppression=row, reason="Emptied", now=NOON + timedelta(days=5))

    assert [bounce_softly(n, n) for n in range(6, 10)] == [None] * 4
    assert live() == []
    assert bounce_softly(10, 10) is not None


def test_the_wish_outlives_its_person_and_knows_them_when_they_come_back() -> None:
    customer = CustomerFactory()
    identity = IdentityFactory(customer=customer, value=ANNA)
    row = stop()

    remove_identity(actor=None, identity=identity)
    assert forget_address(address=ANNA) == 1
    row.refresh_from_db()
    assert (row.address, row.key) == ("", key_of(ANNA))
    assert stop("anna@EXAMPLE.pl") == row

    add_identity(actor=None, customer=customer, kind="email", value="Anna@example.pl", now=NOON)
    row.refresh_from_db()
    assert row.address == ANNA


def test_an_import_knows_them_too() -> None:
    stop()
    stop(scope="topic", topic="newsletter")
    forget_address(address=ANNA)
    customer = CustomerFactory()

    contacts = [(customer.pk, "email", ANNA, ANNA), (customer.pk, "phone", "+48600", "600")]
    add_contacts(contacts, now=NOON, new_customers=[customer.pk])

    assert set(Suppression.objects.values_list("address", flat=True)) == {ANNA}
    assert Identity.objects.count() == 2

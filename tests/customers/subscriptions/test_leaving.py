"""Leaving stops at once, for the whole person, and is on record."""

from datetime import timedelta

import pytest

from core.models import AuditEntry
from customers.models import ConsentEntry, Identity, PreferenceChange, Suppression
from customers.services.subscriptions import take_back, unsubscribe_from_all
from customers.suppressions import key_of
from tests.customers.subscriptions.wishes import ANNA, DAY, SECOND, leave, may
from tests.factories.customers import NOON, ConsentEntryFactory, CustomerFactory, IdentityFactory
from tests.factories.permission import TopicFactory

pytestmark = pytest.mark.django_db


def test_leaving_marketing_stops_marketing_and_surveys_at_once_for_the_whole_person(anna) -> None:
    change = leave(anna)

    assert may(anna) == {"service": True, "marketing": False, "survey": False}
    assert may(anna, SECOND)["marketing"] is False
    newest = ConsentEntry.objects.filter(action="withdrawn").order_by("pk")
    assert set(newest.values_list("purpose", "address", "source", "actor")) == {
        ("marketing", ANNA, "link", None),
        ("marketing", "", "link", None),
    }
    row = Suppression.objects.get()
    assert (row.scope, row.topic, row.source, row.address) == ("topic", "newsletter", "link", ANNA)
    assert (change.wish, change.topic) == ("unsubscribed", "newsletter")
    assert AuditEntry.objects.filter(action="preference.changed", actor="system").count() == 1


def test_leaving_surveys_leaves_offers_alone(anna) -> None:
    leave(anna, message_class="survey", topic="surveys")

    assert may(anna) == {"service": True, "marketing": True, "survey": False}


def test_a_birthday_mail_leaves_marketing_whatever_its_class(anna) -> None:
    TopicFactory(key="birthday", nature="birthday")

    leave(anna, message_class="service", topic="birthday")

    assert may(anna)["marketing"] is False


def test_leaving_twice_is_once_and_gives_the_same_change(anna) -> None:
    first = leave(anna)
    lines = ConsentEntry.objects.count()

    assert leave(anna) == first
    assert ConsentEntry.objects.count() == lines
    assert Suppression.objects.count() == PreferenceChange.objects.count() == 1


def test_leaving_before_agreeing_is_on_record(anna) -> None:
    stranger = CustomerFactory()
    IdentityFactory(customer=stranger, value="jan@example.pl")

    leave(stranger, key=key_of("jan@example.pl"))

    line = ConsentEntry.objects.get(customer=stranger)
    assert (line.action, line.address) == ("withdrawn", "jan@example.pl")


def test_a_grant_dated_ahead_does_not_outlive_leaving(anna) -> None:
    ConsentEntryFactory(customer=anna, address=ANNA, occurred_at=NOON + timedelta(minutes=4))

    leave(anna)

    assert may(anna)["marketing"] is False


def test_after_erasure_the_address_alone_is_suppressed() -> None:
    assert leave(None) is None
    assert unsubscribe_from_all(customer=None, key="k", source="link", now=NOON) is None

    rows = Suppression.objects.values_list("key", "scope", "address")
    assert set(rows) == {(key_of(ANNA), "marketing", ""), ("k", "marketing", "")}


def test_an_address_that_was_taken_off_the_file_can_still_leave(anna) -> None:
    Identity.objects.filter(key=ANNA).delete()

    leave(anna)

    assert may(anna, SECOND)["marketing"] is False
    found = Suppression.objects.values_list("key", "scope")
    assert set(found) == {(key_of(ANNA), "topic"), (key_of(ANNA), "marketing")}


def test_whoever_reads_an_address_that_changed_hands_is_heard_too(anna) -> None:
    Identity.objects.get(key=ANNA).delete()
    other = CustomerFactory()
    IdentityFactory(customer=other, value=ANNA)
    ConsentEntryFactory(customer=other, purpose="marketing", address=ANNA, occurred_at=NOON - DAY)
    assert may(other)["marketing"]

    change = leave(anna, topic="")

    assert may(other) == {"service": True, "marketing": False, "survey": False}
    assert change is not None
    take_back(change=change, source="link", now=NOON + timedelta(hours=1))
    assert may(other)["marketing"]

"""Reports about the same mail or the same address at one moment, on PostgreSQL."""

from datetime import timedelta

import pytest
from django.db import connection  # noqa: F401 (the mark above the tests asks it)

from customers.models import DeliveryFault, Suppression
from messaging.models import DeliveryEvent, EventKind, MessageStep
from messaging.services.feedback import Event, record_event
from tests.customers.services.races.together import at_once
from tests.factories.outbox import NOON, MessageFactory

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="needs PostgreSQL"),
    pytest.mark.django_db(transaction=True),
]


def sent(**values):
    return MessageFactory(state="sent", sent_at=NOON, out_at=NOON, attempts=1, **values)


def telling(message, kind, key, minute=0):
    at = NOON + timedelta(minutes=minute)
    event = Event(source="postmark", key=key, kind=kind, at=at)
    pk = message.pk if message else None
    return lambda: record_event(event=event, message_pk=pk, now=NOON + timedelta(hours=1))


def test_one_event_told_by_six_at_once_is_one():
    message = sent()

    results = at_once(*[telling(message, EventKind.HARD, "same")] * 6)

    assert sorted(result.is_new for result in results) == [False] * 5 + [True]
    assert DeliveryEvent.objects.count() == MessageStep.objects.count() == 1
    assert Suppression.objects.count() == DeliveryFault.objects.count() == 1


def test_an_event_about_no_mail_told_by_six_at_once_is_one():
    results = at_once(*[telling(None, EventKind.HARD, "same")] * 6)

    assert sorted(result.is_new for result in results) == [False] * 5 + [True]
    assert DeliveryEvent.objects.get().message is None


def test_different_events_at_once_all_leave_their_facts():
    message = sent()

    at_once(
        telling(message, EventKind.DELIVERED, "1", 3),
        telling(message, EventKind.SOFT, "2", 5),
        telling(message, EventKind.HARD, "3", 4),
        telling(message, EventKind.COMPLAINED, "4", 6),
        telling(message, EventKind.DELIVERED, "5", 2),
    )

    message.refresh_from_db()
    minutes = [NOON + timedelta(minutes=minute) for minute in (2, 4, 6)]
    assert [message.delivered_at, message.bounced_at, message.complained_at] == minutes
    assert message.bounce == "hard"


def test_the_fifth_soft_bounce_counts_though_all_come_at_once():
    first = sent()
    same = {"customer": first.customer, "address": first.address, "identity": False}
    messages = [first, *[sent(**same) for _ in range(4)]]

    at_once(*[telling(one, EventKind.SOFT, str(one.pk)) for one in messages])

    assert Suppression.objects.get().reason == "soft_bounces"

"""What the database refuses about events and about what became of a message."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from messaging.models import DeliveryEvent, EventKind, Message, MessageStep
from messaging.services.feedback import Event, record_event
from tests.factories.outbox import NOON, MessageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    message = MessageFactory(state="sent", sent_at=NOON, out_at=NOON, attempts=1)
    told = Event(source="report", key="1", kind=EventKind.HARD, at=NOON, words="550 no")
    record_event(event=told, message_pk=message.pk, now=NOON)
    return message.events.get()


def refuses(act, error=DatabaseError):
    with pytest.raises(error), transaction.atomic():
        act()


@pytest.mark.parametrize(
    "change",
    [{"kind": "soft"}, {"key": "2"}, {"source": "x"}, {"status": "5.1.1"}, {"message": None}],
)
def test_an_event_is_never_changed(event, change):
    refuses(lambda: DeliveryEvent.objects.filter(pk=event.pk).update(**change))


def test_an_event_is_never_deleted(event):
    refuses(lambda: DeliveryEvent.objects.filter(pk=event.pk).delete())


def test_only_its_words_are_emptied_when_a_person_is_erased(event):
    DeliveryEvent.objects.filter(pk=event.pk).update(words="")

    event.refresh_from_db()
    assert event.words == ""


@pytest.mark.parametrize(
    "values",
    [
        {"key": "1", "message": None, "step": None},
        {"key": "2", "kind": "opened", "message": None, "step": None},
        {"key": "2", "step": None},
        {"key": "2", "message": None},
    ],
    ids=["twice", "unknown kind", "no step", "no message"],
)
def test_what_is_not_an_event(event, values):
    step = MessageStep.objects.create(
        message=event.message, at=NOON, state="sent", reason="soft", phase="report"
    )
    whole = {"source": "report", "kind": "soft", "message": event.message, "step": step}
    row = whole | {"at": NOON, "recorded_at": NOON} | values

    refuses(lambda: DeliveryEvent.objects.create(**row), IntegrityError)


@pytest.mark.parametrize(
    "facts",
    [
        {"bounce": "hard", "bounced_at": None},
        {"bounce": "", "bounced_at": NOON},
        {"bounce": "odd", "bounced_at": NOON},
    ],
)
def test_a_bounce_has_a_class_and_an_instant(event, facts):
    refuses(lambda: Message.objects.filter(pk=event.message_id).update(**facts))

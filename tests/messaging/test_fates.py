"""What became of mails after they had gone: on the outbox, a mail's page and the timeline."""

from datetime import timedelta

import pytest
from django.urls import reverse

from messaging.fates import FATES, fate_of, with_fate
from messaging.message_page import life_of
from messaging.models import EventKind, Message
from messaging.services.feedback import Event, record_event
from tests.factories.outbox import NOON, MessageFactory

pytestmark = pytest.mark.django_db
GONE = "550 5.1.1 <anna@gone.example>: User unknown <script>alert(1)</script>"


def told(*kinds, words=""):
    message = MessageFactory(state="sent", sent_at=NOON, out_at=NOON, attempts=1)
    for minute, kind in enumerate(kinds):
        at = NOON + timedelta(minutes=minute)
        event = Event(source="report", key=f"{message.pk} {minute}", kind=kind, at=at, words=words)
        record_event(event=event, message_pk=message.pk, now=at)
    message.refresh_from_db()
    return message


@pytest.mark.parametrize(
    ("kinds", "fate"),
    [
        ((), None),
        ((EventKind.LATE,), None),
        ((EventKind.LATE, EventKind.DELIVERED), EventKind.DELIVERED),
        ((EventKind.SOFT, EventKind.DELIVERED), EventKind.SOFT),
        ((EventKind.HARD, EventKind.SOFT), EventKind.HARD),
        ((EventKind.COMPLAINED, EventKind.HARD, EventKind.DELIVERED), EventKind.COMPLAINED),
    ],
)
def test_the_gravest_thing_reported_is_its_fate_and_the_filter_agrees(kinds, fate):
    message = told(*kinds)

    assert fate_of(message) is fate
    assert [one for one in FATES if Message.objects.filter(with_fate(one))] == [fate][: bool(fate)]


def test_the_outbox_shows_and_filters_by_it(sign_in):
    hard, fine = told(EventKind.HARD), told(EventKind.DELIVERED)
    client, outbox = sign_in("support"), reverse("messaging:outbox")

    everything = client.get(outbox).content.decode()
    some = client.get(outbox, {"fate": "hard"})

    assert "Came back: the address does not exist</span>" in everything
    assert [one.row.pk for one in some.context["page"].rows] == [hard.pk]
    assert reverse("messaging:message", args=[fine.pk]) in everything
    assert client.get(outbox, {"fate": "late"}).status_code == 400


def test_a_mails_page_says_what_the_server_said_at_its_instant_without_the_address(sign_in):
    message = told(EventKind.LATE, EventKind.HARD, words=GONE)

    answer = sign_in("marketer").get(reverse("messaging:message", args=[message.pk]))
    text = answer.content.decode()

    assert [(one.state, one.at) for one in answer.context["life"]] == [
        ("Not delivered yet", NOON),
        ("Came back: the address does not exist", NOON + timedelta(minutes=1)),
    ]
    assert "550 5.1.1 &lt;…@gone.example&gt;: User unknown" in text
    assert "anna@gone.example" not in text
    assert "<script>alert" not in text


def test_the_timeline_says_it(sign_in):
    message = told(EventKind.DELIVERED, EventKind.COMPLAINED)

    page = sign_in("support").get(reverse("customers:customer", args=[message.customer_id]))

    assert "Sent · Marked as unwanted" in page.content.decode()


def test_a_mails_life_takes_one_query_however_long_it_is(django_assert_num_queries):
    message = told(*[EventKind.LATE] * 12, words="451 try again")

    with django_assert_num_queries(1):
        assert len(life_of(message)) == 12

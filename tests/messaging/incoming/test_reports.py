"""Delivery reports among the mails: recorded for their message, never sorted by people."""

import pytest

from customers.models import Interaction
from messaging.models import DeliveryEvent, IncomingMail, Message
from tests.factories.outbox import NOON, MessageFactory
from tests.messaging.incoming.mails import letter, taken_in

pytestmark = pytest.mark.django_db
BOUNCE = b"""From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: shop@example.com
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce1@mx.example>
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary="r"

--r
Content-Type: text/plain

It did not work.
--r
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; anna@example.pl
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--r
Content-Type: text/rfc822-headers

Message-ID: <ours1@shop.example>
Subject: News
--r--
"""


@pytest.fixture
def message():
    return MessageFactory(
        message_id="<ours1@shop.example>",
        address="anna@example.pl",
        state="sent",
        sent_at=NOON,
        attempts=1,
        created_at=NOON,
    )


def test_a_bounce_is_recorded_for_its_message(message):
    mail = taken_in(BOUNCE)

    assert (mail.kind, mail.place, mail.answers) == ("report", "set_aside", message)
    message.refresh_from_db()
    assert message.bounce == "hard"
    assert not Interaction.objects.exists()


def test_the_same_bounce_in_two_mailboxes_counts_once(message):
    taken_in(BOUNCE, key="a")
    taken_in(b"Delivered-To: x@example.com\n" + BOUNCE, key="b")

    assert DeliveryEvent.objects.count() == IncomingMail.objects.count() == 1


def test_a_bounce_of_nobodys_mail_changes_nothing():
    mail = taken_in(BOUNCE)

    assert (mail.place, mail.answers) == ("set_aside", None)


def test_an_absence_note_is_no_bounce_and_unsubscribes_nobody(message):
    note = letter(
        "I am away. Unsubscribe!",
        subject="Automatic reply: News",
        answers="<ours1@shop.example>",
        more="Auto-Submitted: auto-replied\nX-Auto-Response-Suppress: All",
    )

    mail = taken_in(note)

    assert (mail.kind, mail.place) == ("automatic", "matched")
    before = Message.objects.get(pk=message.pk)
    assert (before.bounce, before.bounced_at) == ("", None)
    assert not DeliveryEvent.objects.exists()

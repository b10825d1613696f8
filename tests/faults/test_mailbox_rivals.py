"""Readers that are processes of their own take one mailbox from each other while it is read: each
mail comes in once, and its server is told of each."""

import time
from collections import Counter

import pytest

from customers.models import Interaction
from messaging.models import IncomingCopy, IncomingMail, Mailbox
from tests.factories.outbox import MessageFactory
from tests.faults.test_mailbox_kill import make_mailbox, read_under_fire
from tests.mail.imap import ImapServer
from tests.messaging.incoming.mails import ANNA, letter

pytestmark = pytest.mark.django_db(transaction=True)
MAILS, RIVALS, ROUNDS = 40, 3, 12


def test_readers_at_once_take_each_mail_in_once(settings, tmp_path):
    question = MessageFactory(address=ANNA)
    server = ImapServer()
    for number in range(MAILS):
        server.inbox.put(letter(number=number, answers=question.message_id))
    # Slow enough for the others to come in between.
    server.before = lambda said: time.sleep(0.03) if "BODY.PEEK[]" in said else None
    make_mailbox(server)

    task = {"rivals": RIVALS, "rounds": ROUNDS}
    told = read_under_fire(task, MAIL_FILES_DIR=tmp_path / "mail", SECRET_KEY=settings.SECRET_KEY)

    server.stop()
    assert told == {"codes": [0] * RIVALS}
    ids = Counter(IncomingMail.objects.values_list("message_id", flat=True))
    assert ids == Counter(f"<letter{number}@example.pl>" for number in range(MAILS))
    assert Interaction.objects.count() == IncomingCopy.objects.count() == MAILS
    assert all(mail.flags == {"\\Seen"} for mail in server.inbox.mails)
    assert len(server.inbox.mails) == MAILS
    assert Mailbox.objects.get().last_uid == MAILS
    # They did meet: some mail was fetched by one who was then too late.
    fetched = Counter(said for said in server.said if "BODY.PEEK[]" in said)
    assert sum(fetched.values()) > MAILS

"""A reader killed at moments of chance, twenty times, while it takes in a mailbox: no mail is lost,
none comes in twice, and its server is told of each."""

import json
import random
import subprocess
import sys

import pytest

from core.encryption import encrypt
from customers.models import Interaction
from messaging.mail_storage import content_of
from messaging.models import IncomingAttachment, IncomingCopy, IncomingMail, Mailbox
from tests.factories.outbox import NOON, MessageFactory
from tests.faults.mailing import PATIENCE, environment
from tests.mail.imap import ImapServer
from tests.messaging.incoming.mails import ANNA, letter

pytestmark = pytest.mark.django_db(transaction=True)
MAILS, KILLS = 60, 20


def with_file(number, answers):
    head, _blank, _text = letter(number=number, answers=answers).partition(b"Content-Type")
    return head + (
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nSee this\r\n'
        b"--b\r\nContent-Type: text/csv; name=a.csv\r\n\r\na,%d\r\n--b--\r\n" % number
    )


def make_mailbox(server):
    return Mailbox.objects.create(
        name="Shop",
        host="127.0.0.1",
        port=server.port,
        security="none",
        username=server.user,
        secret=encrypt(server.password),
        next_at=NOON,
        created_at=NOON,
    )


def read_under_fire(task, **values):
    command = [sys.executable, "-m", "tests.faults.mailbox_reader", json.dumps(task)]
    done = subprocess.run(
        command,
        env=environment(**values),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_twenty_kills_lose_and_double_nothing(settings, tmp_path):
    settings.MAIL_FILES_DIR = tmp_path / "mail"
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    server = ImapServer()
    question = MessageFactory(address=ANNA)
    for number in range(MAILS):
        server.inbox.put(with_file(number, question.message_id))
    make_mailbox(server)

    task = {"moments": [chance.randrange(60, 700) for _kill in range(KILLS)]}
    told = read_under_fire(
        task, MAIL_FILES_DIR=settings.MAIL_FILES_DIR, SECRET_KEY=settings.SECRET_KEY
    )

    server.stop()
    ids = sorted(IncomingMail.objects.values_list("message_id", flat=True))
    assert ids == sorted(f"<letter{number}@example.pl>" for number in range(MAILS)), seed
    assert Interaction.objects.count() == IncomingCopy.objects.count() == MAILS, seed
    assert all(mail.flags == {"\\Seen"} for mail in server.inbox.mails), seed
    assert len(server.inbox.mails) == MAILS
    files = IncomingAttachment.objects.values_list("mail__message_id", "path")
    contents = {message_id: content_of(path) for message_id, path in files}
    assert contents == {f"<letter{n}@example.pl>": b"a,%d" % n for n in range(MAILS)}, seed
    assert told["kills"] >= 5, (seed, told)

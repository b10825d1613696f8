"""`fetch_mail`: every mailbox that is on, at once, with what came of each."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from core import clock
from core.encryption import encrypt
from messaging.models import IncomingMail, Mailbox
from messaging.services import mailboxes
from tests.factories.outbox import NOON
from tests.mail.imap import Folder, ImapServer
from tests.messaging.incoming.mails import letter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest.fixture
def server():
    server = ImapServer()
    server.folders["Sales"] = Folder()
    yield server
    server.stop()


def make_mailbox(server, name, **values):
    fields = {
        "host": "127.0.0.1",
        "port": server.port,
        "security": "none",
        "username": server.user,
        "secret": encrypt(server.password),
        "next_at": NOON + timedelta(hours=1),
        "created_at": NOON,
    }
    return Mailbox.objects.create(name=name, **fields | values)


def fetch(*arguments):
    """The exit code, and what it printed."""
    out, code = StringIO(), 0
    try:
        call_command("fetch_mail", *arguments, stdout=out)
    except SystemExit as ended:
        code = ended.code
    return code, out.getvalue()


def told(name, mails, state="fine", trouble="", error=""):
    return {"name": name, "mails": mails, "state": state, "trouble": trouble, "error": error}


def test_every_mailbox_that_is_on_is_read_whatever_its_pause(server):
    make_mailbox(server, "Shop", state="waiting", trouble="connect", error_text="away")
    make_mailbox(server, "Sales", folder="Sales")
    make_mailbox(server, "Old", username="old", is_on=False)
    server.inbox.put(letter(number=1))
    server.inbox.put(letter(number=2))
    server.folders["Sales"].put(letter(number=3))

    code, printed = fetch("--json")

    assert (code, json.loads(printed)) == (
        0,
        {"mails": 3, "mailboxes": [told("Sales", 1), told("Shop", 2)]},
    )
    assert IncomingMail.objects.count() == 3
    assert fetch() == (0, "Sales  0  fine\nShop  0  fine\n0 mails\n")


def test_a_mailbox_in_trouble_is_told_and_stops_no_other(server):
    make_mailbox(server, "A", secret=encrypt("wrong"))
    make_mailbox(server, "B", folder="Sales")
    server.folders["Sales"].put(letter())

    code, printed = fetch("--json")

    [first, second] = json.loads(printed)["mailboxes"]
    assert code == 1
    assert (first["mails"], first["state"], first["trouble"]) == (0, "stopped", "auth")
    assert "wrong user or password" in first["error"]
    assert second == told("B", 1)


def test_one_that_stands_still_is_not_tried_again_and_again(server):
    make_mailbox(server, "Shop", state="stopped", trouble="auth", error_text="no")

    assert fetch() == (1, "Shop  0  stopped  auth  no\n0 mails\n")
    assert server.said == []


def test_one_that_another_process_reads_is_left_to_it(server):
    mailbox = make_mailbox(server, "Shop")
    mailboxes.take_mailbox(mailbox_pk=mailbox.pk, now=NOON)

    code, printed = fetch("--json")

    assert (code, json.loads(printed)["mailboxes"]) == (0, [told("Shop", 0, "busy")])
    assert server.said == []


def test_without_mailboxes_there_is_nothing_to_do():
    assert fetch("--json") == (0, '{"mails": 0, "mailboxes": []}\n')


def test_a_mailbox_that_was_switched_off_an_instant_ago_is_not_read(server):
    mailbox = make_mailbox(server, "Shop", is_on=False)

    assert mailboxes.take_mailbox(mailbox_pk=mailbox.pk, now=NOON) is None

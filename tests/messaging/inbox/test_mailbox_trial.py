"""Trying a mailbox: what is found, or what is wrong, in words; nothing of it changes anything."""

from contextlib import contextmanager

import pytest

from core.encryption import encrypt
from messaging import mailbox_trial
from messaging.imap import ImapTrouble
from messaging.mailbox_trial import ADVICE, MOST_COUNTED, try_mailbox
from messaging.models import MailboxTrouble
from tests.factories.inbox import MailboxFactory

pytestmark = pytest.mark.django_db


class Server:
    """A folder with so many new mails."""

    def __init__(self, waiting):
        self.waiting = waiting

    def numbers(self, after, since):
        return iter(range(after + 1, after + 1 + self.waiting))


def answering(monkeypatch, *, waiting=0, trouble=None):
    asked = []

    @contextmanager
    def opened(place, folder, *, read_only=False):
        asked.append((place.host, place.password, folder, read_only))
        if trouble:
            raise trouble
        yield Server(waiting)

    monkeypatch.setattr(mailbox_trial, "opened", opened)
    return asked


@pytest.mark.parametrize(
    ("waiting", "says"),
    [
        (0, "Nothing new waits in the folder."),
        (1, "1 mail waits to be fetched."),
        (1200, "1,200 mails wait to be fetched."),
        (MOST_COUNTED + 5, "More than 10,000 mails wait to be fetched."),
    ],
)
def test_it_says_what_waits(monkeypatch, waiting, says):
    asked = answering(monkeypatch, waiting=waiting)
    row = MailboxFactory(secret=encrypt("secret"), folder="Sklep")

    trial = try_mailbox(row)

    assert (trial.tone, trial.text, trial.advice) == ("success", "It works.", says)
    assert asked == [("imap.example.com", "secret", "Sklep", True)]


@pytest.mark.parametrize("kind", list(MailboxTrouble))
def test_each_trouble_has_words_and_advice(monkeypatch, kind):
    answering(monkeypatch, trouble=ImapTrouble(kind, "NO <b>go</b>"))

    trial = try_mailbox(MailboxFactory())

    assert (trial.tone, trial.text, trial.said) == ("danger", kind.label, "NO <b>go</b>")
    assert trial.advice == ADVICE[kind]


def test_a_password_of_another_installation_is_asked_for_again():
    trial = try_mailbox(MailboxFactory(secret="nonsense"))

    assert trial.text == MailboxTrouble.SECRET.label


def test_a_server_that_is_not_there_is_said_at_once():
    trial = try_mailbox(MailboxFactory(host="127.0.0.1", port=9, security="none"))

    assert trial.text == MailboxTrouble.CONNECT.label


@pytest.mark.parametrize("htmx", [True, False])
def test_the_page_shows_what_was_found_and_leaves_the_row_alone(sign_in, monkeypatch, htmx):
    answering(monkeypatch, trouble=ImapTrouble(MailboxTrouble.AUTH, "NO <b>go</b>"))
    row = MailboxFactory()
    headers = {"HX-Request": "true"} if htmx else {}

    answer = sign_in("admin").post(f"/settings/mailboxes/{row.pk}/trial/", headers=headers)

    shown = answer.content.decode()
    assert answer.status_code == 200
    assert ("<html" in shown) is not htmx
    assert "The mail server refuses user name or password" in shown
    assert "NO &lt;b&gt;go&lt;/b&gt;" in shown
    before = {name: value for name, value in vars(row).items() if not name.startswith("_")}
    row.refresh_from_db()
    assert {name: value for name, value in vars(row).items() if not name.startswith("_")} == before

"""Reading a mailbox at a real server over the network: nothing lost, nothing doubled, nothing
deleted there."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import OperationalError

from core.encryption import encrypt
from customers.models import Interaction
from messaging.models import IncomingCopy, IncomingMail, Mailbox
from messaging.services import fetching, mailboxes
from messaging.services.fetching import read_mailbox
from tests.factories.customers import IdentityFactory
from tests.factories.outbox import NOON, MessageFactory
from tests.mail.imap import Drop, Folder, ImapServer
from tests.messaging.incoming.mails import ANNA, letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def server():
    server = ImapServer()
    yield server
    server.stop()


@pytest.fixture
def mailbox(server):
    return make_mailbox(server)


def make_mailbox(server, **values):
    fields = {
        "name": f"Shop {server.port} {values.get('folder', '')}",
        "host": "127.0.0.1",
        "port": server.port,
        "security": "none",
        "username": server.user,
        "secret": encrypt(server.password),
        "next_at": NOON,
        "created_at": NOON,
    }
    return Mailbox.objects.create(**fields | values)


def read(mailbox, now=NOON, goes_on=lambda: True):
    done = read_mailbox(mailbox_pk=mailbox.pk, now=lambda: now, goes_on=goes_on)
    mailbox.refresh_from_db()
    return done


def subjects():
    return list(IncomingMail.objects.order_by("pk").values_list("subject", flat=True))


def test_what_lies_there_is_read_once_and_marked(server, mailbox):
    server.inbox.put(letter(number=1, subject="One"))
    server.inbox.put(letter(number=2, subject="Two"))

    assert read(mailbox) == 2
    assert read(mailbox, NOON + timedelta(minutes=1)) == 0

    assert subjects() == ["One", "Two"]
    assert [mail.flags for mail in server.inbox.mails] == [{"\\Seen"}] * 2
    assert (mailbox.state, mailbox.last_uid, mailbox.uid_validity) == ("fine", 2, 17)
    assert (mailbox.lease_until, mailbox.next_at) == (None, NOON + timedelta(minutes=2))
    assert not any("DELETE" in said.upper() or "EXPUNGE" in said.upper() for said in server.said)


def test_a_mail_that_comes_later_is_read_later(server, mailbox):
    server.inbox.put(letter(number=1))
    read(mailbox)
    server.inbox.put(letter(number=2, subject="Two"))

    assert read(mailbox) == 1
    assert subjects() == ["Opening hours", "Two"]


def test_reading_goes_by_peek_and_marks_only_if_wished(server):
    mailbox = make_mailbox(server, marks_seen=False)
    server.inbox.put(letter())

    read(mailbox)

    assert server.inbox.mails[0].flags == set()
    assert IncomingCopy.objects.get().marked_at == NOON


def test_read_mails_are_moved_where_wished(server):
    server.folders["Obs&AUI-u&AXw-one"] = Folder()
    mailbox = make_mailbox(server, moves_to="Obsłużone")
    server.inbox.put(letter())

    read(mailbox)

    assert server.inbox.mails == []
    assert len(server.folders["Obs&AUI-u&AXw-one"].mails) == 1


def test_a_server_that_cannot_move_keeps_them(server):
    server.can_move = False
    mailbox = make_mailbox(server, moves_to="Done")
    server.inbox.put(letter())

    read(mailbox)

    assert (mailbox.state, len(server.inbox.mails)) == ("fine", 1)


def test_a_folder_to_move_to_that_is_gone_keeps_no_mail_from_being_read(server):
    mailbox = make_mailbox(server, moves_to="Done")
    server.inbox.put(letter(number=1, subject="One"))
    read(mailbox)
    server.inbox.put(letter(number=2, subject="Two"))

    assert read(mailbox, NOON + timedelta(minutes=1)) == 1
    assert subjects() == ["One", "Two"]
    assert (mailbox.state, mailbox.trouble) == ("waiting", "folder")
    assert IncomingCopy.objects.filter(marked_at=None).count() == 2

    server.folders["Done"] = Folder()
    read(mailbox, NOON + timedelta(minutes=9))
    assert (mailbox.state, server.inbox.mails, len(server.folders["Done"].mails)) == ("fine", [], 2)


def test_a_server_that_counts_anew_doubles_nothing(server, mailbox):
    IdentityFactory(value=ANNA)
    question = MessageFactory(customer=IdentityFactory._meta.model.objects.get().customer)
    for number in range(3):
        server.inbox.put(letter(number=number, answers=question.message_id))
    read(mailbox)
    server.inbox.mails.pop(0)
    server.inbox.count_anew()
    server.inbox.put(letter(number=9, subject="New"))

    assert read(mailbox) == 3

    assert (IncomingMail.objects.count(), Interaction.objects.count()) == (4, 3)
    assert (mailbox.uid_validity, mailbox.last_uid) == (18, 3)


def test_the_same_mail_in_two_mailboxes_is_one(server, mailbox):
    server.folders["Sales"] = Folder()
    other = make_mailbox(server, folder="Sales")
    server.inbox.put(letter())
    server.folders["Sales"].put(b"Delivered-To: sales@example.com\r\n" + letter())

    read(mailbox)
    read(other)

    assert IncomingMail.objects.count() == 1
    assert {copy.mailbox for copy in IncomingCopy.objects.all()} == {mailbox, other}


def test_older_mails_are_left_alone_where_wished(server):
    mailbox = make_mailbox(server, read_since=date(2026, 11, 21))
    server.inbox.put(letter(number=1, subject="Old"), datetime(2026, 11, 1, tzinfo=UTC))
    server.inbox.put(letter(number=2, subject="New"))

    read(mailbox)

    assert subjects() == ["New"]
    assert server.inbox.mails[0].flags == set()


def test_a_mail_too_large_is_noted_and_stops_nothing(server, mailbox, settings):
    settings.MAIL_MOST_BYTES = 1000
    server.inbox.put(letter("x" * 2000, number=1, subject="Large"))
    server.inbox.put(letter(number=2, subject="Small"))

    read(mailbox)

    large = IncomingMail.objects.get(subject="Large")
    assert (large.place, large.reason, large.text) == ("unsorted", "too_large", "")
    assert large.raw_size > 2000
    assert large.from_address == ANNA
    assert subjects() == ["Large", "Small"]
    assert [mail.flags for mail in server.inbox.mails] == [set(), {"\\Seen"}]
    assert not any("BODY.PEEK[]" in said for said in server.said if said.startswith("UID FETCH 1 "))


def test_a_mail_that_nobody_can_read_is_kept_whole(server, mailbox, monkeypatch):
    server.inbox.put(letter("poison", number=1))
    server.inbox.put(letter(number=2, subject="After"))
    receive = fetching.receive_mail

    def breaks(*, raw, **values):
        if b"poison" in raw:
            raise RuntimeError("cannot")
        return receive(raw=raw, **values)

    monkeypatch.setattr(fetching, "receive_mail", breaks)
    assert read(mailbox) == 2

    broken = IncomingMail.objects.get(reason="unreadable")
    assert broken.attachments.get().name == "message.eml"
    assert broken.attachments.get().size == len(letter("poison", number=1))
    assert subjects() == ["", "After"]


def test_a_mail_that_kills_its_reader_is_left_after_three_tries(server, mailbox, monkeypatch):
    server.inbox.put(letter("poison", number=1))
    server.inbox.put(letter(number=2, subject="After"))
    receive = fetching.receive_mail

    def dies(*, raw, **values):
        if b"poison" in raw:
            raise KeyboardInterrupt
        return receive(raw=raw, **values)

    monkeypatch.setattr(fetching, "receive_mail", dies)
    for number in range(3):
        with pytest.raises(KeyboardInterrupt):
            read(mailbox, NOON + timedelta(hours=number))
    assert read(mailbox, NOON + timedelta(hours=3)) == 2

    assert list(IncomingMail.objects.values_list("reason", flat=True)) == ["left", "unknown"]
    assert [mail.flags for mail in server.inbox.mails] == [set(), {"\\Seen"}]


def test_what_a_server_has_lost_or_cannot_measure_is_not_passed_over_in_silence(server, mailbox):
    for number, subject in enumerate(("Lost", "Too", "Read")):
        server.inbox.put(letter(number=number, subject=subject))
    server.inbox.mails[0].is_lost = server.inbox.mails[1].is_lost = True
    server.inbox.mails[2].says_size = False

    assert read(mailbox) == 3

    found = IncomingMail.objects.order_by("pk").values_list("subject", "reason")
    assert list(found) == [("", "left"), ("", "left"), ("Read", "unknown")]
    assert [mail.flags for mail in server.inbox.mails] == [set(), set(), {"\\Seen"}]


def test_a_database_that_is_away_is_not_the_mails_fault(server, mailbox, monkeypatch):
    server.inbox.put(letter())

    def gone(**_values):
        raise OperationalError("gone")

    for number in range(5):
        with monkeypatch.context() as patch:
            patch.setattr(fetching, "receive_mail", gone)
            with pytest.raises(OperationalError):
                read(mailbox, NOON + timedelta(hours=number))
    read(mailbox, NOON + timedelta(hours=9))

    assert subjects() == ["Opening hours"]


def test_a_wrong_password_stops_the_mailbox_with_a_word(server):
    mailbox = make_mailbox(server, secret=encrypt("wrong"))

    read(mailbox)

    assert (mailbox.state, mailbox.trouble) == ("stopped", "auth")
    assert "wrong user or password" in mailbox.error_text
    assert mailboxes.due_mailboxes(NOON + timedelta(days=9)) == []


def test_a_server_that_is_busy_is_asked_again_later(server, mailbox):
    server.refusal = "[UNAVAILABLE] come back later"

    read(mailbox)

    assert (mailbox.state, mailbox.next_at) == ("waiting", NOON + timedelta(minutes=1))
    assert mailboxes.due_mailboxes(NOON) == []
    server.refusal = ""
    server.inbox.put(letter())
    assert read(mailbox, NOON + timedelta(minutes=1)) == 1
    assert (mailbox.state, mailbox.trouble, mailbox.troubles) == ("fine", "", 0)


def test_pauses_grow_to_an_hour(server, mailbox):
    server.refusal = "[UNAVAILABLE] come back later"
    pauses = []

    for _number in range(8):
        read(mailbox)
        pauses.append((mailbox.next_at - NOON) / timedelta(minutes=1))

    assert pauses == [1, 2, 5, 15, 30, 60, 60, 60]


def test_a_server_that_is_not_there(server, mailbox):
    Mailbox.objects.update(port=1)

    read(mailbox)

    assert (mailbox.state, mailbox.trouble) == ("waiting", "connect")


def test_a_folder_that_is_not_there(server):
    mailbox = make_mailbox(server, folder="Nowhere")

    read(mailbox)

    assert (mailbox.state, mailbox.trouble) == ("stopped", "folder")


def test_a_secret_sealed_by_another_installation(server, mailbox):
    Mailbox.objects.update(secret="gAAAAA")

    read(mailbox)

    assert (mailbox.state, mailbox.trouble) == ("stopped", "secret")


@pytest.mark.parametrize("command", ["UID FETCH 2 ", "UID STORE", "UID SEARCH", "SELECT"])
def test_a_line_that_breaks_anywhere_loses_and_doubles_nothing(server, mailbox, command):
    for number in range(3):
        server.inbox.put(letter(number=number, subject=str(number)))

    def drop(said):
        if said.startswith(command):
            raise Drop

    server.before = drop
    read(mailbox)
    assert mailbox.trouble == "connect"
    server.before = lambda _said: None
    read(mailbox, NOON + timedelta(minutes=1))

    assert subjects() == ["0", "1", "2"]
    assert all(mail.flags for mail in server.inbox.mails)


def test_a_server_that_falls_silent_is_not_waited_for(server, mailbox, settings):
    settings.MAIL_COMMAND_SECONDS = 0.2
    server.before = lambda said: time.sleep(0.6) if said.startswith("SELECT") else None

    read(mailbox)

    assert (mailbox.state, mailbox.trouble) == ("waiting", "connect")


def test_two_readers_do_not_read_at_once(server, mailbox):
    server.inbox.put(letter())
    held = mailboxes.take_mailbox(mailbox_pk=mailbox.pk, now=NOON)

    assert read(mailbox) == 0
    assert read(mailbox, NOON + timedelta(minutes=6)) == 1

    with pytest.raises(mailboxes.LeaseLost):
        mailboxes.held(held, NOON, last_uid=99)
    mailbox.refresh_from_db()
    assert mailbox.last_uid == 1


def test_a_round_ends_when_its_time_is_up_and_the_next_goes_on(server, mailbox):
    for number in range(4):
        server.inbox.put(letter(number=number, subject=str(number)))
    left = iter([True, True, False])

    assert read(mailbox, goes_on=lambda: next(left, False)) == 2
    assert mailbox.next_at == NOON
    assert read(mailbox) == 2

    assert subjects() == ["0", "1", "2", "3"]


def test_the_due_job_reads_every_mailbox_that_is_on(server, mailbox):
    off = make_mailbox(server, folder="Off", is_on=False)
    server.inbox.put(letter())

    assert fetching.fetch_due(NOON) == 1
    off.refresh_from_db()
    assert off.state == "new"


def test_sign_in_without_authenticate(server, mailbox):
    server.plain_sign_in = False
    server.password = 'quote"and\\slash'
    Mailbox.objects.update(secret=encrypt(server.password))
    server.inbox.put(letter())

    assert read(mailbox) == 1


def test_what_a_reader_that_died_had_not_told_the_server_is_told_later(server, mailbox):
    server.inbox.put(letter())
    server.before = lambda said: (_ for _ in ()).throw(Drop) if said.startswith("UID STORE") else 0
    read(mailbox)
    assert IncomingCopy.objects.get().marked_at is None
    server.before = lambda _said: None

    read(mailbox, NOON + timedelta(minutes=1))

    assert server.inbox.mails[0].flags == {"\\Seen"}
    assert IncomingCopy.objects.get().marked_at == NOON + timedelta(minutes=1)

"""Mailboxes on pages: added, changed, stopped, taken out; their passwords go in and never out."""

import pytest

from core.encryption import decrypt
from core.errors import Gone
from core.models import AuditEntry
from messaging.models import Mailbox
from messaging.services import mailboxes
from tests.factories.inbox import CopyFactory, MailboxFactory
from tests.factories.outbox import NOON

pytestmark = pytest.mark.django_db
PLACE = "/settings/mailboxes/"
FORM = {
    "name": "Shop",
    "host": "IMAP.example.com",
    "port": "993",
    "security": "tls",
    "username": "shop@example.com",
    "password": "zq-secret",
    "folder": "INBOX",
    "read_since": "2026-11-01",
    "trusted_server": "mx.example.com",
    "moves_to": "",
    "marks_seen": "on",
}


def test_without_a_mailbox_there_is_one_thing_to_do(sign_in):
    shown = sign_in("admin").get(PLACE).content.decode()

    assert "No mailbox yet" in shown
    assert "/settings/mailboxes/new/" in shown


def test_a_mailbox_is_added_with_its_password_sealed(sign_in):
    answer = sign_in("admin").post(f"{PLACE}new/", FORM, follow=True)

    row = Mailbox.objects.get()
    assert (row.name, row.host, row.port, row.folder) == ("Shop", "imap.example.com", 993, "INBOX")
    assert row.marks_seen
    assert decrypt(row.secret) == "zq-secret"
    assert "zq-secret" not in row.secret
    assert "zq-secret" not in answer.content.decode()
    assert answer.redirect_chain[-1][0] == f"{PLACE}{row.pk}/"


def test_a_password_is_never_shown_nor_audited(sign_in):
    client = sign_in("admin")
    client.post(f"{PLACE}new/", FORM)
    pk = Mailbox.objects.get().pk

    pages = [client.get(PLACE), client.get(f"{PLACE}{pk}/")]
    refused = client.post(f"{PLACE}{pk}/", FORM | {"port": "x", "password": "zq-other"})

    for page in (*pages, refused):
        shown = page.content.decode()
        assert "zq-" not in shown
        assert Mailbox.objects.get().secret not in shown
    assert "zq-" not in str(list(AuditEntry.objects.values_list("details", flat=True)))


@pytest.mark.parametrize(("password", "kept"), [("", "zq-secret"), ("zq-new", "zq-new")])
def test_an_empty_password_keeps_the_one_there_is(sign_in, password, kept):
    client = sign_in("admin")
    client.post(f"{PLACE}new/", FORM)
    row = Mailbox.objects.get()

    client.post(f"{PLACE}{row.pk}/", FORM | {"name": "Desk", "password": password})

    row.refresh_from_db()
    assert (row.name, decrypt(row.secret)) == ("Desk", kept)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("host", "https://imap.example.com/x"),
        ("host", "a b"),
        ("host", ""),
        ("port", "0"),
        ("port", "65536"),
        ("security", "magic"),
        ("password", ""),
        ("password", "a\nb"),
        ("read_since", "yesterday"),
        ("name", "x" * 81),
        ("folder", ""),
        ("name", "a\x00b"),
    ],
)
def test_what_makes_no_mailbox_is_said_beside_its_field(sign_in, field, value):
    answer = sign_in("admin").post(f"{PLACE}new/", FORM | {field: value})

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Mailbox.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"), [({"username": "b@example.com"}, "name"), ({"name": "B"}, "username")]
)
def test_neither_a_name_nor_a_folder_stands_there_twice(sign_in, changes, field):
    client = sign_in("admin")
    client.post(f"{PLACE}new/", FORM)

    answer = client.post(f"{PLACE}new/", FORM | changes)

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert Mailbox.objects.count() == 1


def test_a_mailbox_is_stopped_and_goes_on(sign_in):
    row = MailboxFactory(state="stopped", trouble="auth", error_text="no", error_at=NOON)
    client = sign_in("admin")

    shown = client.post(f"{PLACE}{row.pk}/stop/", follow=True).content.decode()
    row.refresh_from_db()
    assert not row.is_on
    assert "somebody stopped it" in shown
    assert f"{PLACE}{row.pk}/start/" in shown

    client.post(f"{PLACE}{row.pk}/start/")
    row.refresh_from_db()
    assert (row.is_on, row.state, row.trouble) == (True, "new", "")


def test_a_mailbox_goes_and_its_mails_stay(sign_in):
    copy = CopyFactory()

    sign_in("admin").post(f"{PLACE}{copy.mailbox.pk}/remove/")

    copy.refresh_from_db()
    assert not Mailbox.objects.exists()
    assert copy.mailbox is None


def test_the_list_says_how_each_goes(sign_in):
    copy = CopyFactory(mailbox=MailboxFactory(name="Fine", state="fine", read_at=NOON))
    CopyFactory(mailbox=copy.mailbox)
    MailboxFactory(name="Refused", state="stopped", trouble="auth")
    client = sign_in("admin")

    shown = client.get(PLACE)

    words = shown.content.decode()
    assert "Read regularly" in words
    assert "The mail server refuses user name or password" in words
    assert [one.mails for one in shown.context["mailboxes"]] == [2, 0]


@pytest.mark.parametrize("role", ["support", "marketer", "manager"])
def test_nobody_but_admins_comes_here(sign_in, role):
    row = MailboxFactory()
    client = sign_in(role)

    assert client.get(PLACE).status_code == 403
    assert client.post(f"{PLACE}{row.pk}/remove/").status_code == 403
    assert Mailbox.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"), [({"username": "b@example.com"}, "name"), ({"name": "B"}, "username")]
)
def test_two_admins_at_once_are_told_apart_by_the_database(sign_in, monkeypatch, changes, field):
    """The second looks before the first has saved: only the unique constraint knows."""
    client, looks = sign_in("admin"), []
    client.post(f"{PLACE}new/", FORM)
    look = mailboxes._refuse_taken

    def too_early(mailbox):
        looks.append(mailbox)
        if len(looks) > 1:
            look(mailbox)

    monkeypatch.setattr(mailboxes, "_refuse_taken", too_early)
    answer = client.post(f"{PLACE}new/", FORM | changes)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert (len(looks), Mailbox.objects.count()) == (2, 1)


def test_names_differ_by_more_than_their_case(sign_in):
    client = sign_in("admin")
    client.post(f"{PLACE}new/", FORM | {"name": "Łódź"})

    answer = client.post(f"{PLACE}new/", FORM | {"name": "ŁÓDŹ", "username": "b@example.com"})

    assert list(answer.context["form"].errors) == ["name"]


def test_saving_does_not_take_back_what_was_read_or_written_meanwhile(cast):
    stale = MailboxFactory(secret="old")
    read = {"uid_validity": 17, "last_uid": 40, "read_at": NOON}
    Mailbox.objects.filter(pk=stale.pk).update(secret="new", **read)
    stale.name = "Desk"

    mailboxes.save_mailbox(actor=cast["admin"], mailbox=stale, now=NOON)

    row = Mailbox.objects.get()
    assert (row.name, row.secret, row.state) == ("Desk", "new", "fine")
    assert {name: getattr(row, name) for name in read} == read


def test_a_mailbox_that_was_taken_out_does_not_come_back_by_being_saved(cast):
    row = MailboxFactory()
    mailboxes.remove_mailbox(actor=cast["admin"], mailbox=Mailbox.objects.get())

    with pytest.raises(Gone):
        mailboxes.save_mailbox(actor=cast["admin"], mailbox=row, now=NOON)

    assert not Mailbox.objects.exists()

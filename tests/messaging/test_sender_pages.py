"""Senders on pages: looked at by managers, changed by admins, tried out with plain words."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.encryption import decrypt
from core.models import AuditEntry
from messaging.models import CaughtMail, Sender
from tests.factories.outbox import NOON, MessageFactory, SenderFactory, SendFactory
from tests.mail.sink import running_sink

pytestmark = pytest.mark.django_db
SMTP = {
    "name": "Shop mails",
    "from_name": "Corner shop",
    "from_address": "shop@example.com",
    "kind": "smtp",
    "host": "mail.example.com",
    "port": "587",
    "security": "starttls",
    "connections": "4",
    "per_connection": "100",
    "version": "1",
}


def address(name, sender):
    return reverse(f"messaging:{name}", args=[sender.pk])


def saved(sender, client, **changes):
    return client.post(address("sender_edit", sender), SMTP | changes)


def test_no_senders_yet(sign_in):
    assert "No senders yet" in sign_in("admin").get(reverse("messaging:senders")).content.decode()


def test_an_admin_adds_a_sender_and_its_password_is_never_shown(sign_in):
    client = sign_in("admin")

    answer = client.post(
        reverse("messaging:sender_new"),
        SMTP | {"username": "shop", "password": " open sesame ", "per_hour": "600"},
    )

    sender = Sender.objects.get()
    assert answer.url == address("sender", sender)
    assert (sender.name, sender.per_hour, sender.per_day) == ("Shop mails", 600, None)
    assert decrypt(sender.secret) == " open sesame "
    for page in ("sender", "sender_edit"):
        shown = client.get(address(page, sender)).content.decode()
        assert "open sesame" not in shown
        assert sender.secret not in shown


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "\x00"),
        ("name", "x" * 81),
        ("from_address", "nobody"),
        ("from_address", "a@b\r\nBcc: x@y.pl"),
        ("reply_to", "x y@z"),
        ("kind", "pigeon"),
        ("host", ""),
        ("host", "mail server"),
        ("host", "evil/../host"),
        ("port", "0"),
        ("port", "65536"),
        ("port", "NaN"),
        ("security", "rot13"),
        ("per_second", "0"),
        ("per_day", "99999999999999999999"),
        ("connections", "33"),
        ("per_connection", "0"),
        ("return_domain", "no domain"),
        ("return_domain", "localhost"),
        ("dkim_selector", "a b"),
        ("version", "-1"),
        ("version", ""),
        ("password", "a\x00b"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field(sign_in, field, value):
    client = sign_in("admin")

    answer = client.post(reverse("messaging:sender_new"), SMTP | {field: value})

    assert answer.status_code in {400, 422}
    assert not Sender.objects.exists()


def test_a_provider_needs_its_name_and_the_page_names_its_keys(sign_in, settings):
    settings.ANYMAIL = {"MAILJET_API_KEY": "secret-value"}
    client = sign_in("admin")
    without = client.post(reverse("messaging:sender_new"), SMTP | {"kind": "provider"})
    client.post(reverse("messaging:sender_new"), SMTP | {"kind": "provider", "backend": "mailjet"})

    page = client.get(address("sender", Sender.objects.get()))

    assert without.status_code == 422
    assert page.context["keys"] == [
        ("ANYMAIL_MAILJET_API_KEY", True),
        ("ANYMAIL_MAILJET_SECRET_KEY", False),
    ]
    assert "secret-value" not in page.content.decode()


def test_domains_are_kept_as_they_travel(sign_in):
    sign_in("admin").post(
        reverse("messaging:sender_new"), SMTP | {"return_domain": "Odbicia.Żółw.pl."}
    )

    assert Sender.objects.get().return_domain == "odbicia.xn--w-uga1v8h.pl"


def test_who_saved_in_between_is_not_overwritten_and_the_text_stays(sign_in):
    sender = SenderFactory(name="Old")
    client = sign_in("admin")
    assert saved(sender, client, name="Mine").status_code == 302

    late = saved(sender, client, name="Yours", from_name="Kept text", version="1")

    page = late.content.decode()
    assert late.status_code == 409
    assert "Somebody changed this meanwhile" in page
    assert 'value="Kept text"' in page
    assert ("Name", "Mine") in late.context["meanwhile"]
    assert Sender.objects.get().name == "Mine"
    assert saved(sender, client, name="Yours", version="2").status_code == 302
    assert Sender.objects.get().name == "Yours"


def test_a_name_is_taken_once_whatever_its_case(sign_in):
    SenderFactory(name="ŻÓŁW")
    other = SenderFactory(name="Other")

    answer = saved(other, sign_in("admin"), name="żółw")

    assert answer.status_code == 422
    assert "Another sender has this name" in answer.content.decode()


def test_managers_look_and_do_not_touch(sign_in):
    sender = SenderFactory()
    client = sign_in("manager")

    page = client.get(address("sender", sender)).content.decode()

    assert sender.from_address in page
    assert "Send me a test mail" not in page
    assert client.get(address("sender_edit", sender)).status_code == 403
    for act in ("sender_test", "sender_check", "sender_stop", "sender_archive"):
        assert client.post(address(act, sender)).status_code == 403
    assert sign_in("marketer").get(address("sender", sender)).status_code == 403


def test_a_test_mail_is_taken_by_a_real_server(sign_in, cast):
    cast["admin"].email = "me@example.com"
    cast["admin"].save()
    with running_sink(auth=True) as sink:
        sender = SenderFactory(kind="smtp", host="127.0.0.1", port=sink.port, security="none")
        client = sign_in("admin")
        refused = client.post(address("sender_test", sender)).content.decode()
        edit = {
            "host": "127.0.0.1",
            "port": str(sink.port),
            "security": "none",
            "username": "shop",
            "password": "open sesame",
        }
        assert saved(sender, client, **edit).status_code == 302
        taken = client.post(address("sender_test", sender)).content.decode()
        checked = client.post(address("sender_check", sender)).content.decode()

    assert "That did not work" in refused
    assert "naming the sender" in refused
    assert "530" in refused
    assert "The test mail was taken" in taken
    assert "The connection works" in checked
    assert [recipient for recipient, _content in sink.taken] == ["me@example.com"]
    tried = AuditEntry.objects.filter(action="sender.tried").order_by("pk")
    assert [entry.details["worked"] for entry in tried] == [False, True]


def test_a_server_that_is_not_there_is_said_with_its_phase(sign_in):
    sender = SenderFactory(kind="smtp", host="127.0.0.1", port=1, security="none")

    page = sign_in("admin").post(address("sender_check", sender)).content.decode()

    assert "The mail server could not be reached" in page
    assert "connecting" in page
    sender.refresh_from_db()
    assert sender.paused_for == ""


def test_a_catcher_says_that_nothing_left(sign_in, cast):
    cast["admin"].email = "me@example.com"
    cast["admin"].save()

    page = sign_in("admin").post(address("sender_test", SenderFactory())).content.decode()

    assert "It stands in the mail catcher" in page
    assert CaughtMail.objects.get().recipient == "me@example.com"


def test_nobody_without_an_address_gets_a_test(sign_in):
    answer = sign_in("admin").post(address("sender_test", SenderFactory()), follow=True)

    assert "Give your e-mail address in your preferences first." in answer.content.decode()


def test_stopped_started_put_away_and_taken_out(sign_in):
    sender = SenderFactory()
    client = sign_in("admin")
    states = []
    for act in ("sender_stop", "sender_start", "sender_archive", "sender_restore"):
        assert client.post(address(act, sender)).status_code == 302
        sender.refresh_from_db()
        states.append((sender.paused_for, bool(sender.archived_at)))

    assert states == [("person", False), ("", False), ("", True), ("", False)]


def test_one_with_mails_before_it_is_not_put_away(sign_in):
    message = MessageFactory()
    sending = SendFactory(state="paused")
    usual = SenderFactory(is_default=True)
    client = sign_in("admin")

    pages = [
        client.post(address("sender_archive", one), follow=True).content.decode()
        for one in (message.sender, sending.sender, usual)
    ]

    assert "1 mail still waits for this sender." in pages[0]
    assert "A mailing is still to go out by this sender." in pages[1]
    assert "Make another sender the usual one first." in pages[2]
    assert not Sender.objects.exclude(archived_at=None).exists()


def test_the_meter_counts_and_asks_again_only_while_something_moves(sign_in, monkeypatch):
    sender = SenderFactory(per_hour=10)
    monkeypatch.setattr("core.clock.now", lambda: NOON)
    client = sign_in("manager")
    quiet = client.get(address("sender_meter", sender)).content.decode()
    MessageFactory.create_batch(3, sender=sender, state="sent", sent_at=NOON, out_at=NOON)
    MessageFactory(sender=sender)

    page = client.get(address("sender_meter", sender)).content.decode()

    assert "every 2s" not in quiet
    assert "Nothing waits for this sender." in quiet
    assert "every 2s" in page
    assert "3 of 10" in page
    assert "3, no limit" in page
    assert "1 mail waits." in page


def test_the_number_of_queries_of_the_meter_is_fixed(sign_in):
    sender = SenderFactory()
    client = sign_in("manager")

    client.get(address("sender_meter", sender))

    def queries(number):
        MessageFactory.create_batch(number, sender=sender)
        with CaptureQueriesContext(connection) as counted:
            client.get(address("sender_meter", sender))
        return len(counted)

    assert queries(1) == queries(6)

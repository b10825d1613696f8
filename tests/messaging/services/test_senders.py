"""Senders: made from the settings, kept secret, stopped and started once."""

from datetime import timedelta

import pytest

from core.encryption import decrypt
from core.errors import Refused
from core.models import AuditEntry
from messaging.models import Sender, SenderPace
from messaging.services.senders import (
    default_sender,
    note_connected,
    note_trouble,
    save_sender,
    slow_down,
    start_sender,
    stop_sender,
)
from tests.factories.outbox import NOON, SenderFactory

pytestmark = pytest.mark.django_db


def paced(**values):
    sender = SenderFactory(**values)
    SenderPace.objects.create(sender=sender)
    return sender


def test_the_first_sender_catches_unless_the_settings_say_otherwise(settings):
    assert default_sender().kind == "catcher"
    assert default_sender() == default_sender()

    Sender.objects.all().delete()
    settings.MAIL_URL, settings.MAIL_FROM = "smtp://me:s%40fe@mail.example:2525", "a@example.com"
    sender = default_sender()

    assert (sender.kind, sender.host, sender.port) == ("smtp", "mail.example", 2525)
    assert (sender.security, sender.username, sender.from_address) == (
        "starttls",
        "me",
        "a@example.com",
    )
    assert decrypt(sender.secret) == "s@fe"


@pytest.mark.parametrize(
    ("url", "security", "port"),
    [("smtps://mail.example", "tls", 465), ("smtp+plain://localhost", "none", 587)],
)
def test_the_security_is_in_the_address(settings, url, security, port):
    settings.MAIL_URL = url

    assert (default_sender().security, default_sender().port) == (security, port)


def test_a_password_is_kept_unreadable_and_kept_when_not_given(cast):
    sender = save_sender(
        actor=cast["admin"], sender=SenderFactory.build(), password="sesame", now=NOON
    )
    sender.name = "Renamed"
    save_sender(actor=cast["admin"], sender=sender, now=NOON)

    row = Sender.objects.get()
    assert decrypt(row.secret) == "sesame"
    entry = AuditEntry.objects.get(action="sender.changed")
    assert entry.details == {"fields": ["name"]}
    assert "sesame" not in str(list(AuditEntry.objects.values_list("details", flat=True)))


def test_another_default_takes_the_place_of_the_first(cast):
    first = SenderFactory(is_default=True)
    save_sender(actor=cast["admin"], sender=SenderFactory.build(is_default=True), now=NOON)

    assert Sender.objects.get(is_default=True) != first


def test_a_way_that_nobody_knows_is_refused(cast):
    with pytest.raises(Refused):
        save_sender(actor=cast["admin"], sender=SenderFactory.build(kind="pigeon"), now=NOON)


def test_stopping_and_starting_are_recorded_once(cast):
    sender = paced()

    assert stop_sender(actor=None, sender=sender, kind="auth", text="x" * 999, now=NOON)
    assert not stop_sender(actor=None, sender=sender, kind="connect", now=NOON)
    start_sender(actor=cast["admin"], sender=sender, now=NOON)
    start_sender(actor=cast["admin"], sender=sender, now=NOON)

    actions = AuditEntry.objects.values_list("action", flat=True)
    assert list(actions) == ["sender.stopped", "sender.started"]
    assert Sender.objects.get().paused_for == ""


def test_patience_is_learnt_once_in_ten_seconds():
    sender = paced()

    asked = [
        slow_down(sender_id=sender.pk, now=NOON + timedelta(seconds=seconds))
        for seconds in (0, 1, 9, 10, 20)
    ]

    assert asked == [True, False, False, True, True]
    assert SenderPace.objects.get().factor == 0.125


def test_troubles_add_up_and_a_connection_ends_them():
    sender = paced()
    note_trouble(sender=sender, kind="connect", text="", now=NOON)
    note_trouble(sender=sender, kind="connect", text="", now=NOON + timedelta(seconds=5))

    pace = SenderPace.objects.get()
    assert (pace.troubles, pace.wait_until) == (1, NOON + timedelta(seconds=10))
    note_connected(sender_id=sender.pk)
    pace.refresh_from_db()
    assert (pace.troubles, pace.wait_until) == (0, None)

"""Changing a sender: one at a time, audited by names, and never at the cost of a mail."""

from datetime import timedelta

import pytest

from core.encryption import decrypt
from core.errors import Refused
from core.models import AuditEntry
from messaging.models import CaughtMail, Message, Sender
from messaging.services.sender_settings import (
    FIELDS,
    ChangedMeanwhile,
    add_sender,
    archive_sender,
    change_sender,
    restore_sender,
)
from messaging.services.senders import start_sender, stop_sender
from messaging.services.sending import Slot
from messaging.services.sends import create_send
from tests.factories.messaging import TemplateFactory
from tests.factories.outbox import NOON, SenderFactory, SendFactory, due_message
from tests.mail.sink import running_sink

pytestmark = pytest.mark.django_db


def settings_of(sender, **changes):
    return {name: getattr(sender, name) for name in FIELDS} | changes


def change(cast, sender, password=None, version=None, **changes):
    return change_sender(
        actor=cast["admin"],
        sender=sender,
        values=settings_of(sender, **changes),
        password=password,
        version=sender.version if version is None else version,
        now=NOON,
    )


def test_what_changed_is_audited_by_name_and_counted(cast):
    sender = SenderFactory()

    change(cast, sender, name="Renamed", per_hour=5, password="sesame")

    row = Sender.objects.get()
    assert (row.name, row.per_hour, row.version, decrypt(row.secret)) == (
        "Renamed",
        5,
        2,
        "sesame",
    )
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.details) == (
        "sender.changed",
        {"fields": ["name", "per_hour", "secret"]},
    )


def test_the_password_is_kept_forgotten_or_changed(cast):
    sender = SenderFactory(secret="")
    change(cast, sender, password="one")
    sender.refresh_from_db()
    change(cast, sender)
    assert decrypt(Sender.objects.get().secret) == "one"
    change(cast, sender, password="")
    assert decrypt(Sender.objects.get().secret) == ""


def test_nothing_changed_is_no_change(cast):
    sender = SenderFactory()

    change(cast, sender)

    assert Sender.objects.get().version == 1
    assert not AuditEntry.objects.exists()


def test_an_old_version_is_refused_and_changes_nothing(cast):
    sender = SenderFactory(name="Shop")
    change(cast, sender, name="First")

    with pytest.raises(ChangedMeanwhile) as refused:
        change(cast, sender, name="Second", version=1)

    assert refused.value.present.name == "First"
    assert Sender.objects.get().name == "First"


def test_a_stop_that_a_worker_noted_meanwhile_stays(cast):
    sender = SenderFactory()
    shown = Sender.objects.get()
    stop_sender(actor=None, sender=sender, kind="auth", text="535", now=NOON)

    change(cast, shown, host="mail.example.com")

    row = Sender.objects.get()
    assert (row.paused_for, row.paused_text, row.host) == ("auth", "535", "mail.example.com")


def test_there_is_always_one_usual_sender(cast):
    first = SenderFactory(is_default=True)
    second = SenderFactory()
    with pytest.raises(Refused):
        change(cast, first, is_default=False)

    change(cast, second, is_default=True)

    assert Sender.objects.get(is_default=True) == second
    archive_sender(actor=cast["admin"], sender=first, now=NOON)
    first.refresh_from_db()
    with pytest.raises(Refused):
        change(cast, first, is_default=True)


def test_one_put_away_takes_no_new_mailing(cast):
    sender = add_sender(
        actor=cast["admin"], values=settings_of(SenderFactory.build()), password=None, now=NOON
    )
    archive_sender(actor=cast["admin"], sender=sender, now=NOON)
    archive_sender(actor=cast["admin"], sender=sender, now=NOON)
    sender.refresh_from_db()
    values = {"name": "News", "template": TemplateFactory(), "due_at": NOON, "now": NOON}

    with pytest.raises(Refused):
        create_send(actor=None, key="news", sender=sender, **values)

    restore_sender(actor=cast["admin"], sender=sender)
    sender.refresh_from_db()
    assert create_send(actor=None, key="news", sender=sender, **values).sender == sender
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["sender.added", "sender.archived", "sender.restored", "send.created"]


@pytest.mark.django_db(transaction=True)
def test_an_edit_in_the_middle_of_a_batch_loses_and_doubles_nothing(cast):
    """The server moves to another port after the third mail; the fourth already waits claimed."""
    with running_sink() as old, running_sink() as new:
        send = SendFactory(
            sender__kind="smtp",
            sender__host="127.0.0.1",
            sender__port=old.port,
            sender__security="none",
        )
        mails = [due_message(send=send) for _ in range(8)]

        moved = []

        def goes_on():
            if len(old.taken) == 3:
                change(cast, Sender.objects.get(pk=send.sender_id), port=new.port)
                moved.append(True)
            return not moved

        Slot(send.sender, now=lambda: NOON).pump(goes_on)
        again = Slot(Sender.objects.get(pk=send.sender_id), now=lambda: NOON)
        again.pump(lambda: True)

    copies = old.copies() + new.copies()
    assert copies == {mail.address: 1 for mail in mails}
    assert (len(old.taken), len(new.taken)) == (3, 5)
    assert set(Message.objects.values_list("state", "claim_token")) == {("sent", "")}


def test_a_stop_under_way_gives_back_what_was_claimed_and_start_sends_it_once(cast):
    send = SendFactory()
    mails = [due_message(send=send) for _ in range(5)]

    def goes_on():
        if CaughtMail.objects.count() == 2:
            stop_sender(actor=cast["admin"], sender=send.sender, kind="person", now=NOON)
        return True

    Slot(send.sender, now=lambda: NOON).pump(goes_on)

    stopped = Message.objects.filter(state="queued", claim_token="", out_at=None).count()
    later = NOON + timedelta(minutes=1)
    start_sender(actor=cast["admin"], sender=send.sender, now=later)
    Slot(Sender.objects.get(pk=send.sender_id), now=lambda: later).pump(lambda: True)
    assert 0 < stopped < 5
    assert sorted(Message.objects.values_list("pk", "state")) == [(m.pk, "sent") for m in mails]
    assert (
        CaughtMail.objects.values("message").distinct().count() == CaughtMail.objects.count() == 5
    )

"""Sends from planned to done, and the ways off the road."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import Refused
from core.models import AuditEntry
from messaging.models import Message, Send
from messaging.services.sends import (
    call_off_send,
    counts_of,
    create_send,
    finish_sends,
    pause_send,
    release_send,
)
from messaging.services.working import busy_senders, send_due
from tests.factories.messaging import TemplateFactory
from tests.factories.outbox import NOON, MessageFactory, SendFactory, due_message

pytestmark = pytest.mark.django_db


def test_a_send_is_made_once_per_key_and_goes_nowhere(cast):
    template = TemplateFactory(kind="marketing", topic="offers")
    values = {"actor": cast["marketer"], "key": "nov", "name": "Nov", "template": template}

    send = create_send(**values, due_at=NOON, now=NOON)
    again = create_send(**values, due_at=NOON + timedelta(days=1), now=NOON)

    assert send == again
    assert (send.state, send.message_class, send.topic) == ("planned", "marketing", "offers")
    assert send.sender.is_default
    assert AuditEntry.objects.filter(action="send.created").count() == 1


def test_release_pause_release(cast):
    send, actor = SendFactory(state="planned", released_at=None), cast["manager"]

    release_send(actor=actor, send=send, now=NOON)
    pause_send(actor=actor, send=send, now=NOON)
    release_send(actor=actor, send=send, now=NOON + timedelta(hours=1))

    send.refresh_from_db()
    assert (send.state, send.released_at) == ("running", NOON + timedelta(hours=1))
    with pytest.raises(Refused):
        release_send(actor=actor, send=send, now=NOON)


def test_a_late_send_goes_on_when_a_person_says_so(cast):
    message = due_message(send=SendFactory(state="late"))
    three_hours = NOON + timedelta(hours=3)

    release_send(actor=cast["manager"], send=message.send, now=three_hours)

    assert send_due(three_hours) == 1
    assert Message.objects.get().state == "sent"


def test_only_what_goes_out_can_be_paused(cast):
    with pytest.raises(Refused):
        pause_send(actor=cast["manager"], send=SendFactory(state="done"), now=NOON)


def test_calling_off_ends_what_waits_and_leaves_what_went(cast):
    send = SendFactory()
    waiting = due_message(send=send)
    MessageFactory(send=send, state="sent", sent_at=NOON)

    assert call_off_send(actor=cast["manager"], send=send, now=NOON) == 1

    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == ("suppressed", "called_off")
    assert counts_of(send) == {("sent", ""): 1, ("suppressed", "called_off"): 1}
    with pytest.raises(Refused):
        call_off_send(actor=cast["manager"], send=send, now=NOON)


def test_what_comes_back_after_calling_off_is_ended_too():
    send = SendFactory(state="cancelled")
    due_message(send=send)

    finish_sends(NOON)

    assert Message.objects.get().reason == "called_off"


def test_a_send_is_done_when_nothing_waits_or_is_uncertain_to_go_on():
    message = due_message()
    uncertain = SendFactory(sender=message.sender)
    MessageFactory(send=uncertain, state="uncertain", reason="line_broke")

    assert finish_sends(NOON) == 1
    assert send_due(NOON) == 1

    assert set(Send.objects.values_list("state", flat=True)) == {"done"}


def test_connections_follow_what_is_due():
    send = SendFactory(sender__connections=4)
    for _ in range(60):
        due_message(send=send)

    assert busy_senders(NOON) == [(send.sender, 3)]
    assert busy_senders(NOON - timedelta(days=1)) == []


def test_looking_for_work_reads_neither_what_is_done_nor_more_than_it_needs():
    send = SendFactory(sender__connections=2)
    MessageFactory(send=send, sender=send.sender, state="sent", sent_at=NOON)

    with CaptureQueriesContext(connection) as asked:
        assert busy_senders(NOON) == []

    [sql] = [one["sql"] for one in asked if "messaging_message" in one["sql"]]
    assert "message_waits" in plan_of(sql)
    assert "LIMIT 50" in sql


def plan_of(sql):
    """How the database reads it, also where the tables are small."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}")
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return str(cursor.fetchall())

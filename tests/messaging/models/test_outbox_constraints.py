"""What the database refuses about senders, sends, rules and messages, one constraint at a time."""

from itertools import product

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import ProtectedError

from messaging.models import (
    DomainLimit,
    MailingRules,
    Message,
    MessageState,
    MessageStep,
    SenderPace,
)
from messaging.rules.states import FINAL, GRAPH, State
from tests.factories.messaging import TemplateFactory
from tests.factories.outbox import NOON, MessageFactory, SenderFactory, SendFactory

pytestmark = pytest.mark.django_db
TOKEN = "a" * 32
PAIRS = list(product(MessageState.values, repeat=2))


def columns_of(state):
    """What a row of this state needs beside it."""
    held = state in {"claimed", "attempting"}
    return {
        "state": state,
        "reason": "refused" if state in {"failed", "suppressed", "expired", "uncertain"} else "",
        "claim_token": TOKEN if held else "",
        "lease_until": NOON if held else None,
        "sent_at": NOON if state == "sent" else None,
    }


def changes(message, after):
    """Whether the database lets the message become `after`."""
    try:
        with transaction.atomic():
            Message.objects.filter(pk=message.pk).update(**columns_of(after))
    except DatabaseError:
        return False
    return True


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_every_change_of_state_that_triggers_know(before, after):
    message = MessageFactory(**columns_of(before), message_class="marketing")
    is_final = State(before) in FINAL and before != after
    skips_the_claim = after == "attempting" and before != "claimed"
    goes_twice = (before, after) == ("uncertain", "retry")

    assert changes(message, after) is not (is_final or skips_the_claim or goes_twice)


@pytest.mark.parametrize(
    ("before", "after"), [(str(a), str(b)) for a in State for b in sorted(GRAPH[a])]
)
def test_the_database_lets_every_way_of_the_graph_be_gone(before, after):
    message = MessageFactory(**columns_of(before), message_class="service")

    assert changes(message, after)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"kind": "pigeon"}, "sender_kind"),
        ({"connections": 0}, "sender_connections"),
        ({"connections": 33}, "sender_connections"),
        ({"per_connection": 0}, "sender_connections"),
        ({"per_second": 0}, "sender_rate"),
    ],
)
def test_a_sender_that_could_not_send(values, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        SenderFactory(**values)


@pytest.mark.parametrize("connections", [1, 32])
def test_the_fewest_and_the_most_connections_may_be(connections):
    assert SenderFactory(connections=connections, per_connection=1, per_second=1).pk


@pytest.mark.parametrize("factor", [0, -0.5, 1.01])
def test_a_pace_is_a_share_of_the_rate(factor):
    with pytest.raises(IntegrityError, match="pace_factor"), transaction.atomic():
        SenderPace.objects.create(sender=SenderFactory(), factor=factor)


def test_a_sender_has_one_pace():
    sender = SenderFactory()
    SenderPace.objects.create(sender=sender)

    with pytest.raises(IntegrityError), transaction.atomic():
        SenderPace.objects.create(sender=sender)


@pytest.mark.parametrize("of_sender", [True, False])
def test_a_domain_has_one_limit_for_all_and_one_per_sender(of_sender):
    sender = SenderFactory() if of_sender else None
    DomainLimit.objects.create(sender=sender, domain="wp.pl")
    DomainLimit.objects.create(sender=SenderFactory(), domain="wp.pl")

    with pytest.raises(IntegrityError), transaction.atomic():
        DomainLimit.objects.create(sender=sender, domain="wp.pl")


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "somewhere", "released_at": NOON}, "send_state"),
        ({"state": "running", "released_at": None}, "send_released"),
    ],
)
def test_a_send_goes_out_only_when_it_was_released(values, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        SendFactory(**values)


def test_a_key_names_one_send():
    SendFactory(key="csv:1:abc")

    with pytest.raises(IntegrityError), transaction.atomic():
        SendFactory(key="csv:1:abc")


def test_the_shop_has_one_set_of_rules():
    with pytest.raises(IntegrityError, match="rules_are_one"), transaction.atomic():
        MailingRules.objects.create(pk=2)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "asleep"}, "message_state"),
        ({"message_class": "spam"}, "message_class"),
        ({"state": "attempting"}, "message_claim"),
        ({"claim_token": TOKEN}, "message_claim"),
        ({"lease_until": NOON}, "message_claim"),
        ({"state": "sent"}, "message_sent"),
        ({"state": "queued", "sent_at": NOON}, "message_sent"),
        ({"state": "uncertain"}, "message_reason"),
        ({"state": "failed"}, "message_reason"),
    ],
)
def test_a_message_that_contradicts_itself(values, constraint):
    with pytest.raises(IntegrityError, match=f"messaging_{constraint}"), transaction.atomic():
        MessageFactory(**values)


def test_a_message_id_comes_once():
    MessageFactory(message_id="<1@example.com>")

    with pytest.raises(IntegrityError), transaction.atomic():
        MessageFactory(message_id="<1@example.com>")


def test_many_messages_outside_sends_have_no_inbox():
    MessageFactory(inbox_key=None)

    assert MessageFactory(inbox_key=None).pk


def test_a_step_has_a_state_of_messages():
    with pytest.raises(IntegrityError, match="messaging_step_state"), transaction.atomic():
        MessageStep.objects.create(message=MessageFactory(), at=NOON, state="asleep")


@pytest.mark.parametrize("what", ["sender", "send", "customer", "template_version"])
def test_what_a_message_stands_on_stays(what):
    message = MessageFactory(send=SendFactory())

    with pytest.raises(ProtectedError):
        getattr(message, what).delete()


@pytest.mark.parametrize("what", ["sender", "template"])
def test_what_a_send_stands_on_stays(what):
    send = SendFactory(template=TemplateFactory(kind="marketing"))

    with pytest.raises(ProtectedError):
        getattr(send, what).delete()

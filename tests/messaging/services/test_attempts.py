"""The two marks around an attempt: everything that may speak against the first, and what the
second writes."""

from datetime import timedelta

import pytest

from customers.services.suppressions import suppress
from messaging.models import Message, MessageState, Send, Sender
from messaging.services.attempts import Attempts, Outcome, finish
from messaging.services.claiming import claim
from tests.factories.outbox import NOON, due_message

pytestmark = pytest.mark.django_db
SOON, LEASE = NOON + timedelta(seconds=5), NOON + timedelta(minutes=10)
SENT = Outcome(
    state=MessageState.SENT,
    phase="dot",
    reply_code=250,
    reply_text="ok",
    sent_at=SOON,
    out_at=SOON,
    provider_id="P-1",
)


def claimed(message):
    return claim(sender_id=message.sender_id, now=NOON).token


def begun(message, token, now=SOON):
    return Attempts([message], token).begin(message, now=now, lease_until=LEASE)


def left(message):
    return suppress(
        actor=None,
        address=message.address,
        scope="all",
        reason="asked",
        source="staff",
        now=NOON,
    )


AGAINST = {
    "send paused": lambda message: Send.objects.update(state="paused"),
    "send late": lambda message: Send.objects.update(state="late"),
    "send called off": lambda message: Send.objects.update(state="cancelled"),
    "sender stopped": lambda message: Sender.objects.update(paused_for="person"),
    "left": left,
    "claimed by another": lambda message: Message.objects.update(claim_token="b" * 32),
    "lease over": lambda message: Message.objects.update(lease_until=SOON),
    "begun already": lambda message: Message.objects.update(state="attempting"),
    "given back": lambda message: Message.objects.update(
        state="queued", claim_token="", lease_until=None
    ),
}


def test_an_attempt_is_counted_leased_and_noted_as_a_step():
    message = due_message()
    token = claimed(message)

    assert begun(message, token)

    message.refresh_from_db()
    assert (message.state, message.attempts, message.lease_until) == ("attempting", 1, LEASE)
    step = message.steps.last()
    assert (step.state, step.at, step.reason, step.phase) == ("attempting", SOON, "", "")
    assert (step.reply_code, step.until) == (None, None)


@pytest.mark.parametrize("what", AGAINST)
def test_what_speaks_against_an_attempt_at_the_last_moment(what):
    message = due_message()
    token = claimed(message)
    AGAINST[what](message)
    steps = message.steps.count()

    assert not begun(message, token)

    message.refresh_from_db()
    assert message.attempts == 0
    assert message.steps.count() == steps


def test_a_send_that_stands_still_does_not_hold_mails_without_a_send():
    message = due_message()
    token = claimed(message)
    Message.objects.update(send=None)
    Send.objects.update(state="paused")

    assert begun(message, token)


def test_a_mail_to_nobodys_file_asks_no_permission():
    message = due_message()
    left(message)
    Message.objects.update(customer=None)
    message.refresh_from_db()

    assert begun(message, claimed(message))


def test_a_service_mail_goes_where_marketing_may_not():
    message = due_message(message_class="service")
    token = claimed(message)
    suppress(
        actor=None,
        address=message.address,
        scope="marketing",
        reason="asked",
        source="staff",
        now=NOON,
    )

    assert begun(message, token)


def test_the_end_writes_all_that_the_server_said():
    message = due_message()
    token = claimed(message)
    begun(message, token)

    assert finish(message.pk, token, SENT, now=SOON)

    message.refresh_from_db()
    assert (message.state, message.sent_at, message.out_at) == ("sent", SOON, SOON)
    assert (message.phase, message.reply_code, message.reply_text) == ("dot", 250, "ok")
    assert (message.provider_id, message.claim_token, message.lease_until) == ("P-1", "", None)
    assert (message.attempts, message.next_at) == (1, NOON)
    step = message.steps.last()
    assert (step.state, step.at, step.phase, step.reply_code) == ("sent", SOON, "dot", 250)


def test_an_end_that_gives_the_attempt_back_says_when_it_goes_again():
    message = due_message()
    token = claimed(message)
    begun(message, token)
    again = Outcome(
        state=MessageState.QUEUED, reason="line_broke", phase="mail", next_at=LEASE, burned=False
    )

    assert finish(message.pk, token, again, now=SOON)

    message.refresh_from_db()
    assert (message.state, message.reason, message.attempts) == ("queued", "line_broke", 0)
    assert (message.next_at, message.out_at) == (LEASE, None)
    assert message.steps.last().until == LEASE


@pytest.mark.parametrize(("token", "attempted"), [("b" * 32, True), ("mine", False), ("", True)])
def test_an_end_that_is_not_ones_own_changes_nothing(token, attempted):
    message = due_message()
    mine = claimed(message)
    begun(message, mine)

    assert not finish(
        message.pk, mine if token == "mine" else token, SENT, now=SOON, attempted=attempted
    )

    message.refresh_from_db()
    assert (message.state, message.claim_token) == ("attempting", mine)
    assert message.steps.last().state == "attempting"


def test_an_end_comes_once():
    message = due_message()
    token = claimed(message)
    begun(message, token)

    assert [finish(message.pk, token, SENT, now=SOON) for _ in range(2)] == [True, False]
    assert message.steps.filter(state="sent").count() == 1


@pytest.mark.parametrize(
    ("first_is_lost", "second_is_stopped"),
    [(False, False), (True, False), (False, True), (True, True)],
)
def test_the_end_of_one_and_the_beginning_of_the_next_do_not_hang_together(
    first_is_lost, second_is_stopped
):
    first = due_message(priority=10)
    second = due_message(send=first.send)
    token = claimed(first)
    begun(first, token)
    if first_is_lost:
        Message.objects.filter(pk=first.pk).update(claim_token="b" * 32)
    if second_is_stopped:
        left(second)

    done = Attempts([first, second], token).turn(
        first.pk, SENT, second, now=SOON, lease_until=LEASE
    )

    assert done == (not first_is_lost, not second_is_stopped)
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.state == ("attempting" if first_is_lost else "sent")
    assert second.state == ("claimed" if second_is_stopped else "attempting")
    assert first.steps.filter(state="sent").exists() is not first_is_lost
    assert second.steps.filter(state="attempting").exists() is not second_is_stopped

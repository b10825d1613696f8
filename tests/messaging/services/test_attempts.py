"""The two marks around an attempt: everything that may speak against the first, what the second
says, and what is entered of both into the message."""

from datetime import timedelta

import pytest

from customers.services.suppressions import suppress
from messaging.models import Attempt, Message, MessageState, Send, Sender
from messaging.services.attempts import Attempts, Outcome, fail
from messaging.services.claiming import claim, give_back
from messaging.services.entering import enter_all, enter_ended
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


def ended(message, token, outcome):
    """Whether the end was marked; it is entered too."""
    done = Attempts([message], token).end(message.pk, outcome, now=SOON)
    enter_ended([message.pk])
    return done


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
    "begun already": lambda message: begun(message, Message.objects.get().claim_token),
    "begun and entered": lambda message: Message.objects.update(state="attempting"),
    "given back": lambda message: Message.objects.update(
        state="queued", claim_token="", lease_until=None
    ),
}


def test_an_attempt_is_a_mark_that_is_leased():
    message = due_message()
    token = claimed(message)

    assert begun(message, token)

    mark = Attempt.objects.get()
    assert (mark.message_id, mark.token, mark.lease_until) == (message.pk, token, LEASE)
    assert (mark.began_at, mark.ended_at, mark.state) == (SOON, None, "")
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("claimed", 0)


def test_an_attempt_that_goes_on_is_left_alone_unless_its_worker_is_gone():
    message = due_message()
    begun(message, claimed(message))

    assert enter_ended([message.pk]) == 0
    message.refresh_from_db()
    assert message.state == "claimed"
    assert enter_all([message.pk]) == 0

    message.refresh_from_db()
    assert (message.state, message.attempts, message.lease_until) == ("attempting", 1, LEASE)
    step = message.steps.last()
    assert (step.state, step.at, step.reason, step.phase) == ("attempting", SOON, "", "")
    assert (step.reply_code, step.until) == (None, None)
    assert not Attempt.objects.exists()


def test_what_is_attempted_is_not_given_back():
    message = due_message(priority=10)
    due_message(send=message.send)
    token = claimed(message)
    begun(message, token)

    assert give_back(token, reason="", now=SOON) == 1

    assert Message.objects.get(state="claimed") == message


@pytest.mark.parametrize("what", AGAINST)
def test_what_speaks_against_an_attempt_at_the_last_moment(what):
    message = due_message()
    token = claimed(message)
    AGAINST[what](message)
    before = Attempt.objects.count()

    assert not begun(message, token)

    assert Attempt.objects.count() == before


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

    assert ended(message, token, SENT)

    message.refresh_from_db()
    assert (message.state, message.sent_at, message.out_at) == ("sent", SOON, SOON)
    assert (message.phase, message.reply_code, message.reply_text) == ("dot", 250, "ok")
    assert (message.provider_id, message.claim_token, message.lease_until) == ("P-1", "", None)
    assert (message.attempts, message.next_at) == (1, NOON)
    steps = message.steps.values_list("state", "at", "phase", "reply_code")
    assert list(steps)[-2:] == [("attempting", SOON, "", None), ("sent", SOON, "dot", 250)]
    assert not Attempt.objects.exists()


def test_an_end_that_gives_the_attempt_back_says_when_it_goes_again():
    message = due_message()
    token = claimed(message)
    begun(message, token)
    again = Outcome(
        state=MessageState.QUEUED, reason="line_broke", phase="mail", next_at=LEASE, burned=False
    )

    assert ended(message, token, again)

    message.refresh_from_db()
    assert (message.state, message.reason, message.attempts) == ("queued", "line_broke", 0)
    assert (message.next_at, message.out_at) == (LEASE, None)
    assert message.steps.last().until == LEASE


@pytest.mark.parametrize("token", ["b" * 32, ""])
def test_an_end_that_is_not_ones_own_changes_nothing(token):
    message = due_message()
    mine = claimed(message)
    begun(message, mine)

    assert not ended(message, token, SENT)
    assert not fail(message.pk, mine, reason="rendering", text="x", now=SOON)

    message.refresh_from_db()
    assert (message.state, message.claim_token) == ("claimed", mine)
    assert Attempt.objects.get().state == ""


def test_an_end_that_was_marked_for_a_message_that_was_taken_away_is_not_entered():
    message = due_message()
    token = claimed(message)
    begun(message, token)
    Message.objects.update(claim_token="b" * 32)

    assert ended(message, token, SENT)

    message.refresh_from_db()
    assert (message.state, message.steps.last().state) == ("claimed", "claimed")


def test_an_end_comes_once():
    message = due_message()
    token = claimed(message)
    begun(message, token)

    assert [ended(message, token, SENT) for _ in range(2)] == [True, False]
    assert message.steps.filter(state="sent").count() == 1


def test_many_are_entered_at_once_each_with_its_own_end():
    first = due_message(priority=10)
    second = due_message(send=first.send)
    token = claimed(first)
    attempts = Attempts([first, second], token)
    ends = {first: SENT, second: Outcome(state=MessageState.RETRY, reason="put_off", next_at=LEASE)}
    for message, end in ends.items():
        attempts.begin(message, now=NOON, lease_until=LEASE)
        attempts.end(message.pk, end, now=SOON)

    assert enter_ended([first.pk, second.pk]) == 2

    assert list(Message.objects.order_by("pk").values_list("state", "next_at")) == [
        ("sent", NOON),
        ("retry", LEASE),
    ]
    for message in ends:
        steps = list(message.steps.values_list("state", "at"))[-2:]
        assert steps == [("attempting", NOON), (str(ends[message].state), SOON)]


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
        Attempt.objects.filter(message=first).delete()
    if second_is_stopped:
        left(second)

    done = Attempts([first, second], token).turn(
        first.pk, SENT, second, now=SOON, lease_until=LEASE
    )

    assert done == (not first_is_lost, not second_is_stopped)
    marks = dict(Attempt.objects.values_list("message", "state"))
    expected = {} if first_is_lost else {first.pk: "sent"}
    assert marks == expected | ({} if second_is_stopped else {second.pk: ""})

"""The pump: claim, look again, hand over, mark. With the catcher and with misbehaving lines."""

from collections import deque
from dataclasses import replace
from datetime import timedelta

import pytest

from customers.models import Suppression
from customers.services.suppressions import suppress
from messaging import letters
from messaging.fields import mail_fields
from messaging.models import (
    Attempt,
    CaughtMail,
    Message,
    MessageState,
    Reason,
    Sender,
    SenderPace,
    StopKind,
)
from messaging.rules.replies import Phase, Reply
from messaging.services import sending
from messaging.services.claiming import claim
from messaging.services.reaping import reap
from messaging.services.sending import Slot
from messaging.transports.base import CannotOpen, Handed, transports
from tests.factories.outbox import NOON, SendFactory, due_message

pytestmark = pytest.mark.django_db


class Line:
    """Answers as told, then with 250; keeps what it was given."""

    def __init__(self, *answers):
        self.answers, self.given, self.opened = deque(answers), [], 0
        self.carried, self.usable, self.before = 0, True, lambda parcel: None
        self.opens_blindly = False

    def open(self, sender, timeouts):
        self.opened += 1
        self.carried, self.usable = 0, True
        refused = self.answers and self.answers[0].phase in {Phase.CONNECT, Phase.AUTH}
        if refused and not self.opens_blindly:
            raise CannotOpen(self.answers.popleft())
        return self

    def hand_over(self, parcel, meanwhile):
        self.before(parcel)
        meanwhile()
        self.carried += 1
        self.given.append(parcel)
        reply = self.answers.popleft() if self.answers else Reply(Phase.DOT, 250, "ok")
        self.usable = reply.code not in {0, 421}
        return Handed(reply, "P-1")

    def close(self):
        self.usable = False


@pytest.fixture
def line(monkeypatch):
    line = Line()
    monkeypatch.setitem(transports._items, "catcher", line.open)
    return line


def pump(sender, now=NOON, rounds=20):
    left = iter(range(rounds))
    return Slot(sender, now=lambda: now).pump(lambda: next(left, None) is not None)


def states(message):
    return list(message.steps.values_list("state", "reason"))


def test_a_mail_goes_from_waiting_to_sent_step_by_step():
    message = due_message()

    assert pump(message.sender) == 1

    message.refresh_from_db()
    assert (message.state, message.sent_at, message.attempts) == ("sent", NOON, 1)
    assert (message.phase, message.reply_code, message.claim_token) == ("dot", 250, "")
    assert states(message) == [("claimed", ""), ("attempting", ""), ("sent", "")]
    caught = CaughtMail.objects.get(message=message)
    assert caught.recipient == message.address
    assert f"Message-ID: {message.message_id}".encode() in bytes(caught.content)


def test_a_marketing_mail_can_be_left_by_one_click_and_a_service_mail_cannot(line):
    send = SendFactory()
    due_message(send=send)
    due_message(send=send, message_class="service")

    pump(send.sender)

    heads = [b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in p.content for p in line.given]
    assert sorted(heads) == [False, True]


def test_an_unsubscribe_between_the_claim_and_the_attempt_wins(line):
    message = due_message()
    other = due_message(send=message.send)

    def leave(parcel):
        for address in (message.address, other.address):
            if address != parcel.letter.recipient:
                suppress(
                    actor=None,
                    address=address,
                    scope="marketing",
                    reason="unsubscribed",
                    source="link",
                    now=NOON,
                )

    line.before = leave
    pump(message.sender)

    assert len(line.given) == 1
    late = Message.objects.get(state="suppressed")
    assert late.reason == "suppressed"
    assert late.attempts == 0
    assert Suppression.objects.count() == 1


def test_a_pause_of_the_send_holds_from_the_next_message_on(line):
    message = due_message()
    due_message(send=message.send)
    line.before = lambda parcel: type(message.send).objects.update(state="paused")

    pump(message.sender)

    assert len(line.given) == 1
    assert sorted(Message.objects.values_list("state", flat=True)) == ["queued", "sent"]


def test_what_the_server_puts_off_is_tried_again_later_and_given_up_in_the_end(line):
    message = due_message(message_class="service")
    line.answers.extend([Reply(Phase.RCPT, 450, "grey-listed")] * 7)
    now = NOON
    for attempt in range(1, 8):
        pump(message.sender, now=now)
        message.refresh_from_db()
        assert message.attempts == attempt
        now = message.next_at

    assert (message.state, message.reason, message.reply_code) == ("failed", "gave_up", 450)
    assert states(message).count(("retry", "put_off")) == 6


def test_the_first_pause_is_a_minute(line):
    message = due_message()
    line.answers.append(Reply(Phase.RCPT, 450))

    pump(message.sender)

    message.refresh_from_db()
    assert timedelta(seconds=60) <= message.next_at - NOON <= timedelta(seconds=66)
    assert message.out_at is None


def test_a_message_does_not_outlive_its_time(line):
    message = due_message(expires_at=NOON + timedelta(seconds=30))
    line.answers.append(Reply(Phase.RCPT, 450))

    pump(message.sender)

    message.refresh_from_db()
    assert (message.state, message.reason) == ("expired", "put_off")


def test_an_address_that_is_not_there_fails_at_once_and_is_suppressed(line):
    message = due_message()
    line.answers.append(Reply(Phase.RCPT, 550, "5.1.1 nobody here"))

    pump(message.sender)

    message.refresh_from_db()
    assert (message.state, message.reason, message.phase) == ("failed", "refused", "rcpt")
    assert Suppression.objects.get().reason == "hard_bounce"


def test_being_asked_for_patience_slows_down_and_gives_the_rest_back(line):
    message = due_message()
    due_message(send=message.send)
    line.answers.append(Reply(Phase.MAIL, 454, "throttled"))

    pump(message.sender, rounds=2)

    assert SenderPace.objects.get().factor == 0.5
    assert len(line.given) == 1
    assert sorted(Message.objects.values_list("state", "attempts")) == [("queued", 0), ("retry", 1)]


def test_silence_after_the_dot_is_uncertain_for_marketing_and_tried_again_for_service(line):
    send = SendFactory()
    marketing = due_message(send=send)
    service = due_message(send=send, message_class="service")
    line.answers.extend([Reply(Phase.DOT, 0, "timed out")] * 2)

    pump(send.sender)

    marketing.refresh_from_db()
    service.refresh_from_db()
    assert (marketing.state, marketing.reason) == ("uncertain", "line_broke")
    assert service.state == "retry"
    pump(send.sender, now=service.next_at)
    ids = [p.letter.message_id for p in line.given]
    assert ids.count(service.message_id) == 2
    assert ids.count(marketing.message_id) == 1


def test_a_line_that_went_stale_costs_no_attempt(line):
    message = due_message()
    due_message(send=message.send)
    line.answers.extend([Reply(Phase.DOT, 250), Reply(Phase.MAIL, 421, "too many")])

    assert pump(message.sender) == 3

    assert line.opened == 2
    assert set(Message.objects.values_list("state", "attempts")) == {("sent", 1)}


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(Phase.AUTH, 535, "bad password"), StopKind.AUTH),
        (Reply(Phase.MAIL, 530, "sign in first"), StopKind.REFUSED),
    ],
)
def test_a_refused_sender_stops_and_burns_no_attempt(line, reply, kind):
    message = due_message()
    due_message(send=message.send)
    line.answers.append(reply)

    pump(message.sender)

    sender = Sender.objects.get()
    assert (sender.paused_for, sender.paused_text) == (kind, reply.text)
    assert set(Message.objects.values_list("state", "attempts")) == {("queued", 0)}
    assert claim(sender_id=sender.pk, now=NOON).idle


def test_a_server_that_cannot_be_reached_is_tried_more_and_more_rarely_then_a_person(line):
    message = due_message()
    line.answers.extend([Reply(Phase.CONNECT, 0, "refused")] * 9)
    now, tries = NOON, []
    while not Sender.objects.get().paused_for:
        before = line.opened
        pump(message.sender, now=now)
        tries += [int((now - NOON).total_seconds())] * (line.opened - before)
        now += timedelta(seconds=10)

    assert tries == [0, 10, 40, 100, 400]
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("queued", 0)
    assert Sender.objects.get().paused_for == StopKind.CONNECT


@pytest.mark.parametrize("reply", [Reply(Phase.AUTH, 0, "reset"), Reply(Phase.AUTH, 454, "busy")])
def test_a_line_that_breaks_during_the_sign_in_says_nothing_about_the_password(line, reply):
    message = due_message()
    line.answers.append(reply)

    pump(message.sender)

    assert Sender.objects.get().paused_for == ""
    assert pump(message.sender, now=NOON + timedelta(seconds=10)) == 1


def test_a_provider_that_is_not_reached_is_tried_again_and_then_a_person(line):
    """Its session opens without a word over the network; what cannot be reached shows later."""
    message, now, tries = due_message(), NOON, []
    line.opens_blindly = True
    line.answers.extend([Reply(Phase.CONNECT, 0, "no route")] * 9)
    while not Sender.objects.get().paused_for:
        before = len(line.given)
        pump(message.sender, now=now)
        tries += [int((now - NOON).total_seconds())] * (len(line.given) - before)
        now += timedelta(seconds=10)

    assert tries == [0, 10, 40, 100, 400]
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("queued", 0)
    assert Sender.objects.get().paused_for == StopKind.CONNECT


def test_a_connection_is_changed_after_so_many_mails(line):
    send = SendFactory(sender__per_connection=2)
    for _ in range(5):
        due_message(send=send)

    pump(send.sender)

    assert (line.opened, len(line.given)) == (3, 5)


def test_a_text_that_cannot_be_made_fails_that_message_alone(line):
    bad = due_message(template_version__html="{{ first_name | no_such_filter }}")
    good = due_message(send=bad.send)

    pump(bad.sender)

    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, bad.reason, good.state) == ("failed", Reason.RENDERING, "sent")
    assert states(bad) == [("claimed", ""), ("failed", "rendering")]


def test_a_text_that_breaks_in_a_way_nobody_thought_of_fails_that_message_alone(line, monkeypatch):
    """It is written while the one before waits for its answer, which must not be lost."""
    first = due_message()
    bad = due_message(send=first.send)
    last = due_message(send=first.send)
    assemble = letters.assemble

    def breaks(letter):
        if letter.pk == bad.pk:
            raise AttributeError("nobody thought of this")
        return assemble(letter)

    monkeypatch.setattr(letters, "assemble", breaks)
    pump(first.sender)

    found = dict(Message.objects.values_list("pk", "state"))
    assert found == {first.pk: "sent", bad.pk: "failed", last.pk: "sent"}
    bad.refresh_from_db()
    assert (bad.reason, bad.reply_text, bad.attempts) == ("rendering", "AttributeError", 0)


def test_a_field_that_fails_for_one_customer_stops_nobody_else(line, monkeypatch):
    good = due_message(template_version__html="{{ first_name }}")
    version, send = good.template_version, good.send
    bad = due_message(send=send, template_version=version)
    field = mail_fields.get("first_name")

    def values(ids, language):
        if bad.customer_id in ids:
            raise ZeroDivisionError
        return field.values(ids, language)

    monkeypatch.setitem(mail_fields._items, "first_name", replace(field, values=values))
    pump(good.sender)

    found = dict(Message.objects.values_list("pk", "state"))
    assert found == {good.pk: "sent", bad.pk: "failed"}
    assert Message.objects.get(pk=bad.pk).reason == Reason.RENDERING


def test_an_address_that_would_break_the_headers_fails(line):
    message = due_message(address="a b@example.com")

    pump(message.sender)

    message.refresh_from_db()
    assert (message.state, message.reason) == ("failed", Reason.BAD_ADDRESS)
    assert line.given == []


def test_whoever_lost_the_lease_changes_nothing_but_gives_evidence(line):
    message = due_message()
    other = due_message(send=message.send)

    def reaped(parcel):
        Attempt.objects.update(lease_until=NOON)
        Message.objects.filter(pk=parcel.letter.pk).update(lease_until=NOON)
        assert reap(NOON) == 1
        assert Message.objects.get(pk=parcel.letter.pk).state == "uncertain"

    line.before = reaped
    pump(message.sender, rounds=2)

    first = Message.objects.get(pk=line.given[0].letter.pk)
    assert (first.state, first.reason) == ("sent", "evidence")
    assert len(line.given) == 1
    assert Message.objects.exclude(pk=first.pk).get().state == "queued"
    assert other.sender_id == message.sender_id


def test_nothing_is_attempted_after_the_lease(line, settings):
    settings.MAIL_LEASE_SECONDS = 120
    message = due_message()
    instants = iter([NOON, NOON] + [NOON + timedelta(minutes=5)] * 20)

    Slot(message.sender, now=lambda: next(instants)).pump(iter([True, True, False]).__next__)

    assert line.given == []
    assert Message.objects.get().state == MessageState.QUEUED


def test_a_slow_batch_renews_its_lease(line, settings, monkeypatch):
    settings.MAIL_LEASE_SECONDS = 3
    ticks = iter(range(0, 1_000, 2))
    monkeypatch.setattr(sending.time, "monotonic", lambda: next(ticks))
    renewed = []
    monkeypatch.setattr(sending, "renew", lambda token, now: renewed.append(token))
    message = due_message()

    pump(message.sender)

    assert len(renewed) == 1

"""What dead workers leave behind: safe messages wait again, doubtful ones never double."""

from datetime import timedelta

import pytest

from core import clock
from messaging.models import Attempt, Message, MessageState
from messaging.services import reaping
from messaging.services.attempts import Attempts, Outcome
from messaging.services.claiming import claim
from messaging.services.evidence import settle_uncertain
from messaging.services.reaping import reap
from messaging.services.sending import Slot
from tests.factories.outbox import NOON, MessageFactory, due_message

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
TOKEN = "a" * 32


@pytest.fixture(autouse=True)
def _old_database(monkeypatch):
    """The database server has been up since long before the claims of these tests."""
    monkeypatch.setattr(reaping, "_database_started", lambda: NOON - timedelta(days=9))


def held(**values):
    values = {"state": "attempting", "claim_token": TOKEN, "lease_until": NOON} | values
    return MessageFactory(claimed_at=NOON - timedelta(minutes=5), **values)


def test_a_message_that_was_only_claimed_waits_again():
    message = due_message()
    claim(sender_id=message.sender_id, now=NOON)

    assert reap(NOON) == 0
    assert reap(LATER) == 1

    message.refresh_from_db()
    assert (message.state, message.reason, message.claim_token) == ("queued", "worker_gone", "")
    assert message.out_at is None
    assert message.steps.last().state == "queued"


@pytest.mark.parametrize(
    ("kind", "attempts", "state"),
    [
        ("marketing", 1, "uncertain"),
        ("survey", 1, "uncertain"),
        ("service", 1, "retry"),
        ("service", 7, "failed"),
    ],
)
def test_what_was_being_attempted(kind, attempts, state):
    message = held(message_class=kind, attempts=attempts)

    assert reap(LATER) == 1

    message.refresh_from_db()
    assert (message.state, message.reason) == (state, "worker_gone")
    assert message.steps.get().state == state


def test_reaping_twice_changes_nothing():
    held()

    assert (reap(LATER), reap(LATER)) == (1, 0)


def test_the_worker_that_comes_back_finds_the_door_closed():
    message = due_message()
    batch = claim(sender_id=message.sender_id, now=NOON)
    reap(LATER)
    again = claim(sender_id=message.sender_id, now=LATER)

    assert batch.token != again.token
    assert Message.objects.filter(claim_token=batch.token).count() == 0


def test_a_service_mail_goes_again_under_the_same_message_id():
    message = due_message(message_class="service")
    batch = claim(sender_id=message.sender_id, now=NOON)
    Message.objects.filter(claim_token=batch.token).update(state="attempting")
    reap(LATER)

    Slot(message.sender, now=lambda: LATER).pump(iter([True, True, False]).__next__)

    row = Message.objects.get()
    assert (row.state, row.message_id) == ("sent", message.message_id)


def test_a_database_server_that_fell_makes_claims_doubtful(monkeypatch):
    monkeypatch.setattr(reaping, "_database_started", lambda: NOON - timedelta(minutes=1))
    marketing = held(state="claimed")
    service = held(state="claimed", message_class="service")

    reap(LATER)

    marketing.refresh_from_db()
    service.refresh_from_db()
    assert (marketing.state, service.state) == ("uncertain", "queued")


def test_the_database_can_say_since_when_it_is_up(monkeypatch):
    monkeypatch.undo()
    started = reaping._database_started()

    assert started is None or started < clock.now()


@pytest.mark.parametrize(("arrived", "state"), [(True, "sent"), (False, "failed")])
def test_a_person_settles_what_is_uncertain_once(cast, arrived, state):
    message = MessageFactory(state="uncertain", reason="line_broke", out_at=NOON)
    actor = cast["manager"]

    assert settle_uncertain(actor=actor, message=message, arrived=arrived, now=LATER)
    assert not settle_uncertain(actor=actor, message=message, arrived=True, now=LATER)

    message.refresh_from_db()
    assert (message.state, message.reason) == (state, "evidence")
    assert message.sent_at == (NOON if arrived else None)


@pytest.mark.parametrize(("ended", "state"), [(True, "sent"), (False, "uncertain")])
def test_marks_of_a_dead_worker_are_entered(ended, state):
    message = due_message()
    batch = claim(sender_id=message.sender_id, now=NOON)
    attempts = Attempts([message], batch.token)
    attempts.begin(message, now=NOON, lease_until=NOON + timedelta(minutes=5))
    if ended:
        sent = Outcome(state=MessageState.SENT, sent_at=NOON, out_at=NOON)
        attempts.end(message.pk, sent, now=NOON)

    assert reap(LATER) == 1

    message.refresh_from_db()
    assert (message.state, message.attempts, message.claim_token) == (state, 1, "")
    assert list(message.steps.values_list("state", flat=True)) == ["claimed", "attempting", state]
    assert not Attempt.objects.exists()


def test_an_attempt_under_way_is_left_to_its_worker():
    message = due_message()
    batch = claim(sender_id=message.sender_id, now=NOON)
    Attempts([message], batch.token).begin(message, now=NOON, lease_until=LATER)

    assert reap(LATER - timedelta(seconds=1)) == 0
    assert reap(LATER) == 1

"""Claims: what is due, in order, within the limits; and nobody else's."""

from datetime import timedelta

import pytest

from core.models import AuditEntry
from messaging.models import DomainLimit, Message, Send, SenderPace
from messaging.services.claiming import claim, give_back, renew
from tests.factories.outbox import NOON, SendFactory, due_message

pytestmark = pytest.mark.django_db


def claimed(sender, now=NOON, **values):
    return [c.message.pk for c in claim(sender_id=sender.pk, now=now, **values).claimed]


def test_the_most_urgent_first_then_the_longest_due():
    send = SendFactory()
    late = due_message(send=send, next_at=NOON - timedelta(minutes=1))
    later = due_message(send=send, next_at=NOON)
    urgent = due_message(send=send, priority=10)
    due_message(send=send, next_at=NOON + timedelta(seconds=1))

    assert claimed(send.sender) == [urgent.pk, late.pk, later.pk]
    assert claim(sender_id=send.sender_id, now=NOON).idle


def test_a_claim_has_a_token_of_its_own_and_a_lease(settings):
    settings.MAIL_LEASE_SECONDS = 120
    message = due_message()
    due_message(send=message.send)

    first = claim(sender_id=message.sender_id, now=NOON, wanted=1)
    second = claim(sender_id=message.sender_id, now=NOON, wanted=1)

    assert first.token != second.token
    row = Message.objects.get(claim_token=first.token)
    assert (row.lease_until, row.out_at) == (NOON + timedelta(seconds=120), NOON)


@pytest.mark.parametrize("state", ["planned", "paused", "late", "cancelled"])
def test_a_send_that_is_not_running_gives_nothing(state):
    message = due_message(send=SendFactory(state=state))

    assert claim(sender_id=message.sender_id, now=NOON).idle


def test_a_message_without_a_send_needs_no_release():
    sender = SendFactory().sender
    message = due_message()
    Message.objects.update(send=None, sender=sender)
    SenderPace.objects.get_or_create(sender=sender)

    assert claimed(sender) == [message.pk]


def test_a_batch_of_people_who_may_not_get_it_is_not_the_end():
    send = SendFactory()
    for _ in range(3):
        message = due_message(send=send)
        Message.objects.filter(pk=message.pk).update(address_key="x", address="gone@example.com")
    good = due_message(send=send, next_at=NOON)
    Message.objects.filter(pk=good.pk).update(priority=60)

    first = claim(sender_id=send.sender_id, now=NOON, wanted=3)

    assert (first.claimed, first.settled, first.idle) == ([], 3, False)
    assert claimed(send.sender) == [good.pk]


def test_a_limit_a_second_spreads_the_batch_and_is_charged_once():
    send = SendFactory(sender__per_second=10)
    for _ in range(40):
        due_message(send=send)

    batch = claim(sender_id=send.sender_id, now=NOON)
    offsets = [(c.not_before - NOON).total_seconds() for c in batch.claimed]

    assert len(offsets) == 20
    assert offsets[:3] == pytest.approx([0, 0.102, 0.204], abs=0.001)
    assert claim(sender_id=send.sender_id, now=NOON).idle
    later = claim(sender_id=send.sender_id, now=NOON + timedelta(seconds=2))
    assert later.claimed[0].not_before >= batch.claimed[-1].not_before + timedelta(seconds=0.1)


def test_a_used_up_day_waits():
    send = SendFactory(sender__per_day=5)
    for _ in range(6):
        due_message(send=send, message_class="service")

    hourly = [claimed(send.sender, NOON + timedelta(hours=hour)) for hour in range(24)]
    tomorrow = claimed(send.sender, NOON + timedelta(days=1))

    assert [len(hour) for hour in hourly] == [1, 0, 0, 0, 0] * 4 + [1, 0, 0, 0]
    assert len(tomorrow) == 0
    assert Send.objects.get().state == "running"


def test_a_slowed_sender_climbs_back():
    message = due_message()
    pace = SenderPace.objects.filter(sender=message.sender)
    pace.update(factor=0.5, factor_at=NOON - timedelta(minutes=5))

    claim(sender_id=message.sender_id, now=NOON)

    assert pace.get().factor == pytest.approx(1.0)


def test_a_domain_that_is_full_does_not_hold_up_the_others():
    send = SendFactory()
    DomainLimit.objects.create(domain="slow.example", per_minute=1)
    slow = [due_message(send=send, domain="slow.example", priority=10) for _ in range(3)]
    fast = due_message(send=send)

    assert claimed(send.sender, wanted=3) == [slow[0].pk]
    assert claimed(send.sender, wanted=3) == [fast.pk]
    assert claimed(send.sender, NOON + timedelta(minutes=1)) == []
    assert claimed(send.sender, NOON + timedelta(seconds=62)) == [slow[1].pk]


def test_renewing_and_giving_back_touch_only_what_the_token_holds():
    message = due_message()
    other = due_message(send=message.send)
    first = claim(sender_id=message.sender_id, now=NOON, wanted=1)
    second = claim(sender_id=message.sender_id, now=NOON, wanted=1)

    assert renew(first.token, NOON + timedelta(minutes=1)) == 1
    assert renew(first.token, NOON + timedelta(hours=1)) == 0
    assert give_back(first.token, reason="", now=NOON) == 1
    assert Message.objects.filter(claim_token=second.token).count() == 1
    waiting = Message.objects.get(state="queued")
    assert (waiting.lease_until, waiting.out_at, waiting.attempts) == (None, None, 0)
    assert waiting.pk in {message.pk, other.pk}


def test_a_send_that_nobody_worked_on_for_hours_asks_a_person():
    message = due_message()

    assert claim(sender_id=message.sender_id, now=NOON + timedelta(hours=3)).idle

    send = Send.objects.get()
    assert send.state == "late"
    assert AuditEntry.objects.get().action == "send.late"
    assert Message.objects.get().state == "queued"


def test_a_slow_send_goes_on():
    message = due_message()
    three_hours = NOON + timedelta(hours=3)
    Send.objects.update(active_at=three_hours - timedelta(minutes=5))

    assert claimed(message.sender, three_hours) == [message.pk]
    assert Send.objects.get().active_at == three_hours

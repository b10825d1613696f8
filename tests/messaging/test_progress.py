"""How far a mailing is: numbers that add up, open their lists, and promise nothing unknown."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import AuditEntry
from messaging.models import MailingRules, Message, Send, SenderPace
from messaging.progress import PLACES, in_place, meter_of, place_of, progress_of, tallies
from messaging.services.remaining import plan_remaining
from tests.factories.outbox import (
    NOON,
    MessageFactory,
    SenderFactory,
    SendFactory,
    due_message,
    may_be_written_to,
)

pytestmark = pytest.mark.django_db
CLAIM = {"claim_token": "x", "lease_until": NOON}
EVERY = [
    ("sent", {"state": "sent", "sent_at": NOON, "out_at": NOON}),
    ("failed", {"state": "failed", "reason": "refused"}),
    ("suppressed", {"state": "suppressed", "reason": "no_consent"}),
    ("expired", {"state": "expired", "reason": "cap"}),
    ("uncertain", {"state": "uncertain", "reason": "line_broke"}),
    ("deferred", {"state": "queued", "reason": "quiet_hours"}),
    ("deferred", {"state": "retry", "reason": "put_off"}),
    ("deferred", {"state": "retry"}),
    ("left", {"state": "queued"}),
    ("left", {"state": "claimed", **CLAIM}),
    ("left", {"state": "attempting", **CLAIM}),
]


@pytest.fixture
def every():
    """A mailing with a mail in every state."""
    send = SendFactory()
    SenderPace.objects.create(sender=send.sender)
    for _place, values in EVERY:
        MessageFactory(send=send, sender=send.sender, **values)
    return send


@pytest.mark.parametrize(
    ("seconds", "went", "minutes"),
    [(8, 4, 1), (30, 3, 5), (4, 4, None), (60, 6, 5), (600, 6, 5)],
)
def test_the_end_is_told_by_the_time_since_it_was_let_go(seconds, went, minutes):
    send = SendFactory(released_at=NOON - timedelta(seconds=seconds))
    SenderPace.objects.create(sender=send.sender)
    MailingRules.objects.create(pk=1, quiet_hours_on=False)
    shared = {"send": send, "sender": send.sender}
    at = NOON - timedelta(seconds=min(seconds, 50) / 2)
    MessageFactory.create_batch(went, **shared, state="sent", sent_at=at, out_at=at)
    MessageFactory.create_batch(30, **shared)

    progress = progress_of(send, NOON)

    assert (progress.a_minute, progress.tally.left) == (went, 30)
    expected = None if minutes is None else NOON + timedelta(minutes=minutes)
    assert progress.done_at == expected


def test_the_numbers_add_up_and_each_is_the_length_of_its_list(every, sign_in):
    tally = tallies([every])[every.pk]

    assert tally.planned == len(EVERY)
    assert (tally.settled, tally.to_go, tally.stopped) == (5, 6, 3)
    assert sum(width for _place, _begin, width in tally.shares()) == pytest.approx(100, abs=0.01)
    client = sign_in("support")
    for place in PLACES:
        expected = [one for one, _values in EVERY if one == place]
        asked = {"send": every.pk, "place": place}
        rows = client.get(reverse("messaging:outbox"), asked).context["page"].rows
        assert (getattr(tally, place), len(rows)) == (len(expected), len(expected))
        assert Message.objects.filter(in_place(place)).count() == len(expected)


def test_a_place_and_its_condition_say_the_same(every):
    for message in Message.objects.all():
        place = place_of(message.state, message.reason)
        held = [one for one in PLACES if Message.objects.filter(in_place(one), pk=message.pk)]

        assert held == [place]


def test_an_empty_mailing_divides_by_nothing():
    send = SendFactory()

    tally = tallies([send])[send.pk]

    assert (tally.planned, tally.settled) == (0, 0)
    assert {width for _place, _begin, width in tally.shares()} == {0.0}


def test_the_rate_is_that_of_the_last_minute_and_gives_the_end(every):
    MessageFactory.create_batch(
        3, send=every, sender=every.sender, state="sent", sent_at=NOON, out_at=NOON
    )
    old = NOON - timedelta(seconds=61)
    MessageFactory(send=every, sender=every.sender, state="sent", sent_at=old, out_at=old)

    every.released_at = NOON - timedelta(hours=1)

    found = progress_of(every, NOON + timedelta(seconds=30))

    assert found.a_minute == 4
    assert found.tally.left == 3
    assert found.done_at == NOON + timedelta(seconds=30 + 45)


def test_what_nobody_can_know_is_not_said(every):
    later = NOON + timedelta(minutes=5)

    assert progress_of(every, later).done_at is None
    Message.objects.filter(in_place("left")).update(reason="cap", state="queued", **CLEAR)
    assert progress_of(every, NOON).done_at is None
    every.state = "paused"
    assert progress_of(every, NOON).a_minute == 0


CLEAR = {"claim_token": "", "lease_until": None}


def test_a_limit_that_is_used_up_gives_the_end_though_nothing_went():
    send = SendFactory(sender__per_hour=2)
    SenderPace.objects.create(
        sender=send.sender, paid={"hour": (NOON + timedelta(minutes=30)).timestamp()}
    )
    MessageFactory.create_batch(2, send=send, sender=send.sender)

    found = progress_of(send, NOON)

    assert found.done_at is not None
    assert round((found.done_at - NOON).total_seconds()) == 30 * 60 + 1837


def test_polling_costs_the_same_for_few_and_many(sign_in):
    send = SendFactory()
    SenderPace.objects.create(sender=send.sender)
    client = sign_in("marketer")
    address = reverse("messaging:send_progress", args=[send.pk])
    client.get(address)

    def queries(number):
        MessageFactory.create_batch(number, send=send, sender=send.sender)
        with CaptureQueriesContext(connection) as counted:
            client.get(address)
        return len(counted)

    assert queries(1) == queries(12) <= 14


def test_the_page_asks_again_until_the_mailing_is_over(sign_in, monkeypatch):
    monkeypatch.setattr("core.clock.now", lambda: NOON)
    send = due_message().send
    client = sign_in("marketer")
    address = reverse("messaging:send_progress", args=[send.pk])

    moving = client.get(address).content.decode()
    Message.objects.update(reason="quiet_hours", next_at=NOON + timedelta(hours=9))
    waiting = client.get(address).content.decode()
    Send.objects.update(state="done", finished_at=NOON)
    over = client.get(address).content.decode()

    assert "every 2s" in moving
    assert "every 15s" in waiting
    assert "1 is put off; the next may go" in waiting
    assert "hx-trigger" not in over


def test_a_click_is_answered_with_the_piece_itself(sign_in):
    send = due_message().send
    client = sign_in("marketer")
    pause = reverse("messaging:send_pause", args=[send.pk])

    piece = client.post(pause, headers={"HX-Request": "true"})
    again = client.post(pause, headers={"HX-Request": "true"})

    assert piece.status_code == again.status_code == 200
    assert "Paused" in piece.content.decode()
    assert "Go on" in piece.content.decode()
    assert "This send is not going out." in again.content.decode()


def test_the_remaining_get_a_mailing_of_their_own_once(cast):
    send = SendFactory(state="cancelled", finished_at=NOON)
    reached = MessageFactory(send=send, state="sent", sent_at=NOON)
    refused = MessageFactory(send=send, state="failed", reason="refused")
    stopped = MessageFactory(send=send, state="suppressed", reason="called_off")
    late = MessageFactory(send=send, state="expired", reason="cap")
    for message in (reached, refused, stopped, late):
        may_be_written_to(message.customer)

    rest = plan_remaining(actor=cast["marketer"], send=send, now=NOON)
    again = plan_remaining(actor=cast["marketer"], send=send, now=NOON)

    assert (rest, rest.state) == (again, "planned")
    planned = set(rest.messages.values_list("customer", flat=True))
    assert planned == {stopped.customer_id, late.customer_id}
    assert AuditEntry.objects.filter(action="send.created").count() == 1


@pytest.mark.parametrize("state", ["running", "paused", "planned", "late"])
def test_nobody_remains_before_the_mailing_is_over(sign_in, state):
    send = SendFactory(state=state)
    MessageFactory(send=send, state="suppressed", reason="called_off")

    answer = sign_in("marketer").post(reverse("messaging:send_rest", args=[send.pk]), follow=True)

    assert "The mailing is not over yet." in answer.content.decode()
    assert Send.objects.count() == 1


def test_nobody_remains_where_all_were_settled(sign_in):
    send = SendFactory(state="done", finished_at=NOON)
    MessageFactory(send=send, state="suppressed", reason="no_consent")
    client = sign_in("marketer")

    page = client.get(reverse("messaging:send", args=[send.pk])).content.decode()
    answer = client.post(reverse("messaging:send_rest", args=[send.pk]), follow=True)

    assert "Plan it for the remaining" not in page
    assert "Nobody remains" in answer.content.decode()


def test_the_meter_says_when_the_next_may_go():
    sender = SenderFactory(per_minute=2)
    paid = NOON + timedelta(seconds=20)
    pace = SenderPace.objects.create(sender=sender, paid={"minute": paid.timestamp()})
    MessageFactory(sender=sender)

    assert meter_of(sender, NOON).next_at == paid
    pace.wait_until = NOON + timedelta(minutes=5)
    pace.save()
    assert meter_of(sender, NOON).next_at == NOON + timedelta(minutes=5)
    sender.paused_for = "person"
    assert meter_of(sender, NOON).next_at is None

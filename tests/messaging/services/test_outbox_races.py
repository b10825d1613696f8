"""Planning, claiming, releasing, reaping and slowing at one moment, on PostgreSQL."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection

from core.errors import Refused
from core.models import AuditEntry
from core.prepared import quick_commits
from messaging.models import Message, MessageStep, Send, Sender, SenderPace
from messaging.services import claiming
from messaging.services.attempts import Attempts, Outcome
from messaging.services.claiming import claim
from messaging.services.entering import enter_ended
from messaging.services.evidence import settle_uncertain
from messaging.services.planning import plan_messages
from messaging.services.reaping import reap
from messaging.services.senders import default_sender, note_trouble, slow_down, stop_sender
from messaging.services.sends import call_off_send, create_send, pause_send, release_send
from tests.customers.services.races.together import at_once
from tests.factories.messaging import TemplateFactory, TemplateVersionFactory
from tests.factories.outbox import NOON, MessageFactory, SendFactory, due_message, reader

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="needs PostgreSQL"),
    pytest.mark.django_db(transaction=True),
]
LATER = NOON + timedelta(hours=1)
SENT = Outcome(state="sent", phase="dot", reply_code=250, sent_at=LATER, out_at=LATER)


def refused(results):
    return sum(isinstance(result, Refused) for result in results)


def test_claims_at_once_share_out_what_is_due():
    send = SendFactory()
    for _ in range(12):
        due_message(send=send)

    batches = at_once(*[lambda: claim(sender_id=send.sender_id, now=NOON, wanted=4)] * 4)

    assert sorted(len(batch.claimed) for batch in batches) == [0, 4, 4, 4]
    claimed = Counter(one.message.pk for batch in batches for one in batch.claimed)
    assert set(claimed.values()) == {1}
    assert MessageStep.objects.filter(state="claimed").count() == 12


def test_a_claim_waits_for_the_disk_though_the_marks_do_not(monkeypatch):
    """Undone by a fall of the database server, it would let the same mails go out again."""
    message, seen = due_message(), []
    original = claiming._take

    def take(*values):
        seen.append(commits_wait())
        original(*values)

    monkeypatch.setattr(claiming, "_take", take)
    with quick_commits():
        claim(sender_id=message.sender_id, now=NOON)
        seen.append(commits_wait())

    assert seen == ["on", "off"]


def commits_wait():
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        return cursor.fetchone()[0]


def test_two_senders_at_once_keep_the_cap_of_one_person():
    first = due_message()
    second = due_message(customer=first.customer, address=first.address, identity=False)

    batches = at_once(
        lambda: claim(sender_id=first.sender_id, now=NOON),
        lambda: claim(sender_id=second.sender_id, now=NOON),
    )

    assert sorted(len(batch.claimed) for batch in batches) == [0, 1]
    assert Message.objects.get(state="queued").reason == "cap"


def test_a_limit_is_charged_once_for_each_of_two_claims():
    send = SendFactory(sender__per_second=10)
    for _ in range(40):
        due_message(send=send)

    batches = at_once(*[lambda: claim(sender_id=send.sender_id, now=NOON, wanted=10)] * 3)

    slots = sorted(one.not_before for batch in batches for one in batch.claimed)
    assert len(slots) == 20
    assert all(later - sooner >= timedelta(seconds=0.1) for sooner, later in pairwise(slots))


def test_planning_at_once_makes_one_row_each():
    version = TemplateVersionFactory(template__kind="marketing", published_at=NOON)
    send = SendFactory(template=version.template)
    ids = [reader(number).pk for number in range(10)]

    plans = at_once(*[lambda: plan_messages(actor=None, send=send, customer_ids=ids, now=NOON)] * 3)

    assert sorted(plan.made for plan in plans) == [0, 0, 10]
    assert MessageStep.objects.count() == Message.objects.count() == 10


def test_a_key_makes_one_send():
    template = TemplateFactory(kind="marketing")
    values = {"key": "nov", "name": "Nov", "template": template, "due_at": NOON, "now": NOON}

    sends = at_once(*[lambda: create_send(actor=None, **values)] * 4)

    assert {send.pk for send in sends} == {Send.objects.get().pk}
    assert AuditEntry.objects.filter(action="send.created").count() == 1
    assert Sender.objects.count() == 1


def test_the_first_sender_is_made_once():
    senders = at_once(*[default_sender] * 4)

    assert {sender.pk for sender in senders} == {Sender.objects.get().pk}
    assert SenderPace.objects.count() == 1


@pytest.mark.parametrize(
    ("act", "before", "action"),
    [
        (release_send, "paused", "send.released"),
        (pause_send, "running", "send.paused"),
        (call_off_send, "running", "send.called_off"),
    ],
)
def test_who_comes_second_is_refused(act, before, action):
    send = SendFactory(state=before)

    results = at_once(*[lambda: act(actor=None, send=send, now=NOON)] * 3)

    assert refused(results) == 2
    assert AuditEntry.objects.filter(action=action).count() == 1


def test_calling_off_while_it_is_claimed_loses_nobody():
    send = SendFactory()
    for _ in range(30):
        due_message(send=send)

    at_once(
        lambda: call_off_send(actor=None, send=send, now=NOON),
        lambda: claim(sender_id=send.sender_id, now=NOON),
    )

    states = Counter(Message.objects.values_list("state", flat=True))
    assert states in ({"claimed": 30}, {"suppressed": 30})


def test_reapers_at_once_settle_each_message_once():
    for _ in range(6):
        MessageFactory(state="attempting", claim_token="a" * 32, lease_until=NOON, claimed_at=NOON)

    settled = at_once(*[lambda: reap(LATER)] * 3)

    assert sorted(settled) == [0, 0, 6]
    assert MessageStep.objects.filter(state="uncertain").count() == 6


def test_the_reaper_and_the_late_answer_end_a_message_one_way():
    message = due_message()
    token = claim(sender_id=message.sender_id, now=NOON).token
    attempts = Attempts([message], token)
    attempts.begin(message, now=NOON, lease_until=LATER)

    def answer():
        done = attempts.end(message.pk, SENT, now=LATER)
        return done, enter_ended([message.pk])

    (ended, _entered), reaped = at_once(answer, lambda: reap(LATER))

    message.refresh_from_db()
    assert message.state == ("sent" if ended else "uncertain")
    assert reaped in {0, 1}
    assert message.steps.filter(state=message.state).count() == 1


def test_two_people_settle_one_uncertain_message_once(django_user_model):
    message = MessageFactory(state="uncertain", reason="line_broke", out_at=NOON)
    actor = django_user_model.objects.create(username="m", role="manager")

    results = at_once(
        *[lambda: settle_uncertain(actor=actor, message=message, arrived=True, now=LATER)] * 3
    )

    assert sorted(results) == [False, False, True]
    assert AuditEntry.objects.filter(action="message.settled").count() == 1


def test_connections_that_hear_it_at_once_slow_down_once():
    sender = due_message().sender

    results = at_once(*[lambda: slow_down(sender_id=sender.pk, now=NOON)] * 4)

    assert sorted(results) == [False, False, False, True]
    assert SenderPace.objects.get().factor == 0.5


def test_connections_that_fail_at_once_are_one_trouble():
    sender = due_message().sender

    at_once(*[lambda: note_trouble(sender=sender, kind="connect", text="", now=NOON)] * 4)

    pace = SenderPace.objects.get()
    assert (pace.troubles, pace.wait_until) == (1, NOON + timedelta(seconds=10))


def test_a_sender_is_stopped_once():
    sender = due_message().sender

    results = at_once(*[lambda: stop_sender(actor=None, sender=sender, kind="auth", now=NOON)] * 4)

    assert sorted(results) == [False, False, False, True]
    assert AuditEntry.objects.filter(action="sender.stopped").count() == 1

from datetime import UTC, datetime, timedelta, timezone

import pytest

from customers.models import Scope, Suppression, SuppressionReason
from customers.services.suppressions import lift
from messaging.models import DeliveryEvent, EventKind, MessageState, MessageStep
from messaging.return_paths import return_path
from messaging.rules.delivery_reports import read_report
from messaging.services.feedback import Event, Recorded, record_event, record_report
from messaging.services.working import reap_due
from tests.factories.accounts import UserFactory
from tests.factories.outbox import NOON, MessageFactory
from tests.messaging.returned import servers
from tests.messaging.returned.servers import OURS, filled

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=3)


def sent(**values):
    values = {"state": MessageState.SENT, "sent_at": NOON, "out_at": NOON, "attempts": 1} | values
    return MessageFactory(message_id=values.pop("message_id", OURS), **values)


def came_back(message, template=servers.POSTFIX, **values):
    """Record a server's report that came to the message's return path."""
    path = return_path(message.pk, "bounces.shop.example")
    report = read_report(filled(template, path=path, ours="<unknown@elsewhere>", **values))
    return record_report(report=report, now=LATER)


def told(message, kind, *, key="1", at=LATER, source="postmark", **values):
    event = Event(source=source, key=key, kind=kind, at=at, **values)
    return record_event(event=event, message_pk=message.pk if message else None, now=LATER)


def suppressed(message):
    rows = Suppression.objects.filter(key=message.address_key, lifted_at=None)
    return [(row.scope, row.reason) for row in rows.order_by("pk")]


def test_a_hard_bounce_to_the_signed_return_path_ends_mails_to_the_address():
    message = sent(address="anna@gone.example")

    result = came_back(message, words="<anna@gone.example>: User unknown")

    message.refresh_from_db()
    assert result == Recorded(message.pk, is_new=True)
    assert (message.state, message.bounce, message.delivered_at) == ("sent", "hard", None)
    assert message.bounced_at == datetime(2026, 11, 20, 11, 0, 1, tzinfo=UTC)
    assert suppressed(message) == [(Scope.ALL, SuppressionReason.HARD_BOUNCE)]
    event = message.events.get()
    assert (event.kind, event.status) == (EventKind.HARD, "5.1.1")
    assert event.words == "550 5.1.1 <…@gone.example>: User unknown"
    step = message.steps.get()
    assert (step.state, step.reason, step.phase, step.pk) == (
        "sent",
        "hard",
        "report",
        event.step_id,
    )


def test_a_message_id_proves_as_much_as_the_return_path():
    message = sent(address="anna@gone.example")

    record_report(report=read_report(filled(servers.EXIM)), now=LATER)

    assert suppressed(message) == [(Scope.ALL, SuppressionReason.HARD_BOUNCE)]


def test_the_messages_own_address_is_suppressed_whatever_the_report_names():
    message = sent(address="reader@other.example")

    came_back(message)

    assert suppressed(message) == [(Scope.ALL, SuppressionReason.HARD_BOUNCE)]
    assert Suppression.objects.count() == 1


@pytest.mark.parametrize("wrong", ["bounce+{pk}.0123456789abcdef@x.example", "anna@gone.example"])
def test_a_forged_report_is_kept_and_changes_nothing(wrong):
    message = sent()
    raw = filled(servers.POSTFIX, path=wrong.format(pk=message.pk), ours="<made-up@shop.example>")

    result = record_report(report=read_report(raw), now=LATER)

    message.refresh_from_db()
    assert result == Recorded(None, is_new=True)
    assert (message.bounced_at, message.bounce) == (None, "")
    assert not Suppression.objects.exists()
    assert not MessageStep.objects.exists()
    assert DeliveryEvent.objects.get().message is None
    assert record_report(report=read_report(raw), now=LATER) == Recorded(None, is_new=False)


@pytest.mark.parametrize("state", [MessageState.QUEUED, MessageState.SUPPRESSED])
def test_a_message_that_never_left_cannot_come_back(state):
    message = MessageFactory(state=state, reason="cap")

    assert came_back(message) == Recorded(None, is_new=True)
    assert not Suppression.objects.exists()


def test_a_report_in_two_mailboxes_counts_once():
    message = sent()

    assert came_back(message).is_new
    assert came_back(message) == Recorded(message.pk, is_new=False)
    assert message.steps.count() == message.events.count() == 1


def test_soft_bounces_of_five_different_mails_within_14_days_end_mails():
    first = sent(address="anna@gone.example")
    others = [
        sent(address=first.address, message_id=f"<{n}@a>", identity=False, customer=first.customer)
        for n in range(4)
    ]
    for key in "abcdef":
        told(first, EventKind.SOFT, key=key)
    for number, message in enumerate(others):
        assert suppressed(first) == []
        told(message, EventKind.SOFT, key=f"other {number}")

    assert suppressed(first) == [(Scope.ALL, SuppressionReason.SOFT_BOUNCES)]


def test_a_complaint_ends_marketing_but_not_the_answer_to_an_order():
    message = sent()

    came_back(message, servers.COMPLAINT)

    message.refresh_from_db()
    assert message.complained_at == datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
    assert suppressed(message) == [(Scope.MARKETING, SuppressionReason.COMPLAINT)]


@pytest.mark.parametrize("kind", [EventKind.LATE, EventKind.PASSED_ON])
def test_what_is_only_late_leaves_a_step_and_nothing_else(kind):
    message = sent()

    told(message, kind)

    message.refresh_from_db()
    assert message.steps.get().reason == kind
    assert (message.delivered_at, message.bounced_at) == (None, None)
    assert suppressed(message) == []


def test_the_order_of_events_changes_nothing():
    message = sent()
    early, late = NOON + timedelta(minutes=1), NOON + timedelta(minutes=9)

    told(message, EventKind.HARD, key="1", at=late)
    told(message, EventKind.DELIVERED, key="2", at=late)
    told(message, EventKind.SOFT, key="3", at=early)
    told(message, EventKind.DELIVERED, key="4", at=early)

    message.refresh_from_db()
    assert (message.bounce, message.bounced_at, message.delivered_at) == ("hard", early, early)


@pytest.mark.parametrize("kind", [EventKind.DELIVERED, EventKind.HARD, EventKind.LATE])
def test_an_uncertain_mail_that_is_reported_on_has_left(kind):
    message = sent(state=MessageState.UNCERTAIN, sent_at=None, reason="line_broke")

    told(message, kind)

    message.refresh_from_db()
    assert (message.state, message.reason, message.sent_at) == ("sent", "evidence", NOON)
    assert message.steps.last().state == "sent"


def test_a_report_that_comes_during_the_attempt_settles_it_later():
    """The provider is quicker than our own mark, and then the worker dies."""
    claim = {"lease_until": NOON, "claim_token": "t", "out_at": NOON}
    message = sent(state=MessageState.ATTEMPTING, sent_at=None, **claim)
    told(message, EventKind.DELIVERED)
    message.refresh_from_db()
    assert (message.state, message.delivered_at) == ("attempting", LATER)

    assert reap_due(LATER) == 2

    message.refresh_from_db()
    assert (message.state, message.reason) == ("sent", "evidence")
    steps = list(message.steps.values_list("state", "reason"))
    assert steps == [
        ("attempting", "delivered"),
        ("uncertain", "worker_gone"),
        ("sent", "evidence"),
    ]


def test_an_uncertain_mail_that_nobody_reported_on_stays_uncertain():
    message = sent(state=MessageState.UNCERTAIN, sent_at=None, reason="line_broke")

    assert reap_due(LATER) == 0

    message.refresh_from_db()
    assert message.state == "uncertain"


def test_an_instant_in_the_future_or_before_the_mail_is_not_believed():
    message = sent()

    told(message, EventKind.DELIVERED, at=LATER + timedelta(days=400))
    told(message, EventKind.SOFT, key="2", at=NOON - timedelta(days=400))

    message.refresh_from_db()
    assert (message.delivered_at, message.bounced_at) == (LATER, NOON)


def test_a_bounce_from_before_the_address_was_let_through_again_says_nothing_new():
    message = sent()
    told(message, EventKind.HARD)
    [row] = Suppression.objects.all()
    lift(actor=UserFactory(), suppression=row, reason="Typing error at their side", now=LATER)
    other = sent(
        address=message.address, message_id="<2@a>", identity=False, customer=message.customer
    )

    told(other, EventKind.HARD, key="late", at=LATER - timedelta(minutes=1))

    assert suppressed(message) == []


def test_a_mail_whose_person_was_erased_keeps_its_facts_only():
    message = sent(address="", address_key="", identity=False)

    told(message, EventKind.HARD)

    message.refresh_from_db()
    assert message.bounce == "hard"
    assert not Suppression.objects.exists()


def test_whoever_leaves_at_the_provider_has_left():
    message = sent()

    told(message, EventKind.UNSUBSCRIBED)

    change = message.customer.preference_changes.get()
    assert change.source == "provider"


@pytest.mark.parametrize("hours", [-14, 0, 14])
def test_a_report_from_year_one_counts_as_now(hours):
    first = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=hours)))

    assert told(None, "hard", at=first, key=str(hours)).is_new

    assert DeliveryEvent.objects.get().at == LATER

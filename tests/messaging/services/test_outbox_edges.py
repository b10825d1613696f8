"""Edges of planning, claiming, the gate, senders and sends."""

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import Refused
from core.models import AuditEntry
from customers.models import MailPreference
from messaging.models import (
    CaughtMail,
    DomainLimit,
    Message,
    Send,
    Sender,
    SenderPace,
    Template,
    TemplateVersion,
)
from messaging.rules.replies import Phase, Reply
from messaging.services.claiming import claim, give_back, put_back
from messaging.services.evidence import accepted_after_all
from messaging.services.gate import decide
from messaging.services.planning import plan_messages
from messaging.services.senders import (
    default_sender,
    note_trouble,
    save_sender,
    slow_down,
    start_sender,
    stop_sender,
)
from messaging.services.sends import call_off_send, finish_sends, pause_send, release_send
from messaging.transports.base import Timeouts
from messaging.transports.catcher import open_catcher
from tests.factories.customers import CustomerFactory, IdentityFactory
from tests.factories.messaging import TemplateFactory, TemplateVersionFactory
from tests.factories.outbox import (
    NOON,
    MessageFactory,
    SenderFactory,
    SendFactory,
    due_message,
    reader,
)
from tests.messaging.transports.test_smtp import parcel

pytestmark = pytest.mark.django_db
EVENING = datetime(2027, 3, 27, 21, 10, tzinfo=UTC)


def claimed(sender, now=NOON, **values):
    return [one.message.pk for one in claim(sender_id=sender.pk, now=now, **values).claimed]


# Planning


def test_mails_go_to_the_primary_address_else_to_the_oldest():
    version = TemplateVersionFactory(template__kind="marketing", published_at=NOON)
    send, plain, primary = SendFactory(template=version.template), reader(1), reader(2)
    IdentityFactory(customer=plain, value="newer@example.com")
    primary.identities.update(is_primary=False)
    IdentityFactory(customer=primary, value="first@example.com", is_primary=True)

    plan_messages(actor=None, send=send, customer_ids=[plain.pk, primary.pk], now=NOON)

    addresses = dict(Message.objects.values_list("customer_id", "address"))
    assert addresses == {plain.pk: "r1@example.com", primary.pk: "first@example.com"}


def test_who_is_not_in_the_file_is_not_planned_and_the_plan_is_recorded():
    planned = plan_messages(actor=None, send=SendFactory(), customer_ids=[9_999], now=NOON)

    assert (planned.made, Message.objects.count()) == (0, 0)
    assert AuditEntry.objects.get(action="send.planned").details == {"queued": 0, "stopped": {}}


# Claiming


@pytest.mark.parametrize(("seconds", "goes"), [(-1, False), (0, True), (1, True)])
def test_a_sender_waits_for_its_server_until_that_very_instant(seconds, goes):
    message = due_message()
    SenderPace.objects.update(wait_until=NOON)

    assert bool(claimed(message.sender, NOON + timedelta(seconds=seconds))) is goes


def test_a_sender_that_nobody_paced_or_knows_claims_nothing():
    message = MessageFactory()

    assert claim(sender_id=message.sender_id, now=NOON).idle
    assert claim(sender_id=0, now=NOON).idle


def test_a_domain_obeys_the_limit_of_its_sender_and_no_other_senders():
    send = SendFactory()
    DomainLimit.objects.create(domain="example.com", per_minute=600)
    DomainLimit.objects.create(domain="example.com", sender=send.sender, per_minute=1)
    first = due_message(send=send, priority=1)
    due_message(send=send)
    others = [due_message() for _ in range(2)]
    Message.objects.filter(pk=others[1].pk).update(sender=others[0].sender, send=None)

    assert claimed(send.sender) == [first.pk]
    assert set(claimed(others[0].sender)) == {other.pk for other in others}


def test_what_is_put_back_is_only_ones_own():
    message = due_message()
    token = claim(sender_id=message.sender_id, now=NOON).token

    put_back([message.pk], "b" * 32, reason="")
    assert give_back("b" * 32, reason="", now=NOON) == 0
    message.refresh_from_db()
    assert (message.state, message.claim_token) == ("claimed", token)

    put_back([message.pk], token, reason="worker_gone")
    message.refresh_from_db()
    assert (message.state, message.reason, message.lease_until) == ("queued", "worker_gone", None)


@pytest.mark.parametrize("state", ["queued", "sent", "failed"])
def test_late_evidence_settles_only_what_is_uncertain(state):
    values = {"sent_at": NOON} if state == "sent" else {"reason": "refused"}
    message = MessageFactory(state=state, **values)

    assert not accepted_after_all(message_pk=message.pk, now=NOON)
    assert not message.steps.exists()


# The gate


@pytest.mark.parametrize(
    ("timezone", "expected"),
    [
        # The night of 2027-03-28 is an hour shorter in Warsaw, and not in Phoenix.
        ("Europe/Warsaw", datetime(2027, 3, 28, 6, 0, tzinfo=UTC)),
        ("Europe/Bucharest", datetime(2027, 3, 28, 5, 0, tzinfo=UTC)),
        ("America/Phoenix", None),
        ("Asia/Kathmandu", datetime(2027, 3, 28, 2, 15, tzinfo=UTC)),
    ],
)
def test_a_survey_waits_for_the_morning_of_its_reader(timezone, expected):
    customer = CustomerFactory(timezone=timezone)
    message = due_message(customer=customer, message_class="survey")

    assert decide([message], EVENING)[message.pk].until == expected


def test_a_survey_does_not_count_for_the_cap_of_marketing():
    message = due_message(message_class="survey")
    MessageFactory(
        customer=message.customer, state="sent", sent_at=NOON, out_at=NOON, identity=False
    )

    assert decide([message], NOON)[message.pk].state == "claimed"


def test_what_could_go_only_when_its_time_is_over_ends_now():
    ends = datetime(2027, 3, 28, 6, 0, tzinfo=UTC)
    over = due_message(expires_at=ends)
    just = due_message(expires_at=ends + timedelta(seconds=1))

    found = decide([over, just], EVENING)

    assert (found[over.pk].state, found[over.pk].reason) == ("expired", "quiet_hours")
    assert (found[just.pk].state, found[just.pk].until) == ("queued", ends)


def test_who_wants_one_mail_a_month_waits_longer_than_the_cap():
    message = due_message()
    sent = NOON - timedelta(days=2)
    MessageFactory(
        customer=message.customer, state="sent", sent_at=sent, out_at=sent, identity=False
    )
    assert decide([message], NOON)[message.pk].state == "claimed"

    MailPreference.objects.create(customer=message.customer, frequency="monthly", updated_at=NOON)

    decision = decide([message], NOON)[message.pk]
    assert (decision.state, decision.reason) == ("queued", "cap")
    assert decision.until > NOON + timedelta(days=20)


# Senders


def test_the_default_is_made_although_its_name_is_taken():
    SenderFactory(name="Shop")

    assert default_sender().is_default
    assert Sender.objects.count() == 2


def test_a_started_sender_forgets_its_troubles():
    sender = due_message().sender
    note_trouble(sender=sender, kind="connect", text="", now=NOON)
    stop_sender(actor=None, sender=sender, kind="person", text="x" * 999, now=NOON)
    assert len(Sender.objects.get().paused_text) == 300

    start_sender(actor=None, sender=sender, now=NOON)

    pace = SenderPace.objects.get()
    assert (pace.troubles, pace.wait_until) == (0, None)
    assert Sender.objects.get().paused_at is None


def test_a_refused_sign_in_stops_at_once_without_waiting():
    sender = due_message().sender

    assert note_trouble(sender=sender, kind="auth", text="no", now=NOON)
    assert SenderPace.objects.get().troubles == 0


def test_nobody_slows_a_sender_that_has_no_pace():
    assert not slow_down(sender_id=SenderFactory().pk, now=NOON)


def test_a_new_password_is_recorded_without_its_value(cast):
    sender = save_sender(actor=cast["admin"], sender=SenderFactory.build(), now=NOON)

    save_sender(actor=cast["admin"], sender=sender, password="sesame", now=NOON)

    entry = AuditEntry.objects.get(action="sender.changed")
    assert entry.details == {"fields": ["secret"]}


# Sends


@pytest.mark.parametrize(
    ("act", "refused"),
    [
        (release_send, {"running", "done", "cancelled"}),
        (pause_send, {"planned", "paused", "late", "done", "cancelled"}),
        (call_off_send, {"done", "cancelled"}),
    ],
)
@pytest.mark.parametrize("state", ["planned", "running", "paused", "late", "done", "cancelled"])
def test_each_act_from_each_state(act, refused, state):
    send = SendFactory(state=state)

    if state in refused:
        with pytest.raises(Refused):
            act(actor=None, send=send, now=NOON)
        assert Send.objects.get().state == state
    else:
        act(actor=None, send=send, now=NOON)
        assert Send.objects.get().state != state


def test_a_send_without_messages_or_with_one_on_its_way_is_not_done():
    SendFactory()
    claim(sender_id=due_message().sender_id, now=NOON)

    assert finish_sends(NOON) == 0


# The catcher, and the reads of templates


def test_the_catcher_keeps_what_belongs_to_no_message():
    line = open_catcher(Sender(), Timeouts())

    handed = line.hand_over(parcel(77))
    line.close()

    assert (handed.reply, line.carried, line.usable) == (Reply(Phase.DOT, 250, "caught"), 1, False)
    caught = CaughtMail.objects.get()
    assert (caught.message, caught.recipient, caught.subject) == (None, "anna@example.pl", "News")
    assert bytes(caught.content) == parcel(77).content


def test_drafts_and_what_may_be_sent_are_apart():
    draft = TemplateVersionFactory()
    published = TemplateVersionFactory(published_at=NOON)
    TemplateVersionFactory(used_at=NOON)
    archived = TemplateFactory(archived_at=NOON)

    assert list(TemplateVersion.objects.drafts()) == [draft]
    assert list(TemplateVersion.objects.published()) == [published]
    assert archived not in Template.objects.kept()
    assert Template.objects.kept().count() == 3

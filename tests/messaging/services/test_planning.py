"""Planning: everybody in the audience gets one row with a reason, however often it is planned."""

from collections import Counter
from datetime import timedelta

import pytest

from customers.models import Scope, SuppressionReason
from customers.services.suppressions import suppress
from messaging.checks import SendingCheck, Stop, sending_checks
from messaging.models import Message, MessageStep, Reason, TemplateVersion
from messaging.services import planned_rows, planning
from messaging.services.planned_rows import Mailing
from messaging.services.planning import plan_message, plan_messages
from tests.factories.customers import CustomerFactory, IdentityFactory
from tests.factories.messaging import TemplateVersionFactory
from tests.factories.outbox import NOON, SendFactory, may_be_written_to, reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def send():
    version = TemplateVersionFactory(template__kind="marketing", published_at=NOON)
    return SendFactory(template=version.template)


def plan(send, customers, **values):
    ids = [customer.pk for customer in customers]
    return plan_messages(actor=None, send=send, customer_ids=ids, now=NOON, **values)


def stop_mails(address):
    suppress(
        actor=None,
        address=address,
        scope=Scope.MARKETING,
        reason=SuppressionReason.ASKED,
        source="staff",
        now=NOON,
    )


def test_everybody_gets_a_row_and_the_sums_add_up(send):
    good = [reader(n) for n in range(3)]
    silent = CustomerFactory()
    IdentityFactory(customer=silent, value="silent@example.com")
    stopped, nowhere = reader(8), may_be_written_to(CustomerFactory())
    stop_mails("r8@example.com")

    planned = plan(send, [*good, silent, stopped, nowhere])

    assert planned.queued == 3
    assert planned.stopped == Counter(no_consent=1, suppressed=1, no_address=1)
    assert planned.made == Message.objects.filter(send=send).count() == 6
    states = Message.objects.values_list("customer", "state", "reason")
    assert (stopped.pk, "suppressed", "suppressed") in states
    assert Message.objects.get(customer=good[0]).address == "r0@example.com"


def test_each_row_has_its_first_step(send):
    plan(send, [reader(1), may_be_written_to(CustomerFactory())])

    steps = MessageStep.objects.values_list("state", "reason", "at")
    assert sorted(steps) == [("queued", "", NOON), ("suppressed", "no_address", NOON)]


def test_planning_again_changes_nothing_and_adds_who_is_new(send):
    first, second = reader(1), reader(2)
    plan(send, [first])

    again = plan(send, [first, second, first])

    assert again.queued == 1
    assert Message.objects.count() == 2
    assert MessageStep.objects.count() == 2


def test_two_customers_whose_addresses_have_one_key_share_a_copy(send, monkeypatch):
    monkeypatch.setattr(planned_rows, "key_of", lambda address: "one inbox")

    planned = plan(send, [reader(1), reader(2)])
    again = plan(send, [reader(3)])

    assert (planned.queued, planned.stopped) == (1, Counter({Reason.SAME_INBOX: 1}))
    assert again.stopped == Counter({Reason.SAME_INBOX: 1})


def test_each_gets_the_version_of_their_language_which_is_then_used(send):
    polish = TemplateVersionFactory(template=send.template, language="pl", published_at=NOON)
    unused = TemplateVersionFactory(template=send.template, language="ro", published_at=NOON)
    jan, joe = reader(1, language="pl"), reader(2, language="en")

    plan(send, [jan, joe])

    assert Message.objects.get(customer=jan).template_version == polish
    assert Message.objects.get(customer=joe).template_version.language == "en"
    used = TemplateVersion.objects.filter(used_at=NOON).values_list("language", flat=True)
    assert sorted(used) == ["en", "pl"]
    assert TemplateVersion.objects.get(pk=unused.pk).used_at is None


def test_without_any_text_nobody_waits_for_ever():
    planned = plan(SendFactory(), [reader(1)])

    assert planned.stopped == Counter({Reason.NO_TEMPLATE: 1})


def test_a_sending_check_stops_or_defers(send, monkeypatch):
    stopped, later, free = reader(1), reader(2), reader(3)
    until = NOON + timedelta(days=2)
    answers = {stopped.pk: Stop("hold_out"), later.pk: Stop("complaint", until)}
    check = SendingCheck(
        lambda ids, kind, topic, now: {pk: answers[pk] for pk in ids if pk in answers}, {}
    )
    monkeypatch.setitem(sending_checks._items, "test", check)

    planned = plan(send, [stopped, later, free])

    assert (planned.queued, planned.stopped) == (2, Counter(hold_out=1))
    waiting = Message.objects.get(customer=later)
    assert (waiting.state, waiting.reason, waiting.next_at) == ("queued", "complaint", until)
    assert waiting.steps.get().until == until


def test_the_occasions_fields_are_frozen_with_the_message(send):
    anna = reader(1)

    plan(send, [anna], contexts={anna.pk: {"coupon": "AB-12"}})

    assert Message.objects.get().context == {"coupon": "AB-12"}


def test_one_message_outside_a_send_is_planned_once(send):
    anna = reader(1)
    mailing = Mailing(
        sender=send.sender,
        template=send.template,
        message_class="marketing",
        topic="",
        due_at=NOON,
    )

    first = plan_message(mailing=mailing, customer=anna, dedupe_key="bday:1:2027", now=NOON)
    again = plan_message(mailing=mailing, customer=anna, dedupe_key="bday:1:2027", now=NOON)

    assert first == again
    assert (first.send, first.inbox_key, first.state) == (None, None, "queued")


def test_message_ids_are_ours_and_differ(send):
    plan(send, [reader(n) for n in range(20)])

    ids = set(Message.objects.values_list("message_id", flat=True))
    assert len(ids) == 20
    assert all(one.startswith("<") and one.endswith("@example.com>") for one in ids)


def test_many_chunks_are_one_plan(send, monkeypatch):
    monkeypatch.setattr(planning, "CHUNK", 3)

    assert plan(send, [reader(n) for n in range(8)]).queued == 8

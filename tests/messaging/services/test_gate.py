"""The gate at the moment of sending: who goes, who waits until when, who never gets it."""

from datetime import UTC, datetime, timedelta

import pytest

from customers.models import MailPreference
from messaging.checks import SendingCheck, Stop, sending_checks
from messaging.models import MailingRules, Message, MessageState, Reason, TopicCap
from messaging.services.gate import GO, decide, mailing_rules, zones_of
from messaging.services.sending import Slot
from tests.factories.customers import ConsentEntryFactory, CustomerFactory
from tests.factories.outbox import (
    NOON,
    MessageFactory,
    SendFactory,
    due_message,
    may_be_written_to,
)

pytestmark = pytest.mark.django_db
EVENING = datetime(2027, 1, 15, 21, 10, tzinfo=UTC)
MORNING = datetime(2027, 1, 16, 7, 0, tzinfo=UTC)


def decision(message, now=NOON):
    return decide([message], now)[message.pk]


def facts(message, now=NOON):
    found = decision(message, now)
    return found.state, found.reason, found.until


def sent_at(message, instant):
    MessageFactory(
        customer=message.customer, state="sent", sent_at=instant, out_at=instant, identity=False
    )


def test_what_nothing_speaks_against_goes():
    assert facts(due_message()) == (MessageState.CLAIMED, "", None)


def test_consent_taken_back_ends_a_mail():
    message = due_message()
    ConsentEntryFactory(customer=message.customer, address="", action="withdrawn", occurred_at=NOON)

    assert facts(message) == (MessageState.SUPPRESSED, "withdrawn", None)


def test_a_pause_that_the_customer_asked_for_defers_until_its_end():
    message = due_message()
    until = NOON + timedelta(days=30)
    MailPreference.objects.create(customer=message.customer, paused_until=until, updated_at=NOON)

    assert facts(message) == (MessageState.QUEUED, "paused", until)


def test_a_check_of_another_app_is_asked_again(monkeypatch):
    message = due_message()
    check = SendingCheck(lambda ids, kind, topic, now: {pk: Stop("complaint") for pk in ids}, {})
    monkeypatch.setitem(sending_checks._items, "test", check)

    assert facts(message) == (MessageState.SUPPRESSED, "complaint", None)


def test_the_cap_says_until_when():
    message = due_message()
    sent_at(message, NOON - timedelta(hours=20))

    assert facts(message) == (MessageState.QUEUED, Reason.CAP, NOON + timedelta(hours=4))


def test_the_end_of_a_cap_in_the_night_waits_for_the_morning():
    message = due_message()
    sent_at(message, NOON - timedelta(hours=8))

    # 24 hours after 04:00 in Warsaw is 04:00 again; the quiet hours end at eight.
    assert facts(message) == (
        MessageState.QUEUED,
        Reason.CAP,
        datetime(2026, 11, 21, 7, 0, tzinfo=UTC),
    )


def test_a_service_mail_knows_no_caps_and_no_night():
    message = due_message(message_class="service")
    sent_at(message, NOON)

    assert facts(message, EVENING)[0] == MessageState.CLAIMED


def test_mails_to_one_person_in_one_batch_count_for_each_other():
    first = due_message(priority=10)
    second = due_message(
        send=first.send, customer=first.customer, address=first.address, identity=False
    )

    found = decide([first, second], NOON)

    assert found[first.pk].state == MessageState.CLAIMED
    assert found[second.pk].until == NOON + timedelta(days=1)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"timezone": "Europe/Bucharest"}, datetime(2027, 1, 16, 6, 0, tzinfo=UTC)),
        ({"country": "GB"}, datetime(2027, 1, 16, 8, 0, tzinfo=UTC)),
        ({"timezone": "Mars/Olympus", "country": "RO"}, datetime(2027, 1, 16, 6, 0, tzinfo=UTC)),
        ({}, MORNING),
    ],
)
def test_quiet_hours_are_those_of_the_customers_place(values, expected):
    message = due_message(customer=CustomerFactory(**values))
    assert facts(message, EVENING + timedelta(hours=1)) == (
        MessageState.QUEUED,
        Reason.QUIET_HOURS,
        expected,
    )


def test_zones_are_known_from_the_customer_or_the_country():
    unknown = CustomerFactory()
    customer = CustomerFactory(country="CZ")

    zones = zones_of([unknown.pk, customer.pk])

    assert {pk: zone.key for pk, zone in zones.items()} == {customer.pk: "Europe/Prague"}


def test_birthday_before_win_back_before_newsletter():
    """Case 13: one marketing mail in 24 hours, all due at 22:10 in Warsaw, quiet from 21 to 8."""
    send = SendFactory(due_at=EVENING)
    customer = may_be_written_to(CustomerFactory())
    made = [
        due_message(
            send=send,
            customer=customer,
            address="anna@example.pl",
            identity=None if number == 0 else False,
            priority=priority,
            due_at=EVENING,
            next_at=EVENING,
            expires_at=expires,
        )
        for number, (priority, expires) in enumerate(
            [(10, None), (20, None), (30, datetime(2027, 1, 17, 6, 0, tzinfo=UTC))]
        )
    ]

    def pump(now):
        rounds = iter([True] * 5 + [False])
        Slot(send.sender, now=lambda: now).pump(rounds.__next__)
        return [Message.objects.get(pk=m.pk) for m in made]

    evening = pump(EVENING)
    assert [(m.state, m.reason, m.next_at) for m in evening] == [
        ("queued", "quiet_hours", MORNING)
    ] * 3
    birthday, win_back, newsletter = pump(MORNING)
    assert (birthday.state, birthday.sent_at) == ("sent", MORNING)
    assert (win_back.state, win_back.next_at) == ("queued", MORNING + timedelta(days=1))
    assert (newsletter.state, newsletter.reason) == ("expired", "cap")
    assert pump(MORNING + timedelta(days=1))[1].state == "sent"


def test_the_same_in_july_is_an_hour_sooner():
    evening = datetime(2027, 7, 15, 20, 10, tzinfo=UTC)
    message = due_message(due_at=evening, next_at=evening)

    assert decision(message, evening).until == datetime(2027, 7, 16, 6, 0, tzinfo=UTC)


def test_what_is_past_its_time_expires_with_the_reason_it_waited_for():
    message = due_message(expires_at=NOON, reason="cap")
    plain = due_message(send=message.send, expires_at=NOON - timedelta(minutes=1))

    assert facts(message) == (MessageState.EXPIRED, "cap", None)
    assert facts(plain) == (MessageState.EXPIRED, "expiry", None)


def test_a_shop_may_drop_the_cap_and_the_quiet_hours():
    rules = mailing_rules()
    rules.cap_amount, rules.quiet_hours_on = 0, False
    rules.save()
    message = due_message()
    sent_at(message, EVENING)

    assert decision(message, EVENING).state == MessageState.CLAIMED


def test_survey_mails_have_a_cap_of_their_own():
    rules = mailing_rules()
    rules.survey_cap_amount, rules.survey_cap_hours = 1, 48
    rules.save()
    earlier = due_message(message_class="survey", state="sent", sent_at=NOON, out_at=NOON)
    again = due_message(message_class="survey", customer=earlier.customer)
    news = due_message(customer=earlier.customer)

    found = decide([again, news], NOON + timedelta(hours=1))

    assert found[again.pk].reason == "cap"
    assert found[again.pk].until == NOON + timedelta(hours=48)
    assert found[news.pk] is GO


def test_a_topic_has_a_cap_beside_that_of_its_class():
    MailingRules.objects.create(pk=1, cap_amount=5)
    TopicCap.objects.create(topic="offers", amount=1, hours=72)
    first = due_message(topic="offers")
    second = due_message(topic="offers", customer=first.customer)
    other = due_message(topic="news", customer=first.customer)

    found = decide([first, second, other], NOON)

    assert found[first.pk] is GO
    assert (found[second.pk].reason, found[second.pk].until) == ("cap", NOON + timedelta(hours=72))
    assert found[other.pk] is GO

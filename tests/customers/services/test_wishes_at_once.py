"""The same wish said several times at one moment, and wishes against each other, on PostgreSQL."""

from datetime import timedelta

import pytest
from django.db import connection  # noqa: F401 (the mark above the tests asks it)

from customers.models import ConsentEntry, DeliveryFault, PreferenceChange, Suppression
from customers.permission import stops_for
from customers.services.consent_requests import confirm_consent, request_consent
from customers.services.preferences import Wishes, choose
from customers.services.subscriptions import take_back, unsubscribe, unsubscribe_from_all
from customers.services.suppressions import record_bounce, suppress
from customers.suppressions import key_of
from tests.customers.services.races.together import at_once
from tests.factories.customers import NOON, ConsentEntryFactory, CustomerFactory, IdentityFactory
from tests.factories.permission import TopicFactory

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="needs PostgreSQL"),
    pytest.mark.django_db(transaction=True),
]
ANNA = "anna@example.pl"


@pytest.fixture
def anna():
    TopicFactory()
    customer = CustomerFactory()
    IdentityFactory(customer=customer, value=ANNA)
    ConsentEntryFactory(customer=customer, address=ANNA, occurred_at=NOON - timedelta(days=1))
    return customer


def leave(customer, now=NOON):
    return unsubscribe(
        customer=customer,
        key=key_of(ANNA),
        message_class="marketing",
        topic="newsletter",
        source="one_click",
        now=now,
    )


def may(customer) -> bool:
    pair = (customer.pk, ANNA)
    return not stops_for([pair], message_class="marketing", topic="newsletter", now=NOON)


def test_five_clicks_at_once_are_one(anna) -> None:
    results = at_once(*[lambda: leave(anna)] * 5)

    assert len({change.pk for change in results}) == 1
    assert PreferenceChange.objects.count() == Suppression.objects.count() == 1
    assert ConsentEntry.objects.filter(action="withdrawn").count() == 1
    assert not may(anna)


def test_taking_back_twice_at_once_is_one(anna) -> None:
    change = leave(anna)

    results = at_once(*[lambda: take_back(change=change, source="link", now=NOON)] * 4)

    assert sorted(results) == [False, False, False, True]
    assert ConsentEntry.objects.filter(action="granted").count() == 2
    assert may(anna)


def test_ways_of_leaving_at_once_leave(anna) -> None:
    def all_of_it():
        return unsubscribe_from_all(customer=anna, key=key_of(ANNA), source="preferences", now=NOON)

    def no_topics():
        return choose(
            actor=None,
            customer=anna,
            wishes=Wishes(topics=frozenset(), frequency="monthly"),
            source="preferences",
            now=NOON,
        )

    results = at_once(lambda: leave(anna), all_of_it, no_topics)

    assert [result for result in results if isinstance(result, Exception)] == []
    assert not may(anna)
    live = Suppression.objects.values_list("scope", "topic")
    assert len(live) == len(set(live))


def test_suppressing_at_once_is_one_row() -> None:
    def act():
        values = {"scope": "all", "reason": "asked", "source": "staff", "now": NOON}
        return suppress(actor=None, address=ANNA, **values)

    results = at_once(*[act] * 5)

    assert len({row.pk for row in results}) == Suppression.objects.count() == 1


def test_five_soft_bounces_at_once_are_five() -> None:
    def bounce(number):
        return lambda: record_bounce(address=ANNA, is_hard=False, reference=f"s{number}", now=NOON)

    results = at_once(*[bounce(number) for number in range(5)])

    assert DeliveryFault.objects.count() == 5
    assert [row.reason for row in results if row] == ["soft_bounces"]


def test_one_report_told_at_once_counts_once() -> None:
    results = at_once(
        *[lambda: record_bounce(address=ANNA, is_hard=True, reference="x", now=NOON)] * 4
    )

    assert len([row for row in results if row]) == 1
    assert DeliveryFault.objects.count() == Suppression.objects.count() == 1


def test_confirming_at_once_is_one_consent(anna) -> None:
    row = request_consent(
        actor=None,
        customer=anna,
        address=ANNA,
        purpose="survey",
        text="Yes.",
        language="en",
        now=NOON,
    )

    at_once(*[lambda: confirm_consent(request=row, now=NOON)] * 4)

    assert ConsentEntry.objects.filter(purpose="survey").count() == 1

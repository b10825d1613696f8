"""Topics, how often, in which language, pauses; all of it on the timeline."""

import pytest

from customers.models import Suppression
from customers.services.preferences import pause, resume
from customers.services.subscriptions import take_back
from customers.timeline import read_page
from tests.customers.subscriptions.wishes import DAY, SECOND, leave, may, wish
from tests.factories.accounts import UserFactory
from tests.factories.customers import NOON
from tests.factories.permission import TopicFactory

pytestmark = pytest.mark.django_db


def test_a_topic_is_left_and_joined_for_all_addresses(anna) -> None:
    offered = TopicFactory._meta.model.objects.filter(is_active=True)
    every = frozenset(offered.values_list("key", flat=True))

    assert wish(anna, topics=every) == []
    assert wish(anna, topics=every - {"newsletter"}) == ["topic_off newsletter"]
    assert wish(anna, topics=every - {"newsletter"}) == []
    assert not may(anna, topic="newsletter")["marketing"]
    assert not may(anna, SECOND, topic="newsletter")["marketing"]
    assert may(anna)["marketing"]
    clerk = UserFactory()
    assert wish(anna, clerk, topics=every | {"nonsense"}) == ["topic_on newsletter"]
    assert may(anna, topic="newsletter")["marketing"]
    lifted = Suppression.objects.exclude(lifted_at=None)
    assert set(lifted.values_list("lifted_by", "lift_reason")) == {(clerk.pk, "-staff")}


def test_frequency_and_language_are_chosen_once(anna) -> None:
    assert wish(anna, frequency="monthly", language="cs") == [
        "frequency monthly",
        "language cs",
    ]
    assert wish(anna, frequency="monthly", language="cs") == []
    assert wish(anna, frequency="hourly", language="xx") == []
    anna.refresh_from_db()
    assert (anna.language, anna.updated_at) == ("cs", NOON)
    assert anna.mail_preference.frequency == "monthly"


def test_a_pause_lasts_thirty_days_and_ends_when_told(anna) -> None:
    change = pause(actor=None, customer=anna, source="preferences", now=NOON)

    assert anna.mail_preference.paused_until == NOON + 30 * DAY
    assert change.value == "2026-12-21T12:00+00:00"
    assert not may(anna)["marketing"]
    assert resume(actor=None, customer=anna, source="preferences", now=NOON)
    assert resume(actor=None, customer=anna, source="preferences", now=NOON) is None
    assert may(anna)["marketing"]


def test_the_timeline_tells_it_all(anna) -> None:
    pause(actor=None, customer=anna, source="preferences", now=NOON - DAY)
    wish(anna, frequency="weekly", language="cs")
    change = leave(anna, source="one_click")
    take_back(change=change, source="link", now=NOON + DAY)

    page = read_page(customer=anna, user=UserFactory(), kind="consents", limit=50)

    told = [(e.title, e.text, e.meta) for e in page.entries if e.source == "wishes"]
    assert told == [
        ("Unsubscribing taken back", "Newsletter", "Unsubscribe link"),
        ("Unsubscribed", "Newsletter", "Unsubscribe button of the mail program"),
        ("Language changed", "Czech", "Preference page"),
        ("Frequency changed", "At most once a week", "Preference page"),
        ("Mails paused", "until 20 December 2026", "Preference page"),
    ]

"""Many workers look at one member at once on PostgreSQL: each repetition is rewarded once."""

from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection

from loyalty.models import Account, BadgeHolding, ChallengeFinish, Operation
from loyalty.services.badges import add_badge
from loyalty.services.challenges import add_challenge
from loyalty.services.finishing import look_at_challenges
from tests.factories.customers import CustomerFactory
from tests.loyalty.bank import differences, programme, utc
from tests.loyalty.services.test_challenges import values
from tests.loyalty.services.test_races import at_once
from tests.loyalty.services.test_tiers import buy, refund

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL"),
    pytest.mark.django_db(transaction=True),
]
NOW = utc("2027-06-03T12:00")


@pytest.fixture
def anna():
    with time_machine.travel(utc("2028-01-01T00:00"), tick=True):
        yield CustomerFactory()


def test_workers_that_finish_the_same_at_once_reward_it_once(anna):
    monthly = {"target": 2, "repeats": "month", "last_day": None}
    badge = add_badge(actor=None, name="Cup", icon="trophy")
    began = utc("2027-05-01T08:00")
    add_challenge(
        actor=None, programme=programme(), values=values(badge=badge, **monthly), now=began
    )
    days = ("2027-05-30", "2027-05-31", "2027-06-01", "2027-06-02")
    bought = [buy(anna, day, 1_000, f"{day}T10:00") for day in days]

    def look():
        look_at_challenges(customers=[anna.pk], now=NOW)
        return SimpleNamespace(replayed=False)

    assert at_once(*[look] * 20) == {"done": 20}
    assert (ChallengeFinish.objects.count(), BadgeHolding.objects.count()) == (2, 1)
    assert Operation.objects.filter(kind="challenge").count() == 2
    assert Account.objects.get().pending == 100

    refund(bought[0], 1_000, "2027-06-03T11:00")
    assert at_once(*[look] * 20) == {"done": 20}
    assert Operation.objects.filter(kind="challenge_back").count() == 1
    assert Account.objects.get().pending == 50
    assert differences() == []

"""Segments by events, rewards, friends and dates of points and tiers: exact people."""

from datetime import date, timedelta

import pytest
import time_machine

from core.services.shop import get_shop
from customers.rules.segment_language import Condition, Group, Join
from customers.segments import context_of, people_in
from loyalty.models import Reward, RewardClaim, TierStanding
from loyalty.rules.earning import RuleKind
from loyalty.services import referrals
from loyalty.services.claiming import claim_reward
from loyalty.services.earning_rules import add_rule
from loyalty.services.rewarding import reward_event
from tests.factories.customers import CustomerFactory
from tests.factories.tiers import ladder_with
from tests.loyalty.bank import Bank, programme, utc
from tests.loyalty.services.test_referrals import buys, came

pytestmark = pytest.mark.django_db
NOW = utc("2026-11-22T12:00")


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def people():
    """Anna, Ola and Bare, who has done nothing."""
    programme()
    names = ("Anna", "Ola", "Bare")
    return {name: CustomerFactory(first_name=name) for name in names}


def found(field, operator, value=None, now=NOW):
    tree = Group(Join.ALL, (Condition(field, operator, value),))
    return {one.first_name for one in people_in(tree, context_of(get_shop(), now))}


EVERYBODY = {"Anna", "Ola", "Bare"}


def test_points_that_expire(people):
    Bank(people["Anna"]).adjust(100, NOW)
    Bank(people["Ola"], expiry="never").adjust(100, NOW)

    # Anna's hold through 22 November 2027 in Warsaw.
    last = date(2027, 11, 22)
    assert found("points_expire", "on", last) == {"Anna"}
    assert found("points_expire", "on", last + timedelta(days=1)) == set()
    assert found("points_expire", "in_next", 365) == {"Anna"}
    assert found("points_expire", "in_next", 364) == set()
    assert found("points_expire", "filled") == {"Anna"}
    Bank(people["Anna"]).redeem(100, NOW)
    assert found("points_expire", "filled") == set()


def test_friends_who_were_brought(people):
    referrals.change_scheme(actor=None, values={"is_open": True, "monthly_cap": 1}, version=1)
    friends = [CustomerFactory(first_name="Friend") for _each in range(3)]
    for friend in friends:
        came(friend, people["Anna"], NOW)
    for friend in friends[:2]:
        buys(friend, 12_000, at=NOW)
    referrals.reward_due(NOW)

    assert found("friends_brought", "equals", 2) == {"Anna"}
    assert found("friends_brought", "at_least", 3) == set()
    assert found("friends_brought", "less", 1) == {"Ola", "Bare", "Friend"}
    assert found("came_by_friend", "is", True) == {"Friend"}
    assert found("came_by_friend", "is", False) == EVERYBODY


def test_rewards_that_were_redeemed(people, cast):
    mug, tea = (
        Reward.objects.create(programme=programme(), names={"en": name}, cost=50, created_at=NOW)
        for name in ("Mug", "Tea")
    )
    for name, rewards in (("Anna", [mug, mug, tea]), ("Ola", [tea])):
        Bank(people[name]).adjust(500, NOW)
        for reward in rewards:
            claim_reward(actor=cast["support"], customer=people[name], reward=reward, now=NOW)
    RewardClaim.objects.filter(account__customer=people["Ola"]).update(state="cancelled")

    assert found("rewards_redeemed", "equals", 3) == {"Anna"}
    assert found("rewards_redeemed", "equals", 0) == {"Ola", "Bare"}
    assert found("rewards_redeemed", "between", (0, 2)) == {"Ola", "Bare"}
    assert found("reward_redeemed", "any_of", (str(tea.pk),)) == {"Anna"}
    assert found("reward_redeemed", "none_of", (str(mug.pk),)) == {"Ola", "Bare"}
    assert found("reward_redeemed", "filled") == {"Anna"}


def test_events_that_were_rewarded(people):
    for event in ("birthday", "visit"):
        says = {"event": event, "units": 5}
        add_rule(actor=None, programme=programme(), kind=RuleKind.EVENT, says=says, now=NOW)
    for name, event, days in (("Anna", "birthday", 0), ("Anna", "visit", 2), ("Ola", "visit", 9)):
        when = NOW + timedelta(days=days)
        reward_event(customer=people[name], event=event, key=f"{name}{days}", now=when)
    now = NOW + timedelta(days=10)

    assert found("rewarded_for", "any_of", ("birthday",)) == {"Anna"}
    assert found("rewarded_for", "any_of", ("birthday", "visit")) == {"Anna", "Ola"}
    assert found("rewarded_for", "none_of", ("birthday",)) == {"Ola", "Bare"}
    assert found("rewarded_for", "empty") == {"Bare"}
    assert found("last_visit_points", "in_last", 5, now) == {"Ola"}
    assert found("last_visit_points", "more_than_ago", 5, now) == {"Anna"}
    assert found("last_birthday_points", "on", NOW.date(), now) == {"Anna"}
    assert found("last_signup_points", "empty", None, now) == EVERYBODY


def test_since_when_and_until_when_a_tier_is_held(people, cast):
    ladder_with(people["Anna"], cast["manager"], NOW)
    since = people["Anna"].tier_standing.since.date()
    assert found("tier_since", "on", since) == {"Anna"}
    assert found("tier_since", "empty") == {"Ola", "Bare"}


def test_a_tiers_last_day_is_the_one_that_people_are_told(people):
    TierStanding.objects.create(
        customer=people["Anna"],
        key="gold",
        rank=1,
        since=NOW,
        ends_at=utc("2027-08-31T22:00"),
        looked_at=NOW,
    )
    assert found("tier_ends", "on", date(2027, 8, 31)) == {"Anna"}
    assert found("tier_ends", "after", date(2027, 8, 31)) == set()

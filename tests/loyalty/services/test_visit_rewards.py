"""Visits that staff log, and friends who were kept: each rewarded once, when nothing undoes it."""

from datetime import timedelta

import pytest
import time_machine

from accounts.models import Role
from customers.services.interactions import Said, log_interaction, undo_interaction
from loyalty.models import EventReward, Operation
from loyalty.rules.earning import RuleKind
from loyalty.services import referrals
from loyalty.services.earning_rules import add_rule
from loyalty.services.friend_rewards import reward_friends
from loyalty.services.visit_rewards import reward_visits
from tests.factories.accounts import UserFactory
from tests.factories.customers import CustomerFactory
from tests.loyalty.bank import later, programme, utc
from tests.loyalty.services.test_referrals import buys, came, refund

NOW = "2026-12-05T12:00"


@pytest.fixture(autouse=True)
def _noon(db):
    with time_machine.travel(utc(NOW), tick=False):
        yield


@pytest.fixture
def clerk():
    return UserFactory(role=Role.SUPPORT)


def rule(event, **says):
    says = {"event": event, "units": 20, **says}
    add_rule(
        actor=None, programme=programme(), kind=RuleKind.EVENT, says=says, now=utc("2026-12-01")
    )


def visit(clerk, customer, at, channel="visit"):
    said = Said(channel=channel, occurred_at=utc(at), text="Looked round")
    return log_interaction(actor=clerk, now=utc(NOW), customer=customer, said=said)


def after(**by):
    return later(NOW, **by)


def test_a_visit_is_rewarded_once_a_day_when_it_stands(clerk):
    rule("visit")
    anna = CustomerFactory()
    # 23:30 UTC is the fifth in Warsaw already.
    for at in ("2026-12-04T10:00", "2026-12-04T23:30", "2026-12-05T11:00"):
        visit(clerk, anna, at)
    visit(clerk, anna, "2026-12-03T10:00", channel="call")

    assert reward_visits(after(minutes=9)) == 0, "it may still be taken back"
    assert [reward_visits(after(minutes=10)), reward_visits(after(minutes=11))] == [2, 0]

    keys = Operation.objects.order_by("key").values_list("key", flat=True)
    assert list(keys) == [f"event:visit:{anna.pk}:2026-12-0{day}" for day in (4, 5)]


def test_what_was_taken_back_or_is_long_past_brings_nothing(clerk):
    rule("visit")
    slip = visit(clerk, CustomerFactory(), "2026-12-05T11:00")
    undo_interaction(actor=clerk, now=utc(NOW), interaction=slip)
    visit(clerk, CustomerFactory(), "2026-12-02T11:59")

    assert reward_visits(after(minutes=10)) == 0
    assert not Operation.objects.exists()


def test_without_a_rule_nobody_looks(clerk, django_assert_max_num_queries):
    visit(clerk, CustomerFactory(), "2026-12-05T11:00")
    programme()
    with django_assert_max_num_queries(3):
        assert reward_visits(after(minutes=10)) == 0


def test_a_friend_counts_once_the_order_is_surely_kept():
    rule("referral")
    referrals.change_scheme(actor=None, values={"is_open": True}, version=1)
    anna, ola, iza = (CustomerFactory() for _each in range(3))
    for friend in (ola, iza):
        came(friend, anna, utc(NOW))
    buys(ola, 12_000, at=utc(NOW))
    gone = buys(iza, 12_000, at=utc(NOW))
    assert referrals.reward_due(utc(NOW)) == 2
    refund(gone, 12_000)
    referrals.reward_due(after(days=1))

    # Fourteen full local days: through the end of 19 December in Warsaw.
    assert reward_friends(utc("2026-12-19T22:59")) == 0
    assert reward_friends(utc("2026-12-19T23:00")) == 1
    assert reward_friends(utc("2026-12-19T23:00") + timedelta(days=1)) == 0

    reward = EventReward.objects.get()
    assert (reward.account.customer, reward.operation.result["units"]) == (anna, 20)

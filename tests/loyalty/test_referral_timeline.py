"""Friends on the timelines of both, and how their points are called."""

from datetime import timedelta

import pytest

from customers.timeline import read_page
from loyalty.models import Referral
from loyalty.services import referrals
from tests.factories.customers import CustomerFactory
from tests.loyalty.bank import programme
from tests.loyalty.coupons import NOON
from tests.loyalty.services.test_referrals import buys, came, refund

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    programme()
    referrals.change_scheme(actor=None, values={"is_open": True}, version=1)
    anna = CustomerFactory(first_name="Anna", last_name="Nowak")
    friend = CustomerFactory(first_name="Ola", last_name="Lis")
    came(friend, anna)
    return anna, friend


def titles(customer, cast, kind="referrals"):
    page = read_page(customer=customer, user=cast["support"], kind=kind)
    return [entry.title for entry in page.entries]


def test_noted_rewarded_and_taken_back(pair, cast):
    anna, friend = pair
    assert titles(anna, cast) == ["Brought a friend: Ola Lis", "Got a code to bring friends"]
    order = buys(friend, 12_000, at=NOON + timedelta(hours=1))
    referrals.reward_due(NOON + timedelta(hours=2))
    assert titles(anna, cast)[0] == "Referral rewarded (Ola Lis)"
    assert titles(friend, cast) == ["Referral rewarded (Anna Nowak)", "Came by Anna Nowak"]
    points = read_page(customer=anna, user=cast["support"], kind="points").entries
    assert [(entry.title, entry.meta) for entry in points] == [
        ("Earned 200 points", "for a friend who was brought")
    ]

    refund(order, 12_000)
    referrals.reward_due(NOON + timedelta(hours=3))
    assert titles(anna, cast)[0] == "Not rewarded: the order went back (Ola Lis)"


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("capped", "Not rewarded: above the month's limit (Ola Lis)"),
        ("declined", "Not rewarded: declined (Ola Lis)"),
    ],
)
def test_why_nothing_came_of_it(pair, cast, state, says):
    Referral.objects.update(state=state, ended_at=NOON + timedelta(hours=1))
    assert titles(pair[0], cast)[0] == says


def test_who_was_erased_has_no_name(pair, cast):
    Referral.objects.update(referrer=None)
    assert titles(pair[1], cast) == ["Came by somebody who was erased"]


def test_tiers_and_badges_have_their_own_chip(pair, cast, sign_in):
    page = sign_in("support").get(f"/customers/{pair[0].pk}/")
    labels = [str(chip["label"]) for chip in page.context["chips"]]
    assert {"Points", "Tiers and badges", "Referrals"} <= set(labels)

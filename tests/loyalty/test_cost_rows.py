"""What rewards and coupons cost, on the page of costs."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from loyalty.coupon_money import brought_by
from loyalty.rules.earning import BasketLine, RuleKind
from loyalty.services.claiming import claim_reward
from loyalty.services.earning_rules import add_rule
from tests.factories.customers import CustomerFactory, PurchaseFactory
from tests.factories.loyalty import RewardFactory
from tests.loyalty import coupons
from tests.loyalty.coupons import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


def shown(sign_in):
    sources = sign_in("manager").get(reverse("loyalty:cost")).context["sources"]
    return {
        str(label): [(row.label, row.times, row.cost_minor, row.brought_minor) for row in rows]
        for label, rows in sources
    }


def test_rules_cost_what_they_added(sign_in, member):
    says = {"times_percent": 200, "category": "Bowls"}
    add_rule(
        actor=member.manager,
        programme=member.programme,
        kind=RuleKind.MULTIPLIER,
        says=says,
        now=NOON,
    )
    bowls = [BasketLine(10_000, "Bowls"), BasketLine(5_000, "Mugs")]
    member.earn("A", 15_000, NOON, lines=bowls)
    member.earn("B", 5_000, NOON, lines=bowls[1:])
    member.refund("A", 3_000, NOON)

    [(label, times, cost, brought)] = shown(sign_in)["Rules"]
    assert "Bowls" in label
    assert (times, cost, brought) == (1, 100, 12_000)


def test_used_codes_cost_what_they_took_off(sign_in):
    ten, five = coupons.campaign(), coupons.sum_off(500, name="Five off")
    first, second = coupons.codes(ten, 2)
    coupons.use(first, order="A")
    coupons.use(second, order="B", ask=coupons.asking(20_000))
    held = coupons.use(*coupons.codes(five), order="C")
    coupons.undo(held.uses[0])

    assert shown(sign_in)["Coupons"] == [("Autumn", 2, 3_000, 27_000)]


@pytest.mark.parametrize(
    ("refunded", "counts", "brought"),
    [(0, True, 9_000), (3_000, True, 6_000), (3_001, True, 5_999), (9_000, False, 0)],
)
def test_a_refund_lowers_what_a_coupon_brought(sign_in, refunded, counts, brought):
    anna, somebody = CustomerFactory(), CustomerFactory()
    of = coupons.campaign()
    first, second = coupons.codes(of, 2)
    coupons.use(first, order="7", ask=coupons.asking(customer=anna))
    coupons.use(second, order="8")
    money = {"gross_minor": 9_000, "refunded_minor": refunded, "counts": counts}
    PurchaseFactory(customer=anna, number="7", **money)
    PurchaseFactory(customer=somebody, number="7", source="web", gross_minor=9_000, counts=False)

    assert shown(sign_in)["Coupons"] == [("Autumn", 2, 2_000, brought + 9_000)]
    assert brought_by([of.pk]) == {of.pk: brought + 9_000}
    [row] = sign_in("manager").get(reverse("loyalty:coupons")).context["rows"]
    assert row.brought_minor == brought + 9_000


def test_claimed_rewards_cost_the_worth_of_their_points(sign_in, member):
    member.earn("A", 50_000, NOON - timedelta(days=60))
    mug, bag = RewardFactory(), RewardFactory(names={"en": "A bag"}, cost=150)
    for number, reward in enumerate((mug, mug, bag)):
        claim_reward(
            actor=None, customer=member.customer, reward=reward, now=NOON, key=f"k{number}"
        )

    assert shown(sign_in)["Rewards"] == [("A mug", 2, 200, None), ("A bag", 1, 150, None)]

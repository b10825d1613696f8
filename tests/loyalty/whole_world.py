"""Two members with everything that can be derived, and what hangs on their acts."""

from datetime import date

from customers.models import Purchase
from loyalty.models import Reward
from loyalty.rules.earning import RuleKind
from loyalty.rules.periods import Period
from loyalty.services import (
    claiming,
    earning_rules,
    members,
    referrals,
    rewarding,
    summing,
    tendering,
)
from loyalty.services.challenges import add_challenge
from loyalty.services.rewards import RewardTerms, save_reward
from loyalty.services.tier_schemes import Rung, TierTerms, change_tiers
from tests.factories.customers import CustomerFactory, PurchaseFactory
from tests.loyalty import coupons
from tests.loyalty.bank import Bank, settle, utc

BEGAN, NOON = "2026-01-01T12:00", "2027-02-10T12:00"


def two_members():
    """Lots of all states, holds of all ends, an award that was clawed and lapsed in part, and
    debt."""
    first, second = Bank(), Bank()
    first.earn("A", 10_000, "2026-01-01T12:00")
    first.redeem(40, "2026-02-01T12:00")
    first.earn("B", 9_000, "2026-12-01T12:00")
    first.refund("A", 5_000, "2027-01-02T12:00")  # 60 had lapsed
    for order in ("captured", "cancelled", "expired", "open"):
        hold = first.reserve(10, "2027-01-03T12:00", order=order).operation.hold
        if order == "captured":
            first.capture(hold, "2027-01-03T12:10", units=7)
        if order == "cancelled":
            first.cancel(hold, "2027-01-03T12:10")
        if order == "expired":
            first.redeem(1, "2027-01-03T12:30")
    first.reserve(10, "2027-01-03T12:40", order="still open")
    first.earn("C", 3_000, "2027-01-03T12:41")
    second.earn("D", 5_000, "2027-01-03T12:00")
    second.adjust(20, "2027-01-04T12:00")
    second.redeem(20, "2027-01-04T12:00")
    second.refund("D", 5_000, "2027-01-20T12:00")
    return first, second


def whole_world():
    """The same with claims, caps, events, a challenge, tiers, a friend and a roll-up."""
    first, second = two_members()
    _claims(first)
    _rules(first)
    _challenge_and_tiers(first)
    _friend(first)
    _coupons(first)
    _tender(second)
    settle("2027-02-20T12:00")
    for at in ("2027-02-20T12:00", "2027-02-20T14:00"):
        summing.sum_transfers(utc(at))
    return first, second


def _claims(member):
    terms = RewardTerms(
        names={"en": "A mug"},
        descriptions={},
        cost=5,
        stock=9,
        seen_stock=None,
        limit_each=None,
        limit_period=Period.EVER,
        segment=None,
        starts_on=None,
        ends_on=None,
    )
    words = {"actor": member.manager, "now": utc(NOON)}
    mug = save_reward(programme=member.programme, reward=None, terms=terms, **words)
    for _each in range(3):
        claim = claiming.claim_reward(customer=member.customer, reward=mug, **words).operation.claim
    claiming.cancel_claim(claim=claim, **words)
    assert Reward.objects.get().stock == 7


def _rules(member):
    words = {"actor": None, "programme": member.programme, "now": utc(NOON)}
    cap = {"units": 30, "period": "month"}
    visit = {"event": "visit", "units": 4, "period": "month", "most_times": 2}
    earning_rules.add_rule(kind=RuleKind.MULTIPLIER, says={"times_percent": 200}, **words)
    earning_rules.add_rule(kind=RuleKind.CAP, says=cap, **words)
    earning_rules.add_rule(kind=RuleKind.EVENT, says=visit, **words)
    for order in ("E", "F"):
        member.earn(order, 1_000, NOON)
    for number in range(3):
        event = {"event": "visit", "key": f"{member.customer.pk}:{number}"}
        rewarding.reward_event(customer=member.customer, now=utc(NOON), **event)


def _challenge_and_tiers(member):
    first = {"first_day": date(2027, 2, 10), "last_day": date(2027, 2, 28), "badge": None}
    facts = {"kind": "count", "target": 1, "every": "week", "category": "", "points": 6}
    values = {"name": "Once", **first, **facts}
    add_challenge(actor=None, programme=member.programme, values=values, now=utc(NOON))
    change_tiers(
        actor=None,
        programme=member.programme,
        terms=TierTerms(),
        rungs=[Rung("silver", "Silver", 50_000), Rung("gold", "Gold", 200_000)],
        version=0,
        now=utc(BEGAN),
    )
    for minor, at in ((60_000, "2027-02-10T13:00"), (150_000, "2027-02-11T13:00")):
        PurchaseFactory(customer=member.customer, gross_minor=minor, occurred_at=utc(at))
        members.look_at_tiers(customers=[member.customer.pk], now=utc(at))
        members.look_at_challenges(customers=[member.customer.pk], now=utc(at))


def _tender(member):
    """A part of a purchase paid with points, of which a part came back."""
    member.adjust(200, NOON)
    member.programme.pays = True
    bought = {"customer": member.customer, "gross_minor": 10_000, "occurred_at": utc(NOON)}
    purchase = PurchaseFactory(**bought)
    paid = {"purchase": purchase, "programme": member.programme, "amount_minor": 20}
    tendering.pay_part(actor=None, now=utc(NOON), **paid)
    Purchase.objects.filter(pk=purchase.pk).update(refunded_minor=5_000)
    tendering.settle_tenders(purchase_id=purchase.pk, now=utc(NOON))


def _coupons(member):
    """One code used, one reserved, of a campaign with limits and money."""
    limits = {"customer_limit": 5, "total_limit": 5, "total_per": "month", "budget_minor": 9_000}
    codes = coupons.codes(coupons.campaign(**limits), 2)
    ask = coupons.asking(customer=member.customer)
    coupons.use(codes[0], ask=ask)
    coupons.reserve(codes[1], order="O-2", ask=ask)


def _friend(member):
    referrals.change_scheme(actor=None, values={"is_open": True}, version=1)
    now, friend = utc("2027-02-11T14:00"), CustomerFactory()
    code = referrals.referral_code(actor=None, customer=member.customer, now=now).code
    referrals.note_referral(actor=None, referee=friend, typed=code, now=now)
    PurchaseFactory(customer=friend, gross_minor=20_000, occurred_at=now)
    assert referrals.reward_due(now) == 1

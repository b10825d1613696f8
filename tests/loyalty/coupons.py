"""Coupons as tests use them: made and used by the services; sums are in minor units."""

from datetime import UTC, datetime, timedelta

from loyalty.coupon_checks import Asking
from loyalty.coupon_errors import CouponRefused
from loyalty.models import CouponCode
from loyalty.rules.discounts import Basket, Line
from loyalty.services import coupon_campaigns, coupon_codes, coupon_uses

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def campaign(**values):
    """10 % off the whole order, from yesterday on, unless said otherwise."""
    terms = {
        "name": "Autumn",
        "kind": "percent",
        "rate": 1_000,
        "starts_at": NOON - timedelta(days=1),
    }
    return coupon_campaigns.make_campaign(actor=None, values=terms | values, now=NOON)


def sum_off(minor, **values):
    return campaign(kind="value", rate=0, value_minor=minor, **values)


def codes(of, number=1):
    """New codes of the campaign."""
    coupon_codes.mint(actor=None, campaign=of, number=number, batch="", now=NOON)
    made = CouponCode.objects.filter(campaign=of).order_by("-pk")[:number]
    return [code.code for code in reversed(made)]


def word(of, text="WELCOME", limit=None):
    return coupon_codes.add_word(actor=None, campaign=of, word=text, limit=limit, now=NOON).code


def given(of, customer, now=NOON, key=""):
    return coupon_codes.give(actor=None, campaign=of, customer=customer, now=now, key=key)


def basket(*amounts, delivery=0, names=()):
    return Basket(tuple(Line(amount, frozenset(names)) for amount in amounts), delivery)


def asking(*amounts, customer=None, now=NOON, currency="PLN", **more):
    whole = basket(*amounts or (10_000,), **more)
    return Asking(customer=customer, basket=whole, currency=currency, now=now)


def reserve(*typed, order="O-1", ask=None, **more):
    ask = ask or asking()
    return coupon_uses.reserve(actor=None, typed=typed, order=order, asking=ask, **more)


def use(*typed, order="O-1", ask=None):
    return coupon_uses.use_now(actor=None, typed=typed, order=order, asking=ask or asking())


def capture(uses, now=NOON):
    return coupon_uses.capture(actor=None, uses=uses, now=now)


def release(uses, now=NOON):
    return coupon_uses.release(actor=None, uses=uses, now=now)


def undo(one, now=NOON):
    return coupon_uses.undo_use(actor=None, use=one, now=now)


def attempt(act):
    """What one attempt came to: done, replayed or the refusal's code. Nothing else may happen."""
    try:
        return "replayed" if act().replayed else "done"
    except CouponRefused as refusal:
        return str(refusal.code)

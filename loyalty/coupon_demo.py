"""The demo shop's coupons: three campaigns, codes in customers' hands, some used at the till."""

import random
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from core.clock import local_date, start_of_day
from core.demo import DemoPart
from core.money import minor_digits
from core.services.shop import get_shop
from customers.models import Customer
from loyalty.coupon_checks import Asking
from loyalty.models import CouponCampaign, CouponKind
from loyalty.rules.discounts import Basket, Line
from loyalty.services.coupon_campaigns import make_campaign
from loyalty.services.coupon_codes import add_word, give, mint
from loyalty.services.coupon_uses import reserve, use_now

DAYS, GIVEN, LEAFLETS = 35, 30, 200


@transaction.atomic
def make_coupons(chance: random.Random, now: datetime) -> None:
    """A welcome for everybody, a leaflet, an apology in the hands of some; uses of five weeks."""
    marketer = User.objects.get(username="marketer")
    welcome, leaflet, sorry = _campaigns(marketer, now)
    begun = now - timedelta(days=DAYS)
    word = add_word(actor=marketer, campaign=welcome, word="WELCOME10", limit=None, now=begun)
    mint(actor=marketer, campaign=leaflet, number=LEAFLETS, batch="Leaflet", now=begun)
    people = list(Customer.objects.order_by("pk")[: GIVEN * 3])
    chance.shuffle(people)
    leaflets = [code.code for code in leaflet.codes.order_by("pk")[:GIVEN]]
    gifts = []
    for number, person in enumerate(people[:GIVEN]):
        at = begun + timedelta(hours=chance.randrange(DAYS * 18))
        gifts.append((person, give(actor=marketer, campaign=sorry, customer=person, now=at).code))
        if number % 2:
            _use(chance, [word.code], f"web-{number}", person, now)
    for number, code in enumerate(leaflets[:18]):
        _use(chance, [code], f"leaflet-{number}", people[GIVEN + number], now)
    for number, (person, code) in enumerate(gifts[:14]):
        _use(chance, [code], f"sorry-{number}", person, now)
    _hold(gifts[-1], now)


def _campaigns(marketer: User, now: datetime) -> list[CouponCampaign]:
    shop = get_shop()
    unit = 10 ** minor_digits(shop.currency)
    today = local_date(now, shop.zone)
    terms = {"starts_at": start_of_day(today - timedelta(days=DAYS + 1), shop.zone)}
    percent = {"name": "Welcome", "kind": CouponKind.PERCENT, "rate": 1_000, "customer_limit": 1}
    value = {
        "name": "Autumn leaflet",
        "kind": CouponKind.VALUE,
        "value_minor": 20 * unit,
        "minimum_minor": 100 * unit,
        "budget_minor": 3_000 * unit,
        "ends_at": start_of_day(today + timedelta(days=30), shop.zone),
    }
    gift = {
        "name": "We are sorry",
        "kind": CouponKind.GIFT,
        "gift": "a mug",
        "value_minor": 15 * unit,
        "given_days": 60,
        "together": 2,
    }
    return [
        make_campaign(actor=marketer, values=terms | values, now=now)
        for values in (percent, value, gift)
    ]


def _basket(chance: random.Random) -> Basket:
    return Basket((Line(chance.randrange(11_000, 42_000, 90)),))


def _use(
    chance: random.Random, typed: list[str], order: str, person: Customer, now: datetime
) -> None:
    at = now - timedelta(hours=chance.randrange(1, 24 * 9))
    asking = Asking(customer=person, basket=_basket(chance), currency=get_shop().currency, now=at)
    clerk = User.objects.get(username="support")
    use_now(actor=clerk, typed=typed, order=order, asking=asking)


def _hold(given: tuple[Customer, str], now: datetime) -> None:
    person, code = given
    asking = Asking(
        customer=person, basket=Basket((Line(9_900),)), currency=get_shop().currency, now=now
    )
    reserve(actor=None, typed=[code], order="web-cart", asking=asking, time=timedelta(days=7))


_FILLED = ("CouponCampaign", "CouponTally", "CouponCode", "CouponUse", "CouponCounter")
PART = DemoPart(make_coupons, frozenset(f"loyalty.{name}" for name in _FILLED), order=51)

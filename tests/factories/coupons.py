"""Coupons, made by the services."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from customers.models import Customer
from loyalty.coupon_checks import Asking
from loyalty.rules.discounts import Basket, Line
from loyalty.services.coupon_campaigns import make_campaign
from loyalty.services.coupon_codes import add_word, give, mint
from loyalty.services.coupon_uses import use_now


def coupons_of(customer: Customer, clerk: User, now: datetime) -> dict[str, Any]:
    """10 % off by a public word, by codes of a batch and by one of the customer's own; a use of
    the word."""
    begun = now - timedelta(days=1)
    values = {"name": "Ten less", "kind": "percent", "rate": 1_000, "starts_at": begun}
    campaign = make_campaign(actor=clerk, values=values, now=now)
    add_word(actor=clerk, campaign=campaign, word="WELCOME10", limit=None, now=now)
    mint(actor=clerk, campaign=campaign, number=3, batch="Leaflet", now=now)
    own = give(actor=clerk, campaign=campaign, customer=customer, now=now)
    bought = Basket((Line(12_000),))
    asking = Asking(customer=customer, basket=bought, currency=campaign.currency, now=now)
    held = use_now(actor=clerk, typed=["welcome10"], order="R-17", asking=asking)
    return {"coupon": campaign, "coupon_code": own, "coupon_use": held.uses[0]}

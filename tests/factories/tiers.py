"""Tiers, made by the services."""

from datetime import datetime, timedelta

from accounts.models import User
from customers.models import Customer
from loyalty.models import TierGift
from loyalty.services.programmes import get_programme
from loyalty.services.tier_gifts import give_tier
from loyalty.services.tier_schemes import Rung, TierTerms, change_tiers
from loyalty.services.tiers import rebuild_tiers


def ladder_with(customer: Customer, manager: User, now: datetime) -> TierGift:
    """Silver from 500.00 and Gold from 2,000.00 for a year; Gold given to the customer by hand, for
    another three weeks."""
    change_tiers(
        actor=manager,
        programme=get_programme(),
        terms=TierTerms(),
        rungs=[
            Rung("silver", "Silver", 50_000, "Parcels at no charge"),
            Rung("gold", "Gold", 200_000),
        ],
        version=0,
        now=now - timedelta(days=365),
    )
    rebuild_tiers(now=now)
    return give_tier(
        actor=manager,
        customer=customer,
        key="gold",
        last_day=(now + timedelta(days=20)).date(),
        reason="A parcel was lost twice",
        now=now,
    )

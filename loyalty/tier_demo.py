"""The demo shop's tiers: three of them, since its programme began; one given by hand."""

import random
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from core.demo import DemoPart
from loyalty.models import TierStanding, one_major_unit
from loyalty.services.programmes import get_programme
from loyalty.services.tier_gifts import give_tier
from loyalty.services.tier_schemes import Rung, TierTerms, change_tiers
from loyalty.services.tiers import rebuild_tiers

LADDER = (
    ("bronze", "Bronze", 200, "A coffee on your birthday"),
    ("silver", "Silver", 600, "Free delivery"),
    ("gold", "Gold", 1_500, "Free delivery, and first to see what is new"),
)


@transaction.atomic
def make_tiers(_chance: random.Random, now: datetime) -> None:
    """Set the ladder up, place everybody on it, and make up for a parcel that got lost."""
    programme = get_programme()
    unit = one_major_unit(programme.currency)
    change_tiers(
        actor=User.objects.get(username="manager"),
        programme=programme,
        terms=TierTerms(),
        rungs=[Rung(key, name, much * unit, perks) for key, name, much, perks in LADDER],
        version=0,
        now=programme.started_at,
    )
    rebuild_tiers(now=now)
    someone = TierStanding.objects.filter(key="bronze").select_related("customer").first()
    if someone:
        give_tier(
            actor=User.objects.get(username="manager"),
            customer=someone.customer,
            key="gold",
            last_day=date(now.year + 1, 6, 30),
            reason="Her parcel was lost twice",
            now=now,
        )


PART = DemoPart(
    make_tiers,
    frozenset(
        f"loyalty.{name}"
        for name in ("TierScheme", "Tier", "TierGift", "TierStanding", "TierChange")
    ),
    order=55,
)

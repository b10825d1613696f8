"""The demo shop's referrals: some friends came; one waits to be looked at."""

import random
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from core.demo import DemoPart
from customers.models import Customer, Purchase
from loyalty.models import Referral, ReferralState
from loyalty.services.referrals import change_scheme, get_scheme, note_referral, referral_code

FRIENDS = 3


@transaction.atomic
def make_referrals(chance: random.Random, now: datetime) -> None:
    """Friends who have not bought yet, brought by customers who have."""
    marketer = User.objects.get(username="marketer")
    change_scheme(actor=marketer, values={"is_open": True}, version=get_scheme().version)
    bought = Purchase.objects.filter(counts=True).exclude(customer=None).values("customer")
    new = list(Customer.objects.exclude(pk__in=bought).order_by("pk")[: FRIENDS + 1])
    old = list(Customer.objects.filter(pk__in=bought).order_by("pk")[: len(new)])
    for number, (friend, owner) in enumerate(zip(new, old, strict=False)):
        at = now - timedelta(days=chance.randrange(1, 9))
        code = referral_code(actor=marketer, customer=owner, now=at).code
        made = note_referral(actor=marketer, referee=friend, typed=code, now=at)
        if number == FRIENDS:
            Referral.objects.filter(pk=made.pk).update(state=ReferralState.FLAGGED)


_FILLED = ("ReferralScheme", "ReferralCode", "Referral")
PART = DemoPart(make_referrals, frozenset(f"loyalty.{name}" for name in _FILLED), order=53)

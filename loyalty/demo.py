"""The demo shop's members: its programme began some weeks ago, and some have spent points."""

import random
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from core.demo import DemoPart
from customers.models import Purchase
from loyalty.demo_rules import make_rules, make_visits
from loyalty.models import Account, Programme
from loyalty.services.adjusting import adjust
from loyalty.services.awarding import award_purchase
from loyalty.services.programmes import get_programme
from loyalty.services.redeeming import redeem, reserve

BEGAN_DAYS_AGO = 60
SPENDERS, ON_HOLD = 40, 3
REWARDS = ("A mug", "5 zł off", "A bag of coffee", "Free delivery")


@transaction.atomic
def make_members(chance: random.Random, now: datetime) -> None:
    """Award the purchases of the last weeks; let some members spend, one receive an apology."""
    programme = get_programme()
    begun = now - timedelta(days=BEGAN_DAYS_AGO)
    Programme.objects.filter(pk=programme.pk).update(started_at=begun)
    programme.started_at = begun
    make_rules(programme, begun)
    bought = Purchase.objects.filter(
        occurred_at__range=(begun, now), counts=True, currency=programme.currency
    )
    bought = bought.exclude(customer=None).select_related("customer")
    for purchase in bought.order_by("occurred_at", "pk"):
        award_purchase(purchase=purchase, programme=programme, now=purchase.occurred_at)
    make_visits(programme, now)
    _spend(chance, programme, now)


def _spend(chance: random.Random, programme: Programme, now: datetime) -> None:
    clerk = User.objects.get(username="support")
    rich = Account.objects.filter(programme=programme, available__gte=50).order_by("pk")
    people = list(rich.select_related("customer")[:SPENDERS])
    for place, account in enumerate(people):
        assert account.customer is not None
        if place < ON_HOLD:
            reserve(
                actor=clerk,
                customer=account.customer,
                programme=programme,
                units=50,
                order=f"web-{place + 1}",
                now=now,
                time=timedelta(days=7),
            )
        else:
            redeem(
                actor=clerk,
                customer=account.customer,
                programme=programme,
                units=chance.randrange(20, 51, 5),
                reason=chance.choice(REWARDS),
                now=now - timedelta(minutes=chance.randrange(600)),
            )
    if people and people[-1].customer:
        adjust(
            actor=User.objects.get(username="manager"),
            customer=people[-1].customer,
            programme=programme,
            units=100,
            reason="A broken bowl",
            now=now,
        )


_FILLED = (
    *(
        "Programme",
        "Account",
        "Operation",
        "OperationNote",
        "Lot",
        "Transfer",
        "Hold",
        "HoldPart",
        "Award",
    ),
    *("EarningRule", "RuleVersion", "RuleUse", "CapCount", "EventReward"),
)
PART = DemoPart(make_members, frozenset(f"loyalty.{name}" for name in _FILLED), order=50)

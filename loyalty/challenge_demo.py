"""The demo shop's challenges: three that run, with badges; one badge given by hand."""

import random
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from core.clock import local_date
from core.demo import DemoPart
from core.services.shop import get_shop
from customers.models import Customer
from loyalty.models import one_major_unit
from loyalty.services.badges import add_badge, give_badge
from loyalty.services.challenges import add_challenge
from loyalty.services.finishing import look_at_challenges
from loyalty.services.programmes import get_programme


@transaction.atomic
def make_challenges(_chance: random.Random, now: datetime) -> None:
    """Challenges that began some weeks ago, one of them monthly, and where everybody stands."""
    manager, programme = User.objects.get(username="manager"), get_programme()
    began = now - timedelta(days=20)
    day = local_date(began, get_shop().zone)
    cup = add_badge(actor=manager, name="Regular of the month", icon="trophy")
    heart = add_badge(actor=manager, name="Friend of the shop", icon="heart")
    usual = {
        "category": "",
        "every": "week",
        "repeats": "",
        "first_day": day,
        "last_day": day + timedelta(days=30),
    }
    three = {"name": "Three visits in a month", "kind": "count", "target": 3}
    much = {
        "name": "A full basket",
        "kind": "sum",
        "target": 300 * one_major_unit(programme.currency),
    }
    for values in (
        {**usual, **three, "points": 50, "badge": cup},
        {**usual, **much, "points": 100, "badge": None},
    ):
        add_challenge(actor=manager, programme=programme, values=values, now=began)
    early = now - timedelta(days=100)
    first_day = local_date(early, get_shop().zone)
    monthly = {"name": "Twice a month", "kind": "count", "target": 2, "repeats": "month"}
    days = {"first_day": first_day, "last_day": None}
    values = {**usual, **monthly, **days, "points": 20, "badge": None}
    add_challenge(actor=manager, programme=programme, values=values, now=early)
    bought = Customer.objects.filter(
        purchases__local_day__gte=first_day.toordinal(), purchases__counts=True
    )
    look_at_challenges(customers=bought.distinct().values_list("pk", flat=True), now=now)
    someone = bought.order_by("pk").first()
    if someone:
        give_badge(actor=manager, badge=heart, customer=someone, now=now - timedelta(days=2))


PART = DemoPart(
    make_challenges,
    frozenset(
        f"loyalty.{name}"
        for name in ("Badge", "BadgeHolding", "Challenge", "ChallengeProgress", "ChallengeFinish")
    ),
    order=56,
)

"""Challenges and badges, made by the services."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from customers.models import Customer
from loyalty.models import Challenge
from loyalty.services.badges import add_badge, give_badge
from loyalty.services.challenges import add_challenge
from loyalty.services.finishing import look_at_challenges
from loyalty.services.programmes import get_programme


def challenges_with(customer: Customer, manager: User, now: datetime) -> dict[str, Any]:
    """A challenge that runs, one to come, and a badge that the customer has."""
    badge = add_badge(actor=manager, name="Friend of the shop", icon="heart")
    usual = {
        "kind": "count",
        "every": "week",
        "repeats": "",
        "category": "",
        "points": 50,
        "badge": badge,
    }
    first = {
        "name": "Three visits",
        "target": 3,
        "first_day": now.date(),
        "last_day": now.date() + timedelta(days=30),
    }
    later = {
        "name": "Ten visits",
        "target": 10,
        "first_day": now.date() + timedelta(days=40),
        "last_day": now.date() + timedelta(days=70),
    }
    programme = get_programme()
    running, planned = [
        add_challenge(actor=manager, programme=programme, values={**usual, **one}, now=now)
        for one in (first, later)
    ]
    look_at_challenges(customers=[customer.pk], now=now)
    give_badge(actor=manager, badge=badge, customer=customer, now=now)
    return {"badge": badge, "running": running, "challenge": planned}


def monthly_one(customer: Customer, manager: User, now: datetime) -> Challenge:
    """A challenge that comes again each month without an end, begun two months ago."""
    early = now - timedelta(days=60)
    made = add_challenge(
        actor=manager,
        programme=get_programme(),
        values={
            "name": "Twice a month",
            "kind": "count",
            "target": 2,
            "every": "week",
            "repeats": "month",
            "category": "",
            "first_day": early.date(),
            "last_day": None,
            "points": 20,
            "badge": None,
        },
        now=early,
    )
    look_at_challenges(customers=[customer.pk], now=now)
    return made

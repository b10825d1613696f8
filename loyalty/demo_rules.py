"""The demo shop's rules of earning, beside one point for each 1.00."""

from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import User
from core.clock import local_date
from core.services.shop import get_shop
from loyalty.models import Account, Programme
from loyalty.rules.earning import RuleKind
from loyalty.rules.periods import Period
from loyalty.services.earning_rules import add_rule
from loyalty.services.rewarding import reward_event

VISITORS = 12


def make_rules(programme: Programme, now: datetime) -> None:
    """Double on bowls before Christmas, half as much again on tea at weekends, a bonus, birthdays
    and visits, and a cap; gift cards earn nothing."""
    year = local_date(now, get_shop().zone).year
    marketer = User.objects.get(username="marketer")
    for kind, says in _rules(year):
        add_rule(actor=marketer, programme=programme, kind=kind, says=says, now=now)


def _rules(year: int) -> list[tuple[RuleKind, dict[str, Any]]]:
    advent = {"first_day": date(year, 12, 1), "last_day": date(year, 12, 24)}
    return [
        (RuleKind.MULTIPLIER, {"times_percent": 200, "category": "Bowls", **advent}),
        (RuleKind.MULTIPLIER, {"times_percent": 150, "category": "Tea", "weekdays": 0b1100000}),
        (RuleKind.BONUS, {"units": 50, "from_minor": 40_000}),
        (RuleKind.EVENT, {"units": 100, "event": "birthday", **once(Period.YEAR)}),
        (RuleKind.EVENT, {"units": 20, "event": "visit", **once(Period.DAY)}),
        (RuleKind.EXCLUDED, {"product": "GFT-02"}),
        (RuleKind.CAP, {"units": 2_000, "period": Period.MONTH}),
    ]


def once(period: Period) -> dict[str, Any]:
    """A limit of an event."""
    return {"period": period, "most_times": 1}


def make_visits(programme: Programme, now: datetime) -> None:
    """Some members dropped in lately."""
    members = Account.objects.filter(programme=programme, customer__isnull=False).order_by("pk")
    for account in members.select_related("customer")[:VISITORS]:
        assert account.customer is not None
        key = f"demo:{account.pk}"
        at = now - timedelta(hours=account.pk % 48)
        reward_event(customer=account.customer, event="visit", key=key, now=at)

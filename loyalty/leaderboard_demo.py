"""The demo shop's leaderboard: most purchases this month; one customer stays off."""

import random
from datetime import datetime

from accounts.models import User
from core.demo import DemoPart
from loyalty.models import LeaderboardScore
from loyalty.models.leaderboard import Measure, Span
from loyalty.services.leaderboard import change_board, get_board, keep_board, leave_board


def make_leaderboard(_chance: random.Random, now: datetime) -> None:
    """Switched on by the marketer, and worked out."""
    marketer = User.objects.get(username="marketer")
    values = {
        "is_open": True,
        "measure": Measure.PURCHASES,
        "span": Span.QUARTER,
        "challenge": None,
    }
    change_board(actor=marketer, values=values, version=get_board().version)
    while keep_board(now):
        pass
    someone = LeaderboardScore.objects.select_related("customer").order_by("value", "pk").first()
    if someone:
        leave_board(actor=marketer, customer=someone.customer, now=now)


_FILLED = ("Leaderboard", "LeaderboardScore", "LeaderboardOptOut")
PART = DemoPart(make_leaderboard, frozenset(f"loyalty.{name}" for name in _FILLED), order=57)

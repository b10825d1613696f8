"""What loyalty asks a second person for."""

import random
from datetime import datetime

from accounts.approvals import approval_kinds
from accounts.models import User
from core.demo import DemoPart, demo_parts
from loyalty.models import Account
from loyalty.services.adjustment_requests import ADJUST_POINTS, KIND, ask_to_adjust
from loyalty.services.programmes import get_programme

approval_kinds.register(KIND, ADJUST_POINTS)


def ask_once(chance: random.Random, now: datetime) -> None:
    """In the demo shop a clerk asks for more than they may give alone."""
    member = Account.objects.exclude(customer=None).select_related("customer").order_by("pk")[0]
    assert member.customer is not None
    ask_to_adjust(
        actor=User.objects.get(username="support"),
        customer=member.customer,
        programme=get_programme(),
        units=800,
        reason="The vase came broken twice",
        key="demo",
        now=now,
    )


demo_parts.register("approvals", DemoPart(ask_once, frozenset({"accounts.Approval"}), order=54))

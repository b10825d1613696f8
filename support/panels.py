"""Cases on the customer's page, on the day page, and below an opened conversation."""

from datetime import timedelta

from django.db.models import F, Q

from accounts import policy
from accounts.models import User
from core.clock import local_date, start_of_day
from customers.masking import shown_name
from customers.models import Interaction
from customers.panels import DayScene, Scene
from support.case_list import cases_of, waiting_cases
from support.due import OPEN, due_of, is_late
from support.models import Case, CaseContact

SHOWN = 5
# What has nothing due comes last, on both databases.
SOONEST = F("due_next").asc(nulls_last=True)


def customer_cases(scene: Scene) -> dict[str, object] | None:
    """The customer's open cases, what is due soonest first; None for whom they are not meant."""
    if not policy.may(scene.user.role, "support:case"):
        return None
    mine = Case.objects.filter(customer=scene.customer.pk)
    rows = list(mine.filter(state__in=OPEN).order_by(SOONEST, "pk")[:SHOWN])
    lines = [{"case": row, "due": due_of(row, scene.now)} for row in rows]
    return {"lines": lines, "past": None if rows else mine.order_by("-received_at").first()}


def cases_today(scene: DayScene) -> dict[str, object] | None:
    """What is late or due today, of the person's own cases and nobody's; None where nothing is."""
    if not policy.may(scene.user.role, "support:cases"):
        return None
    zone = scene.shop.zone
    midnight = start_of_day(local_date(scene.now, zone) + timedelta(days=1), zone)
    due = is_late(scene.now) | Q(due_next__lt=midnight)
    found = cases_of(scene.user).filter(due).select_related("customer")
    rows = list(found.order_by(SOONEST, "pk")[:SHOWN])
    if not rows:
        return None
    lines = [
        {
            "case": row,
            "due": due_of(row, scene.now),
            "name": shown_name(scene.user, row.customer),
        }
        for row in rows
    ]
    return {"lines": lines, "waiting": waiting_cases(scene.user)}


def case_of(interaction: Interaction, user: User) -> dict[str, object] | None:
    """The case that a conversation belongs to, or that it can become one."""
    if not policy.may(user.role, "support:case"):
        return None
    link = CaseContact.objects.filter(interaction=interaction).select_related("case").first()
    return {"case": link.case if link else None, "interaction": interaction}

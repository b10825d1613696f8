"""Purchases that changed are marked in their own transaction, and looked at soon after it."""

from collections.abc import Iterable

from django.db.models import F

from core.clock import local_date
from core.services.jobs import wake
from core.services.shop import get_shop
from customers.models import Customer
from customers.observers import PurchasesChanged
from loyalty.models import AwardMark, MemberMark, Programme
from loyalty.services.programmes import get_programme

AWARD_JOB_KEY = "award-points"
MEMBER_JOB_KEY = "look-at-members"
# SQLite takes 32,766 values in one statement; a mark has two.
BATCH = 5_000


def mark_purchases(change: PurchasesChanged) -> None:
    """Mark whose purchases since the programme began have changed, in the caller's transaction."""
    programme = Programme.objects.order_by("started_at").first() or get_programme()
    first_day = local_date(programme.started_at, get_shop().zone).toordinal()
    told = {customer for customer, _day in change.customer_days}
    recent = {customer for customer, day in change.customer_days if day >= first_day}
    marked = recent | (set(change.customer_ids) - told)
    if marked:
        _mark(AwardMark, marked)
        wake(AWARD_JOB_KEY)


def mark_members(change: PurchasesChanged) -> None:
    """Mark whose purchases have changed, however old they are: tiers and challenges count them."""
    marked = set(change.customer_ids) | {customer for customer, _day in change.customer_days}
    if change.everything:
        mark_everybody()
    elif marked:
        mark_customers(marked)


def mark_everybody() -> None:
    """Mark all who have a purchase; in the caller's transaction."""
    bought = Customer.objects.filter(purchases__isnull=False).distinct()
    mark_customers(bought.values_list("pk", flat=True))


def mark_customers(customers: Iterable[int]) -> None:
    """Mark these customers, so that their tier and challenges are looked at soon."""
    _mark(MemberMark, customers)
    wake(MEMBER_JOB_KEY)


def _mark(model: type[AwardMark] | type[MemberMark], customers: Iterable[int]) -> None:
    ids = sorted(set(customers))
    for begin in range(0, len(ids), BATCH):
        some = ids[begin : begin + BATCH]
        model.objects.filter(customer__in=some).update(number=F("number") + 1)
        there = Customer.objects.filter(pk__in=some).values_list("pk", flat=True)
        marks = [model(customer_id=pk) for pk in there]
        model.objects.bulk_create(marks, ignore_conflicts=True)  # type: ignore[arg-type]

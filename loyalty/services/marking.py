"""Purchases that changed are marked in their own transaction, and looked at soon after it."""

from collections.abc import Iterable

from django.db.models import F

from core.clock import local_date
from core.services.jobs import wake
from core.services.shop import get_shop
from customers.models import Customer
from customers.observers import PurchasesChanged
from loyalty.models import AwardMark, Programme
from loyalty.services.programmes import get_programme

AWARD_JOB_KEY = "award-points"
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
        _mark(marked)
        wake(AWARD_JOB_KEY)


def _mark(customers: Iterable[int]) -> None:
    ids = sorted(customers)
    for begin in range(0, len(ids), BATCH):
        some = ids[begin : begin + BATCH]
        AwardMark.objects.filter(customer__in=some).update(number=F("number") + 1)
        there = Customer.objects.filter(pk__in=some).values_list("pk", flat=True)
        marks = [AwardMark(customer_id=pk) for pk in there]
        AwardMark.objects.bulk_create(marks, ignore_conflicts=True)

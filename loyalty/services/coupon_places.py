"""The places that uses take up, and give back: of the code, the customer, the campaign, its money.

Every change is one conditional UPDATE whose condition is the limit, and a CHECK stands behind it.
Rows are always written in the same order: codes by id, customers' counters, counters of all,
tallies; so two orders with the same codes never wait for each other in a circle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q

from loyalty.coupon_errors import Reason, refused, used_up
from loyalty.models import CouponCode, CouponCounter, CouponTally, CouponUse


@dataclass(frozen=True, slots=True)
class Shift:
    """By how much uses change the numbers of those captured and reserved."""

    used: int = 0
    held: int = 0

    @property
    def takes(self) -> bool:
        """Whether more places are taken than before, so that limits may refuse."""
        return self.used + self.held > 0

    def counts(self) -> dict[str, Any]:
        """The change of a row's two numbers."""
        return {"used": F("used") + self.used, "held": F("held") + self.held}


RESERVE, CAPTURE = Shift(held=1), Shift(used=1, held=-1)
RELEASE, UNDO = Shift(held=-1), Shift(used=-1)


def shift(uses: Sequence[CouponUse], by: Shift) -> None:
    """Change all the numbers that the uses are counted in, in the caller's transaction. Raises
    `CouponRefused` where a limit is reached; the caller rolls back."""
    for use in sorted(uses, key=lambda one: one.code_id):
        _shift_code(use.code, by)
    ordered = sorted(uses, key=lambda one: (one.campaign_id, one.code_id))
    for use in ordered:
        if use.customer_id is not None:
            _shift_counter(use, by, customer_id=use.customer_id)
    for use in ordered:
        _shift_counter(use, by, customer_id=None)
    for use in ordered:
        _shift_tally(use, by)


def _shift_code(code: CouponCode, by: Shift) -> None:
    rows = CouponCode.objects.filter(pk=code.pk)
    if by.takes:
        rows = rows.filter(Q(limit=None) | Q(limit__gt=F("used") + F("held")))
    if not rows.update(**by.counts()):
        raise used_up(code.limit or 0)


def _shift_counter(use: CouponUse, by: Shift, *, customer_id: int | None) -> None:
    campaign = use.campaign
    period, most, reason = use.total_period, campaign.total_limit, Reason.LIMIT_REACHED
    if customer_id is not None:
        period, most = use.customer_period, campaign.customer_limit
        reason = Reason.CUSTOMER_LIMIT
    key = {"campaign": campaign, "customer_id": customer_id, "period": period}
    rows, change = CouponCounter.objects.filter(**key), by.counts()
    if by.takes:
        rows = rows.filter(used__lt=most - F("held")) if most is not None else rows
        change["most"] = most
    if rows.update(**change):
        return
    if by.takes:
        CouponCounter.objects.bulk_create([CouponCounter(**key)], ignore_conflicts=True)
        if rows.update(**change):
            return
    raise refused(reason, campaign=campaign.name)


def _shift_tally(use: CouponUse, by: Shift) -> None:
    campaign = use.campaign
    rows = CouponTally.objects.filter(campaign=campaign)
    change = by.counts() | {
        "spent_minor": F("spent_minor") + by.used * use.cost_minor,
        "held_minor": F("held_minor") + by.held * use.cost_minor,
        "paid_minor": F("paid_minor") + by.used * use.paid_minor,
    }
    if by.takes:
        change["budget_minor"] = campaign.budget_minor
        if campaign.budget_minor is not None:
            free = campaign.budget_minor - use.cost_minor
            rows = rows.filter(spent_minor__lte=free - F("held_minor"))
    if not rows.update(**change):
        raise refused(Reason.BUDGET, campaign=campaign.name)

"""How uses end: under the lock of their codes, with every number that they are counted in."""

from collections.abc import Sequence
from datetime import datetime

from loyalty.models import CouponCode, CouponUse, UseState
from loyalty.services.coupon_places import Shift, shift


def locked_uses(uses: Sequence[CouponUse], *, skip: bool = False) -> list[CouponUse]:
    """The uses as they are now, with their codes locked by id to the end of the transaction;
    `skip` leaves out those whose code somebody else holds."""
    codes = CouponCode.objects.filter(pk__in={use.code_id for use in uses}).order_by("pk")
    locked = list(
        codes.select_for_update(no_key=True, skip_locked=skip).values_list("pk", flat=True)
    )
    rows = CouponUse.objects.filter(pk__in=[use.pk for use in uses], code__in=locked)
    return list(rows.select_related("campaign", "code").order_by("code_id", "pk"))


def end_uses(uses: Sequence[CouponUse], state: UseState, by: Shift, now: datetime) -> None:
    """Give locked uses their new state, and change what they are counted in."""
    for use in uses:
        rows = CouponUse.objects.filter(pk=use.pk, state=use.state)
        assert rows.update(state=state, ended_at=now) == 1, "the code is locked"
        use.state, use.ended_at = state, now
    shift(uses, by)

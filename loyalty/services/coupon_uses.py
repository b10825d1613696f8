"""Codes in orders: reserved, then used for good or set free; each at most once for an order."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from core.errors import Refused
from core.services import audit
from core.services.audit import Actor
from loyalty.coupon_checks import Asking, Quote, find_codes, periods_of, quote
from loyalty.coupon_errors import CouponRefused, Reason, refused
from loyalty.models import CouponCode, CouponUse, UseState
from loyalty.services.coupon_ending import end_uses, locked_uses
from loyalty.services.coupon_expiry import FULL, expire_for
from loyalty.services.coupon_places import CAPTURE, RELEASE, RESERVE, UNDO, shift

HOLD_TIME = timedelta(minutes=30)
LONGEST_HOLD = timedelta(days=7)
LONGEST_ORDER = 100
ENDED = {UseState.RELEASED, UseState.EXPIRED}


@dataclass(frozen=True, slots=True)
class Held:
    """Uses in an order. `replayed`: they were there before, and nothing was changed now."""

    uses: tuple[CouponUse, ...]
    left_out: tuple[CouponCode, ...] = ()
    replayed: bool = False


def reserve(
    *,
    actor: Actor | None,
    typed: Sequence[str],
    order: str,
    asking: Asking,
    time: timedelta = HOLD_TIME,
) -> Held:
    """Set the codes aside for the order until the time is over (seven days at most).

    The same order asking for the same again answers what it has; asking for another basket, its
    hold is made anew. Codes that others beat are left out and stay free. Raises `CouponRefused`
    with the exact reason. Locks codes by id, then what `coupon_places` writes.
    """
    hold = min(max(time, timedelta(seconds=1)), LONGEST_HOLD)
    return again_if_freed(lambda: _reserve(actor, typed, order, asking, hold), typed, asking.now)


def again_if_freed(act: Callable[[], Held], typed: Sequence[str], now: datetime) -> Held:
    """The act, tried once more where a limit was full only of reservations that had run out."""
    try:
        return act()
    except CouponRefused as refusal:
        if refusal.code not in FULL or not expire_for(typed, now):
            raise
    return act()


@transaction.atomic
def _reserve(
    actor: Actor | None, typed: Sequence[str], order: str, asking: Asking, hold: timedelta
) -> Held:
    if not 0 < len(order) <= LONGEST_ORDER:
        raise Refused("an order has a number of at most 100 characters")
    codes = find_codes(typed, lock=True)
    fingerprint = _fingerprint_of(codes, asking)
    before = list(CouponUse.objects.filter(code__in=codes, order=order).select_related("campaign"))
    live = [use for use in before if _is_live(use, asking.now)]
    if live and all(use.fingerprint == fingerprint for use in live):
        return Held(tuple(live), replayed=True)
    if any(use.state == UseState.CAPTURED for use in live):
        raise refused(Reason.ORDER_USED)
    open_still = [use for use in before if use.state == UseState.RESERVED]
    if open_still:
        end_uses(open_still, UseState.RELEASED, RELEASE, asking.now)
        codes = find_codes(typed, lock=True)
    found = quote(codes, asking)
    uses = [_kept(use) for use in _uses(found, actor, order, asking, hold, fingerprint)]
    shift(uses, RESERVE)
    _record(actor, "reserved", uses)
    return Held(tuple(uses), tuple(found.left_out))


def _is_live(use: CouponUse, now: datetime) -> bool:
    if use.state == UseState.RESERVED:
        return now < use.expires_at
    return use.state == UseState.CAPTURED


def _fingerprint_of(codes: Sequence[CouponCode], asking: Asking) -> str:
    lines = [[line.amount_minor, sorted(line.names)] for line in asking.basket.lines]
    content = [
        [code.pk for code in codes],
        asking.customer.pk if asking.customer else None,
        [lines, asking.basket.delivery_minor, asking.currency],
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _uses(
    found: Quote,
    actor: Actor | None,
    order: str,
    asking: Asking,
    hold: timedelta,
    fingerprint: str,
) -> list[CouponUse]:
    codes = {str(code.pk): code for code in found.codes}
    made = []
    for taken in found.priced.taken:
        code = codes[taken.key]
        by_customer, by_all = periods_of(code.campaign, asking.now)
        made.append(
            CouponUse(
                campaign=code.campaign,
                code=code,
                customer=asking.customer,
                order=order,
                discount_minor=taken.minor,
                cost_minor=taken.cost_minor,
                basket_minor=asking.basket.sum_minor,
                paid_minor=found.priced.total_minor,
                currency=asking.currency,
                lines=list(taken.lines),
                fingerprint=fingerprint,
                customer_period=by_customer,
                total_period=by_all,
                actor=actor.label if actor else "system",
                reserved_at=asking.now,
                expires_at=asking.now + hold,
            )
        )
    return made


def _kept(use: CouponUse) -> CouponUse:
    """The use written: over the ended one of the same code and order, where there is one. The
    code's lock is held."""
    before = CouponUse.objects.filter(code=use.code_id, order=use.order).first()
    use.pk = before.pk if before else None
    use.save(force_insert=before is None, force_update=before is not None)
    return use


@transaction.atomic
def capture(*, actor: Actor | None, uses: Sequence[CouponUse], now: datetime) -> Held:
    """The order is paid: its reserved uses are used for good, all or none. A second time changes
    nothing. Raises `CouponRefused`: `hold_expired`, `hold_ended`. Locks their codes."""
    found = locked_uses(uses)
    if all(use.state == UseState.CAPTURED for use in found):
        return Held(tuple(found), replayed=True)
    if any(use.state in ENDED for use in found):
        raise refused(Reason.HOLD_ENDED)
    waiting = [use for use in found if use.state == UseState.RESERVED]
    if any(use.expires_at <= now for use in waiting):
        raise refused(Reason.HOLD_EXPIRED)
    end_uses(waiting, UseState.CAPTURED, CAPTURE, now)
    _record(actor, "captured", waiting)
    return Held(tuple(found))


@transaction.atomic
def release(*, actor: Actor | None, uses: Sequence[CouponUse], now: datetime) -> Held:
    """The order came to nothing: its reserved uses are free again. A second time changes nothing.
    Raises `CouponRefused`: `hold_ended` where one was used for good. Locks their codes."""
    found = locked_uses(uses)
    if any(use.state == UseState.CAPTURED for use in found):
        raise refused(Reason.HOLD_ENDED)
    waiting = [use for use in found if use.state == UseState.RESERVED]
    if not waiting:
        return Held(tuple(found), replayed=True)
    end_uses(waiting, UseState.RELEASED, RELEASE, now)
    _record(actor, "released", waiting)
    return Held(tuple(found))


def use_now(*, actor: Actor | None, typed: Sequence[str], order: str, asking: Asking) -> Held:
    """At the till: reserved and used for good in one act. The same order again changes nothing."""
    return again_if_freed(lambda: _use_now(actor, typed, order, asking), typed, asking.now)


@transaction.atomic
def _use_now(actor: Actor | None, typed: Sequence[str], order: str, asking: Asking) -> Held:
    held = _reserve(actor, typed, order, asking, HOLD_TIME)
    done = capture(actor=actor, uses=held.uses, now=asking.now)
    return Held(done.uses, held.left_out, held.replayed and done.replayed)


@transaction.atomic
def undo_use(*, actor: Actor | None, use: CouponUse, now: datetime) -> Held:
    """Take back a use that was for good: the code has its place again. A second time changes
    nothing. Raises `CouponRefused`: `hold_ended` where it never was. Locks the code."""
    found = locked_uses([use])
    if found[0].state in ENDED:
        return Held(tuple(found), replayed=True)
    if found[0].state != UseState.CAPTURED:
        raise refused(Reason.HOLD_ENDED)
    end_uses(found, UseState.RELEASED, UNDO, now)
    _record(actor, "undone", found)
    return Held(tuple(found))


def _record(actor: Actor | None, verb: str, uses: Sequence[CouponUse]) -> None:
    for use in uses:
        details = {"order": use.order, "code": use.code_id, "discount_minor": use.discount_minor}
        audit.record(actor=actor, action=f"coupon.{verb}", target=use, details=details)

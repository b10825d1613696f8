"""Codes that come from strangers: by the portal, by the shop's own pages. Nobody learns by trying
which codes there are.

Whatever is wrong, the answer is one and the same, after the same work. Only of a public code, or
of one's own, is the exact reason told. Wrong codes are counted, by visitor, by customer and by
address; who tried too many is refused unheard, right codes too.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from core.services.limits import give_back, is_allowed
from loyalty.coupon_checks import Asking, Facts, Quote, check, facts_of, quote
from loyalty.coupon_errors import CouponRefused, Reason
from loyalty.models import CouponCode
from loyalty.rules.coupon_code import normal

SECONDS = 600
# One visitor, one customer from wherever, and one address, which a whole office may share.
PER_VISITOR, PER_CUSTOMER, PER_ADDRESS = 10, 20, 100


class TooManyGuesses(Exception):
    """The wrong codes of these ten minutes are used up: a 429."""


class NotAccepted(Exception):
    """The code is not accepted; no more is said."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who tries: the session's key and the address it comes from."""

    session: str
    address: str


def check_public(*, typed: str, asking: Asking, visitor: Visitor) -> Quote:
    """What the code would take. Raises `TooManyGuesses`; `CouponRefused` with the reason where the
    code is public or the customer's own; `NotAccepted` for all else, alike. Writes nothing but the
    count of tries; a code that is right does not count."""
    limits = _limits(asking, visitor)
    if not _may_try(limits, asking.now):
        raise TooManyGuesses
    code = _find(typed)
    facts = facts_of(code.campaign if code else None, asking)
    try:
        found = _judge(code, facts, asking)
    except CouponRefused as refusal:
        if code is None or not _may_know(code, asking):
            raise NotAccepted from refusal
        _take_back(limits, asking.now)
        raise
    _take_back(limits, asking.now)
    return found


def _find(typed: str) -> CouponCode | None:
    rows = CouponCode.objects.select_related("campaign__segment", "campaign__tally")
    return rows.filter(code=normal(typed)).first()


def _judge(code: CouponCode | None, facts: Facts, asking: Asking) -> Quote:
    if code is None:
        raise CouponRefused(Reason.UNKNOWN, "")
    check(code, facts, asking)
    return quote([code], asking)


def _may_know(code: CouponCode, asking: Asking) -> bool:
    if code.customer_id is not None:
        return asking.customer is not None and code.customer_id == asking.customer.pk
    return code.is_public


def _limits(asking: Asking, visitor: Visitor) -> dict[str, int]:
    customer = asking.customer.pk if asking.customer else ""
    limits = {
        f"coupon:visitor:{len(visitor.session)}:{visitor.session}:{customer}:{visitor.address}": (
            PER_VISITOR
        ),
        f"coupon:address:{visitor.address}": PER_ADDRESS,
    }
    return limits | ({f"coupon:customer:{customer}": PER_CUSTOMER} if customer else {})


def _may_try(limits: dict[str, int], now: datetime) -> bool:
    """Count the try before it is known to be wrong, so that many at once are not let through."""
    return all(
        is_allowed(key=key, limit=limit, seconds=SECONDS, now=now) for key, limit in limits.items()
    )


@transaction.atomic
def _take_back(limits: dict[str, int], now: datetime) -> None:
    for key in limits:
        give_back(key=key, seconds=SECONDS, now=now)

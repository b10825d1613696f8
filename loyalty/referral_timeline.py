"""Friends on the timeline of both: the code that was made, who came by whom, what became of it."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from customers.masking import shown_name
from customers.models import Customer
from customers.timeline import Cursor, Entry, Fetch, before
from loyalty.models import Referral, ReferralCode, ReferralState
from loyalty.rules.coupon_code import shown

CODES, NOTED, ENDED = "referral-codes", "referrals-noted", "referrals-ended"


def codes(customer: Customer, cursor: Cursor | None, limit: int, user: User) -> Iterable[Entry]:
    """The code that the customer brings friends by."""
    rows = ReferralCode.objects.filter(before(cursor, CODES, "created_at"), customer=customer)
    return (
        Entry(
            at=row.created_at,
            pk=row.pk,
            icon="people",
            title=_("Got a code to bring friends"),
            meta=shown(row.code),
        )
        for row in rows.order_by("-created_at", "-pk")[:limit]
    )


def noted(customer: Customer, cursor: Cursor | None, limit: int, user: User) -> Iterable[Entry]:
    """Friends who came by the customer, and by whom the customer came."""
    rows = _of(customer).filter(before(cursor, NOTED, "noted_at"))
    return (_noted(row, customer, user) for row in rows.order_by("-noted_at", "-pk")[:limit])


def _of(customer: Customer) -> QuerySet[Referral]:
    mine = Referral.objects.filter(Q(referrer=customer) | Q(referee=customer))
    return mine.select_related("referrer", "referee")


def _noted(row: Referral, customer: Customer, user: User) -> Entry:
    is_own = row.referrer_id == customer.pk
    words = _("Brought a friend: %(name)s") if is_own else _("Came by %(name)s")
    return Entry(
        at=row.noted_at,
        pk=row.pk,
        icon="people",
        title=words % {"name": _other(row, customer, user)},
    )


def _other(row: Referral, customer: Customer, user: User) -> str:
    other = row.referee if row.referrer_id == customer.pk else row.referrer
    return shown_name(user, other) if other else _("somebody who was erased")


def ended(customer: Customer, cursor: Cursor | None, limit: int, user: User) -> Iterable[Entry]:
    """What became of it: rewarded, above the limit, refunded, declined."""
    rows = _of(customer).filter(before(cursor, ENDED, "ended_at"), ended_at__isnull=False)
    return (_ended(row, customer, user) for row in rows.order_by("-ended_at", "-pk")[:limit])


def _ended(row: Referral, customer: Customer, user: User) -> Entry:
    words = {
        ReferralState.REWARDED: _("Referral rewarded (%(name)s)"),
        ReferralState.CAPPED: _("Not rewarded: above the month's limit (%(name)s)"),
        ReferralState.VOID: _("Not rewarded: the order went back (%(name)s)"),
        ReferralState.DECLINED: _("Not rewarded: declined (%(name)s)"),
    }
    assert row.ended_at is not None
    is_good = row.state == ReferralState.REWARDED
    return Entry(
        at=row.ended_at,
        pk=row.pk,
        icon="people-fill" if is_good else "people",
        title=words[ReferralState(row.state)] % {"name": _other(row, customer, user)},
        tone="accent" if is_good else "",
    )


FETCH: dict[str, Fetch] = {CODES: codes, NOTED: noted, ENDED: ended}

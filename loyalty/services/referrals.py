"""Friends brought along: noted once, rewarded with the friend's order, void when it is refunded.

The rewards are awards of the ledger with frozen terms: they wait for returns as points of purchases
do, and taking them back is a refund of the award, with debt where they were spent.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts.models import User
from core.clock import local_date
from core.errors import Refused
from core.jobs import DueJob
from core.services import audit
from core.services.audit import Actor
from core.services.shop import get_shop
from core.text import fold
from customers.models import Customer, Identity, IdentityKind, Purchase
from loyalty.models import (
    Account,
    Programme,
    Referral,
    ReferralCode,
    ReferralScheme,
    ReferralState,
)
from loyalty.rules.award import Bonus, LineTerms, Terms
from loyalty.rules.coupon_code import draw, normal
from loyalty.rules.referral import share_inbox
from loyalty.services.earning import earn_for_order
from loyalty.services.programmes import get_programme
from loyalty.services.refunding import refund_order

BATCH = 200
# An award needs a sum to be refunded of: one minor unit stands for the friend's whole order.
WHOLE = 1


def get_scheme() -> ReferralScheme:
    """What friends are worth; closed until somebody opens it."""
    return ReferralScheme.objects.filter(pk=1).first() or ReferralScheme(pk=1)


@transaction.atomic
def change_scheme(*, actor: User | None, values: Mapping[str, Any], version: int) -> ReferralScheme:
    """Change what friends are worth from now on; audited. Locks the row. Refuses a version that is
    not the newest."""
    ReferralScheme.objects.get_or_create(pk=1)
    scheme = ReferralScheme.objects.select_for_update(no_key=True).get(pk=1)
    if scheme.version != version:
        raise Refused(
            _("Somebody changed this meanwhile. Nothing is saved; your text is still here.")
        )
    for name, value in values.items():
        setattr(scheme, name, value)
    scheme.version += 1
    scheme.save()
    details = {name: str(value) for name, value in sorted(values.items())}
    audit.record(actor=actor, action="referrals.changed", target=scheme, details=details)
    return scheme


@transaction.atomic
def referral_code(*, actor: Actor | None, customer: Customer, now: datetime) -> ReferralCode:
    """The customer's code, made where there is none; audited then."""
    made, is_new = ReferralCode.objects.get_or_create(
        customer=customer, defaults={"code": draw(), "created_at": now}
    )
    if is_new:
        audit.record(actor=actor, action="referral.code_made", target=made)
    return made


@transaction.atomic
def note_referral(*, actor: Actor | None, referee: Customer, typed: str, now: datetime) -> Referral:
    """The customer came by whose code this is; audited. Who shares an address with them waits to be
    looked at. Refuses a closed scheme, an unknown code, oneself by any e-mail or phone, and who is
    no new customer: has bought already, or came by somebody before."""
    if not get_scheme().is_open:
        raise Refused(_("Bringing friends is not rewarded at the moment."))
    owner = ReferralCode.objects.select_related("customer").filter(code=normal(typed)).first()
    if owner is None:
        raise Refused(_("There is no such code."))
    _refuse_known(referee)
    if _is_same(owner.customer, referee):
        raise Refused(_("This is the customer's own code, by number, e-mail or phone."))
    state = ReferralState.WAITING
    if _live_together(owner.customer, referee):
        state = ReferralState.FLAGGED
    return _noted(actor, owner.customer, referee, state, now)


def _noted(
    actor: Actor | None, referrer: Customer, referee: Customer, state: ReferralState, now: datetime
) -> Referral:
    made = Referral(referrer=referrer, referee=referee, state=state, noted_at=now)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise Refused(_("This customer came by a friend already.")) from error
    details = {"referrer": referrer.pk, "referee": referee.pk, "state": str(state)}
    audit.record(actor=actor, action="referral.noted", target=made, details=details)
    return made


def _refuse_known(referee: Customer) -> None:
    if Referral.objects.filter(referee=referee).exists():
        raise Refused(_("This customer came by a friend already."))
    if Purchase.objects.filter(customer=referee, counts=True).exists():
        raise Refused(_("This customer has bought before, so nobody brings them."))


def _is_same(first: Customer, second: Customer) -> bool:
    if first.pk == second.pk:
        return True
    keys: dict[tuple[int, str], set[str]] = {}
    rows = Identity.objects.filter(customer__in=[first, second])
    for owner, kind, key in rows.values_list("customer_id", "kind", "key"):
        keys.setdefault((owner, kind), set()).add(key)
    phones = [keys.get((one.pk, IdentityKind.PHONE), set()) for one in (first, second)]
    mails = [keys.get((one.pk, IdentityKind.EMAIL), set()) for one in (first, second)]
    return bool(phones[0] & phones[1]) or share_inbox(*mails)


def _live_together(first: Customer, second: Customer) -> bool:
    homes = [fold(f"{one.address} {one.postcode} {one.city}") for one in (first, second)]
    return bool(first.address) and homes[0] == homes[1]


@transaction.atomic
def decide(*, actor: User | None, referral: Referral, accepts: bool, now: datetime) -> None:
    """Somebody looked at a flagged referral: it waits for the order, or never counts. A second time
    changes nothing; audited."""
    state = ReferralState.WAITING if accepts else ReferralState.DECLINED
    rows = Referral.objects.filter(pk=referral.pk, state=ReferralState.FLAGGED)
    if rows.update(state=state, decided_by=actor, ended_at=None if accepts else now):
        audit.record(actor=actor, action=f"referral.{state}", target=referral)


def reward_due(now: datetime) -> int:
    """Reward what an order has come for, and void what was refunded; returns how many. Safe to
    repeat, to kill and to run twice at once."""
    scheme, programme = get_scheme(), get_programme()
    ready = Purchase.objects.filter(counts=True, currency=programme.currency)
    ready = ready.filter(gross_minor__gte=F("refunded_minor") + scheme.minimum_minor)
    waiting = Referral.objects.filter(
        state=ReferralState.WAITING, referee__purchases__in=ready, referrer__isnull=False
    )
    broken = Referral.objects.filter(
        Q(purchase=None)
        | Q(purchase__counts=False)
        | Q(purchase__gross_minor__lt=F("purchase__refunded_minor") + F("minimum_minor")),
        state__in=[ReferralState.REWARDED, ReferralState.CAPPED],
    )
    rewarded = [_reward(row, scheme, programme, now) for row in waiting.distinct()[:BATCH]]
    return sum(rewarded) + sum(_void(row, programme, now) for row in broken[:BATCH])


@transaction.atomic
def _reward(
    referral: Referral, scheme: ReferralScheme, programme: Programme, now: datetime
) -> bool:
    # The code's lock lets one referrer's rewards be counted one after another.
    code = ReferralCode.objects.select_for_update(no_key=True)
    code.filter(customer=referral.referrer_id).first()
    rows = Referral.objects.select_for_update(of=("self",), no_key=True)
    row = rows.filter(pk=referral.pk, state=ReferralState.WAITING).first()
    order = _first_order(referral, scheme, programme)
    if row is None or order is None:
        return False
    month = f"{local_date(order.occurred_at, get_shop().zone):%Y-%m}"
    counted = Referral.objects.filter(
        referrer=row.referrer, month=month, state=ReferralState.REWARDED
    )
    is_capped = counted.count() >= scheme.monthly_cap
    row.state = ReferralState.CAPPED if is_capped else ReferralState.REWARDED
    row.purchase, row.month, row.ended_at = order, month, now
    row.minimum_minor = scheme.minimum_minor
    row.save()
    if not is_capped:
        _grant(row, scheme, programme, now)
    audit.record(actor=None, action=f"referral.{row.state}", target=row)
    return True


def _first_order(
    referral: Referral, scheme: ReferralScheme, programme: Programme
) -> Purchase | None:
    rows = Purchase.objects.filter(
        customer=referral.referee_id, counts=True, currency=programme.currency
    ).filter(gross_minor__gte=F("refunded_minor") + scheme.minimum_minor)
    return rows.order_by("occurred_at", "pk").first()


def _grant(row: Referral, scheme: ReferralScheme, programme: Programme, now: datetime) -> None:
    units = {"referrer": scheme.referrer_units, "referee": scheme.referee_units}
    assert row.purchase is not None
    for side, customer in _in_order(row, programme, now):
        rate = Terms((LineTerms(WHOLE, Fraction(0)),), bonuses=(Bonus(WHOLE, units[side]),))
        earn_for_order(
            actor=None,
            customer=customer,
            programme=programme,
            order=f"referral-{row.pk}-{side}",
            amount_minor=WHOLE,
            currency=programme.currency,
            now=now,
            ordered_at=row.purchase.occurred_at,
            terms=rate,
            key=f"referral:{row.pk}:{side}",
        )


def _in_order(row: Referral, programme: Programme, now: datetime) -> list[tuple[str, Customer]]:
    """Both sides in the order in which their accounts are locked, by id."""
    sides = [("referrer", row.referrer), ("referee", row.referee)]
    found = []
    for side, customer in sides:
        if customer is None:
            continue
        account, _made = Account.objects.get_or_create(
            customer=customer, programme=programme, defaults={"settled_at": now}
        )
        found.append((account.pk, side, customer))
    return [(side, customer) for _pk, side, customer in sorted(found, key=lambda one: one[0])]


@transaction.atomic
def _void(referral: Referral, programme: Programme, now: datetime) -> bool:
    """The order went back: both rewards do, and the friend never counts again."""
    was = referral.state
    rows = Referral.objects.filter(pk=referral.pk, state=was)
    if not rows.update(state=ReferralState.VOID, ended_at=now):
        return False
    for side, _customer in _in_order(referral, programme, now) if was == "rewarded" else []:
        refund_order(
            actor=None,
            programme=programme,
            order=f"referral-{referral.pk}-{side}",
            amount_minor=WHOLE,
            now=now,
            key=f"referral:{referral.pk}:{side}:void",
        )
    audit.record(actor=None, action="referral.void", target=referral)
    return True


REFERRAL_JOB = DueJob(reward_due, every=timedelta(minutes=1))

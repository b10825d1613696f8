"""A tier given by hand until a day, and taken back."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.clock import local_date, start_of_day
from core.errors import Refused, too_long
from core.services import audit
from core.services.shop import get_shop
from customers.models import Customer
from loyalty.models import TierGift
from loyalty.services.programmes import get_programme
from loyalty.services.tiers import look_at_tiers
from loyalty.tiers import read_ladder

LONGEST_REASON = 255
LONGEST = timedelta(days=5 * 366)


@transaction.atomic
def give_tier(
    *, actor: User, customer: Customer, key: str, last_day: date, reason: str, now: datetime
) -> TierGift:
    """Let the customer hold the tier through the last day, in the shop's zone. What they earned is
    never lowered by it. A reason is needed; audited. One gift holds at a time: this one ends those
    before it. Raises `Refused`."""
    today = local_date(now, get_shop().zone)
    if not reason.strip():
        raise Refused(_("Say why."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise Refused(too_long(LONGEST_REASON), field="reason")
    if not today <= last_day <= today + LONGEST:
        raise Refused(_("Choose a day from today to five years on."), field="last_day")
    if read_ladder(get_programme()).tier(key) is None:
        raise Refused(_("This tier is no more."), field="key")
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    _end(customer, now)
    gift = TierGift.objects.create(
        customer=customer,
        key=key,
        since=now,
        until=start_of_day(last_day + timedelta(days=1), get_shop().zone),
        reason=reason.strip(),
        actor=actor.label,
    )
    details = {"tier": key, "last_day": last_day.isoformat()}
    audit.record(actor=actor, action="tier.given", target=customer, details=details)
    look_at_tiers(customers=[customer.pk], now=now)
    return gift


@transaction.atomic
def take_tier_back(*, actor: User, customer: Customer, now: datetime) -> None:
    """End what was given by hand; what purchases earned holds again. Audited. Refuses where nothing
    was given."""
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    if not _end(customer, now):
        raise Refused(_("No tier is given by hand now."))
    audit.record(actor=actor, action="tier.taken_back", target=customer)
    look_at_tiers(customers=[customer.pk], now=now)


def _end(customer: Customer, now: datetime) -> int:
    return TierGift.objects.filter(customer=customer, until__gt=now).update(until=now)

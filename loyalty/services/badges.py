"""Badges: made, and given by hand. Challenges give theirs in `loyalty.services.finishing`."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Refused
from core.services import audit
from core.services.audit import Actor
from customers.models import Customer
from loyalty.models import Badge, BadgeHolding, News
from loyalty.services.programmes import get_programme
from loyalty.services.telling import tell_of_act


@transaction.atomic
def add_badge(*, actor: Actor | None, name: str, icon: str) -> Badge:
    """A new badge. Audited. Refuses a name that is there already."""
    if name.casefold() in {badge.name.casefold() for badge in Badge.objects.all()}:
        raise Refused(_("There is a badge of this name."), field="name")
    badge = Badge.objects.create(name=name, icon=icon)
    audit.record(actor=actor, action="badge.added", target=badge)
    return badge


@transaction.atomic
def give_badge(*, actor: Actor, badge: Badge, customer: Customer, now: datetime) -> None:
    """Give the badge by hand, and tell the customer; who has it keeps it as it was. Audited."""
    holding, made = BadgeHolding.objects.get_or_create(
        badge=badge, customer=customer, defaults={"at": now, "actor": actor.label}
    )
    if made:
        audit.record(
            actor=actor, action="badge.given", target=customer, details={"badge": badge.pk}
        )
        tell_of_act(
            customer=customer,
            programme=get_programme(),
            kind=News.BADGE_WON,
            occasion=f"{badge.pk}",
            at=now,
            now=now,
            context={"holding": holding.pk, "badge_name": badge.name},
        )

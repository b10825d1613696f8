"""The shop's programmes; the first one, points for spending, is there from the beginning."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import clock
from core.errors import Refused
from core.models import Shop
from core.services import audit
from core.services.shop import get_shop
from loyalty.models import POINTS, Programme, ProgrammeKind, one_major_unit


def get_programme(key: str = POINTS) -> Programme:
    """The programme of the key. That of points is made where it is missing: one point for each
    1.00 of the shop's currency, floor once for each order, pending 14 days, valid 12 months."""
    if key != POINTS:
        return Programme.objects.get(key=key)
    found = Programme.objects.filter(key=POINTS).first()
    return found or _begun(get_shop())


def _begun(shop: Shop) -> Programme:
    programme, _made = Programme.objects.get_or_create(
        key=POINTS,
        defaults={
            "name": "Points",
            "kind": ProgrammeKind.POINTS,
            "currency": shop.currency,
            "earn_minor": one_major_unit(shop.currency),
            "started_at": clock.now(),
        },
    )
    return programme


def all_programmes() -> list[Programme]:
    """All of the shop's programmes, on or off: that of points first, then as they were added."""
    found = list(Programme.objects.order_by("pk"))
    points = next((row for row in found if row.key == POINTS), None) or get_programme()
    return [points, *(row for row in found if row.pk != points.pk)]


@transaction.atomic
def add_cashback(
    *, actor: User, currency: str, values: Mapping[str, Any], now: datetime
) -> Programme:
    """A programme of cashback in minor units of the currency, on from now: purchases earn it, and
    are paid with it. One for each currency; audited."""
    key = f"cashback-{currency.lower()}"
    programme, made = Programme.objects.get_or_create(
        key=key,
        defaults={
            **values,
            "kind": ProgrammeKind.CASHBACK,
            "currency": currency,
            "pays": True,
            "started_at": now,
        },
    )
    if not made:
        raise Refused(_("There is cashback in this currency already."), field="currency")
    details = {name: str(value) for name, value in sorted(values.items())}
    audit.record(actor=actor, action="programme.added", target=programme, details=details)
    return programme


@transaction.atomic
def switch_programme(*, actor: User, programme: Programme, on: bool, now: datetime) -> Programme:
    """Let purchases earn in the programme from now on, or nothing any more; what is held can be
    spent either way. Audited where it was not so already. Locks the row."""
    locked = Programme.objects.select_for_update().get(pk=programme.pk)
    if locked.is_on != on:
        locked.is_on = on
        locked.on_since = now if on else locked.on_since
        locked.save(update_fields=["is_on", "on_since"])
        action = "programme.switched_on" if on else "programme.switched_off"
        audit.record(actor=actor, action=action, target=locked)
    return locked


@transaction.atomic
def change_programme(
    *, actor: User, programme: Programme, values: Mapping[str, Any], version: int
) -> Programme:
    """Change how the programme earns; it holds for orders from now on, and changes nothing that
    was awarded. Audited with what it was and what it is. Locks the row. Refuses a version that is
    not the newest."""
    locked = Programme.objects.select_for_update().get(pk=programme.pk)
    if locked.version != version:
        raise Refused(
            _("Somebody changed this meanwhile. Nothing is saved; your text is still here.")
        )
    changed = {
        name: [str(getattr(locked, name)), str(value)]
        for name, value in sorted(values.items())
        if getattr(locked, name) != value
    }
    for name, value in values.items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save()
    audit.record(actor=actor, action="programme.changed", target=locked, details=changed)
    return locked

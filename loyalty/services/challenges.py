"""Challenges: set up, changed, stopped. Who wins them stands in `loyalty.services.finishing`."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.clock import local_date
from core.errors import Refused
from core.services import audit
from core.services.audit import Actor
from core.services.shop import get_shop
from core.templatetags.ui import whole
from customers.models import Purchase
from loyalty.challenges import State, ordinals, state_of
from loyalty.models import Challenge, Programme
from loyalty.models.challenge import ChallengeKind
from loyalty.rules.challenges import Every
from loyalty.rules.repeating import Course, Repeats, longest_streak
from loyalty.services.marking import mark_customers


@transaction.atomic
def add_challenge(
    *, actor: Actor | None, programme: Programme, values: Mapping[str, Any], now: datetime
) -> Challenge:
    """Set a challenge up; it may begin today. Whose purchases of its days are on file already are
    looked at. Audited. Raises `Refused`."""
    _check(values, now)
    challenge = Challenge.objects.create(programme=programme, **values)
    audit.record(actor=actor, action="challenge.added", target=challenge)
    mark_buyers(challenge)
    return challenge


@transaction.atomic
def change_challenge(
    *,
    actor: Actor | None,
    challenge: Challenge,
    values: Mapping[str, Any],
    version: int,
    now: datetime,
) -> Challenge:
    """Change a challenge that has not begun. Audited. Locks it. Raises `Refused`."""
    locked = _locked(challenge, version)
    if state_of(locked, _today(now)) != State.PLANNED:
        raise Refused(_("This challenge has begun: it can only be stopped."))
    _check(values, now)
    _save(actor, locked, values)
    mark_buyers(locked)
    return locked


@transaction.atomic
def change_running(
    *,
    actor: Actor | None,
    challenge: Challenge,
    name: str,
    last_day: date | None,
    version: int,
    now: datetime,
) -> Challenge:
    """Change the name and the last day (None: without an end) of a challenge that repeats and runs;
    what it takes and brings stays, so that nothing changes for who has won. Audited. Locks it.
    Raises `Refused`."""
    locked = _locked(challenge, version)
    if not locked.repeats or state_of(locked, _today(now)) != State.RUNNING:
        raise Refused(_("Only a challenge that repeats and runs can still be changed."))
    if last_day is not None and last_day < _today(now):
        raise Refused(_("Choose a last day from today on."), field="last_day")
    _save(actor, locked, {"name": name, "last_day": last_day})
    mark_buyers(locked)
    return locked


def _locked(challenge: Challenge, version: int) -> Challenge:
    locked = Challenge.objects.select_for_update(no_key=True).get(pk=challenge.pk)
    if locked.version != version:
        raise Refused(
            _("Somebody changed this meanwhile. Nothing is saved; your text is still here.")
        )
    return locked


def _save(actor: Actor | None, locked: Challenge, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save()
    audit.record(actor=actor, action="challenge.changed", target=locked)


def _today(now: datetime) -> date:
    return local_date(now, get_shop().zone)


def _check(values: Mapping[str, Any], now: datetime) -> None:
    first, last = values["first_day"], values["last_day"]
    if first < _today(now):
        raise Refused(_("Choose a first day from today on."), field="first_day")
    if last is None and not values["repeats"]:
        raise Refused(_("Choose a last day, or let it repeat."), field="last_day")
    if last is not None and last < first:
        raise Refused(_("The last day is before the first one."), field="last_day")
    if not values["points"] and not values["badge"]:
        raise Refused(_("Say what is won: points, a badge or both."), field="points")
    if values["kind"] == ChallengeKind.STREAK:
        _check_streak(values, Course(first, last, Repeats(values["repeats"])))


def _check_streak(values: Mapping[str, Any], course: Course) -> None:
    most = longest_streak(course, Every(values["every"]))
    if most is not None and values["target"] > most:
        words = _("So many in a row do not fit into these days; %(most)s at most.")
        raise Refused(words % {"most": whole(most)}, field="target")


@transaction.atomic
def stop_challenge(*, actor: Actor | None, challenge: Challenge, now: datetime) -> None:
    """Nothing more is won from now on; what was won stays. Audited. Refuses one that is over."""
    locked = Challenge.objects.select_for_update(no_key=True).get(pk=challenge.pk)
    if state_of(locked, _today(now)) in {State.STOPPED, State.OVER}:
        raise Refused(_("This challenge is over already."))
    locked.stopped_at = now
    locked.save(update_fields=["stopped_at"])
    audit.record(actor=actor, action="challenge.stopped", target=locked)


def mark_buyers(challenge: Challenge) -> None:
    """Have those looked at who have bought within the challenge's days."""
    bought = Purchase.objects.filter(local_day__range=ordinals(challenge), customer__isnull=False)
    mark_customers(pk for pk in bought.values_list("customer_id", flat=True) if pk is not None)

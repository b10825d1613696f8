"""Changing how tiers are won: each change is a new version, which holds from its instant on."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.errors import Refused
from core.services import audit
from core.services.audit import Actor
from loyalty.models import Programme, Tier, TierScheme
from loyalty.services.marking import mark_everybody

MOST_TIERS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class TierTerms:
    """How tiers are counted."""

    basis: str = "spend"
    window: str = "rolling"
    months: int = 12
    grace_days: int = 30
    return_days: int = 14
    downgrade: str = "one_down"


@dataclass(frozen=True, slots=True)
class Rung:
    """One tier as it was entered; `key` empty for a new one."""

    key: str
    name: str
    threshold: int
    perks: str = ""


@transaction.atomic
def change_tiers(
    *,
    actor: Actor | None,
    programme: Programme,
    terms: TierTerms,
    rungs: Sequence[Rung],
    version: int,
    now: datetime,
) -> TierScheme:
    """Write the next version of the programme's tiers, ranked by threshold, and have everybody
    looked at. Nobody loses a tier by it before its year is over, unless the tier is no more or
    something else is counted. Audited. Locks the programme. Refuses a version that is not the
    newest, equal names or thresholds."""
    locked = Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    newest = locked.tier_schemes.order_by("-version").first()
    if (newest.version if newest else 0) != version:
        raise Refused(
            _("Somebody changed this meanwhile. Nothing is saved; your text is still here.")
        )
    ladder = sorted(rungs, key=lambda rung: rung.threshold)
    _check(ladder)
    since = max(now, newest.since) if newest else now
    scheme = TierScheme.objects.create(
        programme=locked, version=version + 1, since=since, **asdict(terms)
    )
    Tier.objects.bulk_create(_tiers(scheme, ladder))
    audit.record(
        actor=actor,
        action="tiers.changed",
        target=scheme,
        details={
            **asdict(terms),
            "tiers": [[rung.name, rung.threshold] for rung in ladder],
        },
    )
    mark_everybody()
    return scheme


def _check(ladder: Sequence[Rung]) -> None:
    if len(ladder) > MOST_TIERS:
        raise Refused(_("Up to %(number)d tiers.") % {"number": MOST_TIERS})
    names = {rung.name.casefold() for rung in ladder}
    if len(names) < len(ladder):
        raise Refused(_("Two tiers have the same name."))
    if len({rung.threshold for rung in ladder}) < len(ladder):
        raise Refused(_("Two tiers take the same. Each takes more than the one below it."))


def _tiers(scheme: TierScheme, ladder: Sequence[Rung]) -> list[Tier]:
    taken = {rung.key for rung in ladder if rung.key}
    rows = []
    for rank, rung in enumerate(ladder, start=1):
        key = rung.key or _new_key(rung.name, taken)
        taken.add(key)
        rows.append(
            Tier(
                scheme=scheme,
                rank=rank,
                key=key,
                name=rung.name,
                threshold=rung.threshold,
                perks=rung.perks,
            )
        )
    return rows


def _new_key(name: str, taken: set[str]) -> str:
    base = slugify(name)[:36] or "tier"
    tries = [base, *(f"{base}-{number}" for number in range(2, MOST_TIERS + 2))]
    return next(key for key in tries if key not in taken)

"""The tier on the customer's page and on the timeline, and as something segments ask."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from customers import segment_conditions as build
from customers.models import Customer
from customers.panels import Figure, Scene
from customers.rules.segment_language import Kind
from customers.segments import Choice, Conditions, Context, SegmentField, denied, register
from customers.timeline import Cursor, Entry, before
from loyalty.at_hand import ladder_of, tier_standing_of
from loyalty.models import TierChange, TierReason, TierStanding
from loyalty.segments import GROUP, last_instant
from loyalty.tier_words import amount, outlook, until
from loyalty.tiers import Ladder, tier_choices

SOURCE = "tiers"


def figure(scene: Scene) -> Figure | None:
    """The tier and its last day; nothing where the shop has no tiers."""
    ladder = ladder_of(scene)
    if not ladder.tiers:
        return None
    standing = tier_standing_of(scene)
    tier = ladder.tier(standing.key) if standing else None
    return Figure(
        label=_("Tier"),
        value=tier.name if tier else _("none"),
        note=until(standing, ladder) if standing and tier else "",
        note_tone="bad" if standing and standing.weighed_at else "",
        href=reverse("loyalty:tier", args=[scene.customer.pk]),
    )


def panel(scene: Scene) -> dict[str, object] | None:
    """What keeps the tier, and how far the next one is."""
    ladder = ladder_of(scene)
    standing = tier_standing_of(scene) if ladder.tiers else None
    if standing is None:
        return None
    tier = ladder.tier(standing.key)
    return {
        "tier": tier,
        "until": until(standing, ladder),
        "outlook": outlook(standing, ladder),
        "warns": standing.weighed_at is not None,
        "bars": [*_keeping(standing, ladder), *_next(standing, ladder)],
    }


def _keeping(standing: TierStanding, ladder: Ladder) -> Iterable[dict[str, Any]]:
    tier = ladder.tier(standing.key)
    if tier and standing.needed:
        held = tier.threshold - standing.needed
        yield {
            "label": _("To keep %(tier)s") % {"tier": tier.name},
            "value": held,
            "max": tier.threshold,
            "note": amount(ladder, held),
            "tone": "bad" if standing.weighed_at else "accent",
        }


def _next(standing: TierStanding, ladder: Ladder) -> Iterable[dict[str, Any]]:
    above = next((tier for tier in ladder.tiers if tier.rank == standing.rank + 1), None)
    if above and standing.missing is not None:
        note = _("%(amount)s more") % {"amount": amount(ladder, standing.missing)}
        yield {
            "label": _("To %(tier)s") % {"tier": above.name},
            "value": min(standing.value, above.threshold),
            "max": above.threshold,
            "note": note,
            "tone": "",
        }


def changes(customer: Customer, cursor: Cursor | None, limit: int, user: User) -> Iterable[Entry]:
    """Each change of the customer's tier."""
    rows = TierChange.objects.filter(before(cursor, SOURCE, "at"), account__customer=customer)
    return map(_entry, rows.order_by("-at", "-pk")[:limit])


def _entry(row: TierChange) -> Entry:
    if not row.after:
        title = _("%(tier)s no more") % {"tier": row.before_name}
    elif row.went_up:
        title = _("Rose to %(tier)s") % {"tier": row.after_name}
    else:
        title = _("Went down to %(tier)s") % {"tier": row.after_name}
    return Entry(
        at=row.at,
        pk=row.pk,
        icon="award",
        title=title,
        meta=str(TierReason(row.reason).label),
        tone="" if row.went_up else "bad",
    )


def _tier(operator: str, value: Any, context: Context) -> Q:
    standings = build.rows_of(TierStanding)
    if operator in {"empty", "filled"}:
        held = build.has(standings.exclude(key=""))
        return held if operator == "filled" else ~held
    chosen = build.has(standings.filter(key__in=[key for key in value if key]))
    return denied(chosen) if operator == "none_of" else chosen


def _tier_instant(expression: Any) -> Conditions:
    def condition(operator: str, value: Any, context: Context) -> Q:
        standings = build.rows_of(TierStanding).exclude(key="")
        if operator in {"empty", "filled"}:
            held = build.has(standings)
            return held if operator == "filled" else ~held
        return build.has(standings.filter(build.instant(expression)(operator, value, context)))

    return condition


def _tiers() -> list[Choice]:
    return [*tier_choices()]


register(SegmentField("tier", gettext_lazy("Tier"), GROUP, Kind.CHOICE, _tier, offers=_tiers))
for key, label, expression in [
    ("tier_since", gettext_lazy("Tier since"), F("since")),
    # The year of a tier ends with a midnight: its last day is the one before.
    ("tier_ends", gettext_lazy("Tier ends"), last_instant("ends_at")),
]:
    register(SegmentField(key, label, GROUP, Kind.DATE, _tier_instant(expression)))

"""The rules of how customers earn: made, changed by a new version, switched off and on. Nothing
that was awarded changes with them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Refused
from core.services import audit
from loyalty.models import EarningRule, Programme, RuleVersion
from loyalty.rules.earning import RuleKind

_WHO = ("segment", "tier", "weekdays", "first_day", "last_day")
# What a rule of each kind may say; all else of a version stays empty.
FIELDS: dict[RuleKind, tuple[str, ...]] = {
    RuleKind.MULTIPLIER: ("times_percent", "stacks", "category", "product", *_WHO),
    RuleKind.BONUS: ("units", "from_minor", "stacks", *_WHO),
    RuleKind.EVENT: ("units", "event", "period", "period_days", "most_times", *_WHO),
    RuleKind.CAP: ("units", "period", *_WHO),
    RuleKind.EXCLUDED: ("category", "product", "first_day", "last_day"),
}
MOST_RULES = 200


@transaction.atomic
def add_rule(
    *,
    actor: User | None,
    programme: Programme,
    kind: RuleKind,
    says: Mapping[str, Any],
    now: datetime,
) -> EarningRule:
    """A new rule, on at once, for what is earned from now on. Audited. Refuses more rules than
    anybody can read."""
    # The programme's row stands for the set of its rules.
    Programme.objects.select_for_update().get(pk=programme.pk)
    if EarningRule.objects.filter(programme=programme).count() >= MOST_RULES:
        raise Refused(_("There are too many rules already. Change one that is off."))
    rule = EarningRule.objects.create(programme=programme, kind=kind)
    version = _say(rule, says, now)
    details = {"kind": str(kind), **said(version)}
    audit.record(actor=actor, action="earning_rule.added", target=rule, details=details)
    return rule


@transaction.atomic
def change_rule(
    *, actor: User | None, rule: EarningRule, says: Mapping[str, Any], version: int, now: datetime
) -> EarningRule:
    """Let the rule say something else from now on, by a new version; the same again makes none.
    Audited. Locks the row. Refuses a version that is not the newest."""
    locked = EarningRule.objects.select_for_update().get(pk=rule.pk)
    if locked.version != version:
        raise Refused(
            _("Somebody changed this meanwhile. Nothing is saved; your text is still here.")
        )
    before = said(RuleVersion.objects.get(rule=locked, number=version))
    locked.version += 1
    new = RuleVersion(rule=locked, number=locked.version, made_at=now, **_relevant(locked, says))
    if said(new) == before:
        return rule
    new.save()
    locked.save(update_fields=["version"])
    details = {"version": locked.version, "before": before, "after": said(new)}
    audit.record(actor=actor, action="earning_rule.changed", target=locked, details=details)
    return locked


@transaction.atomic
def switch_rule(*, actor: User | None, rule: EarningRule, on: bool) -> EarningRule:
    """Switch the rule on or off, for what is earned from now on. Audited where it was not so
    already. Locks the row."""
    locked = EarningRule.objects.select_for_update().get(pk=rule.pk)
    if locked.is_on != on:
        locked.is_on = on
        locked.save(update_fields=["is_on"])
        action = "earning_rule.switched_on" if on else "earning_rule.switched_off"
        audit.record(actor=actor, action=action, target=locked)
    return locked


def _say(rule: EarningRule, says: Mapping[str, Any], now: datetime) -> RuleVersion:
    return RuleVersion.objects.create(
        rule=rule, number=rule.version, made_at=now, **_relevant(rule, says)
    )


def _relevant(rule: EarningRule, says: Mapping[str, Any]) -> dict[str, Any]:
    names = FIELDS[RuleKind(rule.kind)]
    return {name: value for name, value in says.items() if name in names}


def said(version: RuleVersion) -> dict[str, str]:
    """What a version says, for the audit: only what is not as in an empty one."""
    empty = RuleVersion()
    names = sorted({name for names in FIELDS.values() for name in names})
    return {
        name: str(getattr(version, name))
        for name in names
        if getattr(version, name) != getattr(empty, name)
    }

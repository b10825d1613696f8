"""What members of a programme are told and when: the shop's switches."""

from collections.abc import Mapping
from datetime import date, datetime
from itertools import pairwise

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Refused
from core.services import audit
from core.services.audit import Actor
from core.services.shop import get_shop
from loyalty.models import News, Programme, TellingRule
from loyalty.rules.calendar import add_months
from loyalty.rules.telling import Notice, newest_begun, statement_month

EXPIRY = (News.EXPIRY_FIRST, News.EXPIRY_SECOND, News.EXPIRY_LAST)
# Whether it is on in a new shop, and on which day. Statements are the shop's own decision.
DEFAULTS: Mapping[str, tuple[bool, int | None]] = {
    News.EXPIRY_FIRST: (True, 30),
    News.EXPIRY_SECOND: (True, 7),
    News.EXPIRY_LAST: (True, 1),
    News.STATEMENT: (False, 3),
    News.TIER_UP: (True, None),
    News.TIER_ENDING: (True, 14),
    News.REWARD_READY: (True, None),
    News.CHALLENGE_WON: (True, None),
    News.BADGE_WON: (True, None),
}


def rule_of(programme: Programme, kind: str) -> TellingRule:
    """The rule of one kind; where nobody has changed it that of the house, not stored."""
    found = TellingRule.objects.filter(programme=programme, kind=kind).first()
    return found or _default(programme, kind)


def rules_of(programme: Programme) -> dict[str, TellingRule]:
    """The rules of all kinds, in their order."""
    stored = {row.kind: row for row in TellingRule.objects.filter(programme=programme)}
    return {kind: stored.get(kind) or _default(programme, kind) for kind in DEFAULTS}


def _default(programme: Programme, kind: str) -> TellingRule:
    is_on, days = DEFAULTS[kind]
    return TellingRule(programme=programme, kind=kind, is_on=is_on, days=days)


def begun_rule(programme: Programme, kind: str, now: datetime) -> TellingRule:
    """The rule, stored, with where it stands: what was due before it was first looked at is not
    told."""
    rule = rule_of(programme, kind)
    if rule.done_through is None and rule.is_on:
        values = {"is_on": rule.is_on, "days": rule.days, "done_through": _begin(rule, now)}
        rule, _made = TellingRule.objects.update_or_create(
            programme=programme, kind=kind, defaults=values
        )
    return rule


def _begin(rule: TellingRule, now: datetime) -> date | None:
    """The last day, or month, that a rule that begins now has nothing to say about."""
    zone = get_shop().zone
    if rule.kind in EXPIRY and rule.days:
        return newest_begun(Notice(rule.kind, rule.days), now, zone)
    if rule.kind == News.STATEMENT and rule.days:
        month = statement_month(rule.days, now, zone)
        return month.first if month.goes_from <= now else add_months(month.first, -1)
    return None


@transaction.atomic
def change_telling(
    *,
    actor: Actor | None,
    programme: Programme,
    rules: Mapping[str, tuple[bool, int | None]],
    notice_least: int,
    version: int,
    now: datetime,
) -> Programme:
    """Change what members are told; what was planned goes still. Audited with what it was and what
    it is. Locks the programme. Refuses a version that is not the newest, and notices of expiry that
    do not come one after the other."""
    locked = Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    if locked.version != version:
        raise Refused(
            _("Somebody changed this meanwhile. Nothing is saved; your text is still here.")
        )
    _check(rules)
    changed = {}
    for kind, before in rules_of(locked).items():
        is_on, days = rules.get(kind, (before.is_on, before.days))
        if (before.is_on, before.days) != (is_on, days):
            changed[kind] = [_said(before.is_on, before.days), _said(is_on, days)]
            _store(locked, kind, is_on, days, now)
    if locked.notice_least != notice_least:
        changed["notice_least"] = [str(locked.notice_least), str(notice_least)]
    locked.notice_least = notice_least
    locked.version += 1
    locked.save(update_fields=["notice_least", "version"])
    audit.record(actor=actor, action="telling.changed", target=locked, details=changed)
    return locked


def _said(is_on: bool, days: int | None) -> str:
    return f"{days or 'on'}" if is_on else "off"


def _check(rules: Mapping[str, tuple[bool, int | None]]) -> None:
    days = [rules[kind][1] or 0 for kind in EXPIRY if kind in rules and rules[kind][0]]
    if any(later >= earlier for earlier, later in pairwise(days)):
        raise Refused(
            _("Each notice comes after the one before it: give it fewer days."), field="days"
        )


def _store(programme: Programme, kind: str, is_on: bool, days: int | None, now: datetime) -> None:
    rule = TellingRule(programme=programme, kind=kind, is_on=is_on, days=days)
    values = {"is_on": is_on, "days": days, "done_through": _begin(rule, now)}
    TellingRule.objects.update_or_create(programme=programme, kind=kind, defaults=values)

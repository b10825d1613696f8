"""The rules as they stand now, read by one kept statement, since every award asks for them."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from core.prepared import Prepared, text_of
from core.services.shop import shop_zone
from loyalty.models import Programme
from loyalty.rules.earning import Rule, RuleKind
from loyalty.rules.periods import Period

_COLUMNS = (
    *("times_percent", "units", "from_minor", "stacks", "event", "category", "product", "segment"),
    *("tier", "weekdays", "first_day", "last_day", "period", "period_days", "most_times"),
)
_STANDING = Prepared(
    "SELECT (SELECT timezone FROM core_shop WHERE id = 1), r.id, r.kind, v.number, "  # noqa: S608
    f"{', '.join(f'v.{name}' for name in _COLUMNS)} FROM (SELECT 1 AS one) AS always "
    "LEFT JOIN loyalty_earningrule r "
    "ON r.is_on AND (r.programme_id = $1 OR r.kind = 'excluded') "
    "LEFT JOIN loyalty_ruleversion v ON v.rule_id = r.id AND v.number = r.version ORDER BY r.id",
    ("bigint",),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a programme is earned in now: the shop's zone, whose days the rules mean, and the rules
    that are on. What is excluded is so in all programmes."""

    zone: ZoneInfo
    rules: list[Rule]


def standing(programme: Programme) -> Standing:
    """Zone and rules in one query."""
    rows = _STANDING.rows([programme.pk])
    known = rows[0][0]
    # The shop's own row is made by whoever asks for it first.
    zone = shop_zone() if known is None else ZoneInfo(text_of(known))
    return Standing(zone, _rules(rows))


def rules_in_force(programme: Programme) -> list[Rule]:
    """The rules alone."""
    return _rules(_STANDING.rows([programme.pk]))


def _rules(rows: list[tuple[Any, ...]]) -> list[Rule]:
    return [_rule(row[1:]) for row in rows if row[1] is not None]


def _rule(row: tuple[Any, ...]) -> Rule:
    pk, kind, number, *columns = row
    said = dict(zip(_COLUMNS, columns, strict=True))
    weekdays, period = int(said["weekdays"]), text_of(said["period"])
    return Rule(
        id=int(pk),
        version=int(number),
        kind=RuleKind(text_of(kind)),
        times=Fraction(int(said["times_percent"]), 100),
        units=int(said["units"]),
        from_minor=int(said["from_minor"]),
        stacks=text_of(said["stacks"]) in {"t", "1", "True"},
        event=text_of(said["event"]),
        category=text_of(said["category"]),
        product=text_of(said["product"]),
        segment=None if said["segment"] is None else int(said["segment"]),
        tier=text_of(said["tier"]),
        weekdays=frozenset(day for day in range(7) if weekdays >> day & 1),
        first_day=_day(said["first_day"]),
        last_day=_day(said["last_day"]),
        period=Period(period) if period else None,
        period_days=int(said["period_days"]),
        most_times=int(said["most_times"]),
    )


def _day(value: Any) -> date | None:
    return None if value is None else date.fromisoformat(text_of(value))

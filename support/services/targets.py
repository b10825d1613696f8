"""How long cases may take, in which calendar, and by which law: what a new case copies."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from core.services.shop import get_shop
from support.models import BusinessCalendar, Case, CaseKind, LegalRule, ServiceTarget, Severity
from support.rules.legal import legal_due_on
from support.services.calendars import COUNTRIES, LEGAL_DAYS, get_calendar, get_legal_rule

ACKNOWLEDGE = 60
# Business minutes to respond and to resolve: a day has 480.
FIRST_TARGETS = {
    Severity.CRITICAL: (60, 480),
    Severity.HIGH: (120, 960),
    Severity.NORMAL: (240, 2_400),
    Severity.LOW: (480, 4_800),
}
OWN = "SHOP"


@dataclass(frozen=True, slots=True)
class Legal:
    """The rule that a complaint stands under, and its last day."""

    rule: LegalRule
    due_on: date


def get_target(kind: str, severity: int) -> ServiceTarget:
    """The target of a kind and severity; made as we propose it where the shop has none."""
    respond, resolve = FIRST_TARGETS[Severity(severity)]
    target, _made = ServiceTarget.objects.get_or_create(
        kind=kind,
        severity=severity,
        defaults={"acknowledge": ACKNOWLEDGE, "respond": respond, "resolve": resolve},
    )
    return target


def copy_targets(case: Case) -> None:
    """Put the target of the case's kind and severity onto the instance."""
    target = get_target(case.kind, case.severity)
    case.target_acknowledge, case.target_respond = target.acknowledge, target.respond
    case.target_resolve = target.resolve


def get_shop_calendar() -> BusinessCalendar:
    """The calendar of the country whose zone is the shop's; else one of the shop's own, without
    holidays."""
    zone = get_shop().timezone
    for code, country in COUNTRIES.items():
        if country.timezone == zone:
            return get_calendar(code)
    own, _made = BusinessCalendar.objects.get_or_create(
        code=OWN, defaults={"name": get_shop().name, "timezone": zone}
    )
    return own


def legal_deadline(kind: str, calendar: BusinessCalendar, received: datetime) -> Legal | None:
    """The law's last day for a complaint received then; None where no rule is on for the country,
    and for what is no complaint."""
    if kind != CaseKind.COMPLAINT or calendar.code not in LEGAL_DAYS:
        return None
    rule = get_legal_rule(calendar.code)
    if not rule.is_on:
        return None
    return Legal(rule, legal_due_on(received, rule.days, ZoneInfo(calendar.timezone)))

"""Business calendars and legal rules: those of four countries are there from the beginning."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from holidays import country_holidays

from support.models import BusinessCalendar, CalendarDay, CalendarWindow, LegalRule

FIRST_YEAR, LAST_YEAR = 2000, 2050
OPENS, CLOSES = 9 * 60, 17 * 60
MONDAY_TO_FRIDAY = range(5)


@dataclass(frozen=True, slots=True)
class _Country:
    name: str
    timezone: str
    holidays: str


COUNTRIES = {
    "PL": _Country("Polska", "Europe/Warsaw", "PL"),
    "CZ": _Country("Česko", "Europe/Prague", "CZ"),
    "RO": _Country("România", "Europe/Bucharest", "RO"),
    "GB": _Country("England", "Europe/London", "GB-ENG"),
}
# What the library's names of days are told in; else it would ask the process's environment.
LANGUAGES = {"PL": "pl", "CZ": "cs", "RO": "ro", "GB": "en_GB"}
# Days to answer a consumer's complaint, as secondary sources tell: have a lawyer confirm them.
LEGAL_DAYS = {
    "PL": (14, "Ustawa o prawach konsumenta, art. 7a"),
    "CZ": (30, "Zákon č. 634/1992 Sb., § 19"),
    "RO": (15, "OUG 140/2021"),
}


def get_calendar(code: str) -> BusinessCalendar:
    """The calendar of the code; those of `COUNTRIES` are made where they are missing: Monday to
    Friday 09:00-17:00 in the capital's zone, public holidays of 2000-2050 closed. Raises
    BusinessCalendar.DoesNotExist."""
    found = BusinessCalendar.objects.filter(code=code).first()
    if found or code not in COUNTRIES:
        return found or BusinessCalendar.objects.get(code=code)
    return _make(code, COUNTRIES[code])


@transaction.atomic
def _make(code: str, country: _Country) -> BusinessCalendar:
    calendar, made = BusinessCalendar.objects.get_or_create(
        code=code,
        defaults={
            "name": country.name,
            "timezone": country.timezone,
            "country": country.holidays,
        },
    )
    if made:
        CalendarWindow.objects.bulk_create(
            CalendarWindow(calendar=calendar, weekday=weekday, opens=OPENS, closes=CLOSES)
            for weekday in MONDAY_TO_FRIDAY
        )
        CalendarDay.objects.bulk_create(
            CalendarDay(calendar=calendar, day=day, name=name[:120])
            for day, name in public_holidays(country.holidays)
        )
    return calendar


def public_holidays(country: str) -> list[tuple[date, str]]:
    """The country's public holidays in order, days off in lieu too, by their local names. A part of
    a country stands behind a hyphen."""
    name, _hyphen, part = country.partition("-")
    found = country_holidays(
        name,
        subdiv=part or None,
        years=range(FIRST_YEAR, LAST_YEAR + 1),
        language=LANGUAGES.get(name),
    )
    return sorted(found.items())


def get_legal_rule(code: str) -> LegalRule:
    """The rule of the code; those of `LEGAL_DAYS` are made where they are missing. Raises
    LegalRule.DoesNotExist."""
    if code not in LEGAL_DAYS:
        return LegalRule.objects.get(code=code)
    days, name = LEGAL_DAYS[code]
    rule, _made = LegalRule.objects.get_or_create(
        code=code, defaults={"country": code, "name": name, "days": days}
    )
    return rule

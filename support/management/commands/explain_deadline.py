"""Tells when a deadline ends, and which stretches of time were counted."""

import argparse
import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.services.shop import get_shop
from support.calendars import calendar_of
from support.models import BusinessCalendar, LegalRule
from support.rules.business_time import Calendar, Due, Hours, NeverOpen, Stretch, due_after
from support.rules.hours import BadHours, hours_of
from support.rules.legal import legal_due_on
from support.services.calendars import (
    COUNTRIES,
    LEGAL_DAYS,
    MONDAY_TO_FRIDAY,
    get_calendar,
    get_legal_rule,
)

LONGEST = 10**7
CLOSED: Hours = ()


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no instant") from None


def _minutes(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:9]) <= LONGEST and len(text) <= 8):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of minutes")
    return int(text)


def _hours(text: str) -> Hours:
    try:
        return hours_of(text)
    except BadHours as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _calendar(code: str) -> BusinessCalendar:
    try:
        return get_calendar(code)
    except BusinessCalendar.DoesNotExist:
        known = {*COUNTRIES, *BusinessCalendar.objects.values_list("code", flat=True)}
        words = f"{code!r} is none of the calendars {', '.join(sorted(known))}"
        raise argparse.ArgumentTypeError(words) from None


def _rule(code: str) -> LegalRule:
    try:
        return get_legal_rule(code)
    except LegalRule.DoesNotExist:
        known = {*LEGAL_DAYS, *LegalRule.objects.values_list("code", flat=True)}
        words = f"{code!r} is none of the legal rules {', '.join(sorted(known))}"
        raise argparse.ArgumentTypeError(words) from None


class Command(BaseCommand):
    help = "Tell when so many business minutes have passed, and why."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--calendar", type=_calendar, required=True, metavar="CODE")
        parser.add_argument("--received", type=_instant, required=True, metavar="ISO")
        parser.add_argument("--minutes", type=_minutes, required=True, metavar="N")
        parser.add_argument(
            "--pause",
            type=_instant,
            nargs=2,
            action="append",
            default=[],
            metavar="ISO",
            help="from and to; may be given again",
        )
        parser.add_argument(
            "--windows", type=_hours, help="opening hours on Monday to Friday instead"
        )
        parser.add_argument("--legal", type=_rule, metavar="CODE", help="a legal rule too")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        received = _in_shop(options["received"])
        pauses = [Stretch(*map(_in_shop, pause)) for pause in options["pause"]]
        if any(pause.ends < pause.begins for pause in pauses):
            raise CommandError("a pause ends before it begins", returncode=2)
        calendar = calendar_of(options["calendar"], received)
        if options["windows"] is not None:
            calendar = _with_hours(calendar, options["windows"])
        try:
            due = due_after(calendar, received, timedelta(minutes=options["minutes"]), pauses)
        except (NeverOpen, OverflowError):
            self._refuse("the calendar is never open", as_json=options["json"])
        found = _document(due)
        if options["legal"]:
            last = legal_due_on(received, options["legal"].days, calendar.zone)
            found["legal_due_on"] = last.isoformat()
        self._print(found, as_json=options["json"])

    def _refuse(self, words: str, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"error": words}))
        else:
            self.stderr.write(words)
        raise SystemExit(1)

    def _print(self, found: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(found))
            return
        for stretch in found["stretches"]:
            self.stdout.write(f"{stretch['from']}  {stretch['to']}  {stretch['minutes']} min")
        self.stdout.write(f"due {found['due_at']}")
        if "legal_due_on" in found:
            self.stdout.write(f"by law on {found['legal_due_on']}")


def _in_shop(instant: datetime) -> datetime:
    """Naive instants are the shop's."""
    return instant if instant.tzinfo else instant.replace(tzinfo=get_shop().zone)


def _with_hours(calendar: Calendar, hours: Hours) -> Calendar:
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = (
        hours if weekday in MONDAY_TO_FRIDAY else CLOSED for weekday in range(7)
    )
    return replace(calendar, week=(monday, tuesday, wednesday, thursday, friday, saturday, sunday))


def _document(due: Due) -> dict[str, Any]:
    return {
        "due_at": due.at.isoformat(),
        "stretches": [
            {
                "from": stretch.begins.isoformat(),
                "to": stretch.ends.isoformat(),
                "minutes": _number(stretch.length),
            }
            for stretch in due.stretches
        ],
    }


def _number(length: timedelta) -> int | float:
    """Minutes, whole where they are."""
    minutes, rest = divmod(length, timedelta(minutes=1))
    return length / timedelta(minutes=1) if rest else minutes

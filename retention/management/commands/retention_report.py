"""The retention figures of a period, or the cohorts, as JSON."""

import argparse
import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import clock
from core.money import known_currencies
from core.services.shop import get_shop
from retention.reports import CohortQuery, Query, cohorts, figures
from retention.reports.documents import cohorts_document, figures_document
from retention.reports.query import LONGEST_WINDOW, SHORTEST_WINDOW, USUAL_WINDOW
from retention.rules.periods import Period
from retention.services.freshness import bring_up_to_date

MOST_COLUMNS = 1200
# The calendar's other spellings, 20110301 and 2011-W09-2, are none of ours.
DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text if DAY.fullmatch(text) else "")
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date like 2011-03-01") from None


def _number(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= 6 and low <= int(text) <= high):
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {low} to {high}")
        return int(text)

    return read


def _currency(text: str) -> str:
    if text not in known_currencies():
        raise argparse.ArgumentTypeError(f"{text!r} is no currency code")
    return text


class Command(BaseCommand):
    help = "Retention figures of the days [from, to) in the shop's zone, or --cohorts, as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", type=_date, dest="start", metavar="DATE")
        parser.add_argument("--to", type=_date, dest="end", metavar="DATE")
        parser.add_argument(
            "--window", type=_number(SHORTEST_WINDOW, LONGEST_WINDOW), default=USUAL_WINDOW
        )
        parser.add_argument("--currency", type=_currency)
        parser.add_argument("--cohorts", action="store_true")
        parser.add_argument("--months", type=_number(1, MOST_COLUMNS), default=12)
        parser.add_argument("--json", action="store_true", help="the only form; may be left out")

    def handle(self, *args: Any, **options: Any) -> None:
        start, end = options["start"], options["end"]
        if start and end and end <= start:
            raise CommandError("--to must be after --from", returncode=2)
        if not options["cohorts"] and not (start and end):
            raise CommandError("--from and --to are needed", returncode=2)
        currency = options["currency"] or get_shop().currency
        bring_up_to_date(now=clock.now(), wait=True)
        if options["cohorts"]:
            document: Any = _cohorts(start, end, options["months"], currency)
        else:
            query = Query(Period(start, end), options["window"], currency)
            document = figures_document(figures(query))
        self.stdout.write(json.dumps(document))


def _cohorts(start: date | None, end: date | None, months: int, currency: str) -> Any:
    """Cohorts whose month begins in [start, end)."""
    first = None if start is None else _month_from(start)
    last = None if end is None else _month_from(end)
    table = cohorts(CohortQuery(first, last, months, currency))
    return cohorts_document(table)


def _month_from(day: date) -> int:
    """The number of the first month that begins on or after the day."""
    return clock.month_number(day) + (day.day > 1)

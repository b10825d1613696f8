"""What the import commands share: their options, their one JSON document, their exit codes."""

import json
import sys
import time
from argparse import ArgumentTypeError
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandParser

from core.money import known_currencies
from core.services import audit
from customers.import_words import explain
from customers.rules.csv_reading import Opener
from customers.rules.flaws import Flaw
from customers.services.import_report import MOST_LISTED, Problem, Step, Tally

SECONDS_BETWEEN_NEWS = 2.0


def zone(text: str) -> ZoneInfo:
    """An argument that names a time zone."""
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:
        raise ArgumentTypeError(f"there is no time zone {text!r}") from error


def currency(text: str) -> str:
    """An argument that names a currency."""
    if text.upper() not in known_currencies():
        raise ArgumentTypeError(f"there is no currency {text!r}")
    return text.upper()


def mapping(known: Mapping[str, str]) -> Any:
    """The type of `--map OURS=THEIRS`."""

    def read(text: str) -> tuple[str, str]:
        ours, equals, theirs = text.partition("=")
        if not equals or ours.strip() not in known:
            names = ", ".join(known)
            raise ArgumentTypeError(f"give OURS=THEIRS, OURS one of: {names}")
        return ours.strip(), theirs.strip()

    return read


def add_common_arguments(parser: CommandParser, names: Mapping[str, str]) -> None:
    """The arguments of every import command."""
    parser.add_argument("file", type=Path, help="a CSV file, plain or gzipped")
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        type=mapping(names),
        metavar="OURS=THEIRS",
        help="the file's column THEIRS is our OURS; may be repeated",
    )
    parser.add_argument("--dry-run", action="store_true", help="count, but write nothing")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def opener(path: Path) -> Opener:
    """Opens the file anew each time it is read."""

    def open_file() -> BinaryIO:
        return path.open("rb")

    return open_file


class Watch:
    """Keeps the first problems and, now and then, tells how far it is.

    With an `action` the import goes on record: that it began, before anything is written, and
    its counts in the transaction of its last batch. A dry run has none.
    """

    def __init__(self, total: int, headers: Mapping[str, str], action: str = "") -> None:
        self._action = action
        if action:
            audit.record(actor=None, action=f"{action}_begun", details={"rows": total})
        self.problems: list[Problem] = []
        self.left_out: list[Problem] = []
        self._total, self._headers = total, headers
        self._began = self._told = time.monotonic()

    def __call__(self, step: Step) -> None:
        if self._action and step.tally.rows == self._total:
            audit.record(actor=None, action=self._action, details=step.tally.counts())
        for problem in step.problems:
            listed = self.problems if problem.is_rejected else self.left_out
            if len(listed) < MOST_LISTED and problem.code != "other_line":
                listed.append(problem)
        now = time.monotonic()
        if now - self._told >= SECONDS_BETWEEN_NEWS:
            self._told = now
            rate = step.tally.rows / (now - self._began)
            rows = f"{step.tally.rows} of {self._total} rows"
            sys.stderr.write(f"{rows}, {rate:.0f} a second\n")

    def report(self, tally: Tally) -> dict[str, Any]:
        """What the command prints."""
        return {
            **tally.counts(),
            "problems": [self._worded(problem) for problem in self.problems],
            "left_out": [self._worded(problem) for problem in self.left_out],
        }

    def _worded(self, problem: Problem) -> dict[str, Any]:
        return {
            "row": problem.row,
            "column": self._headers.get(problem.column, problem.column) or None,
            "reason": explain(problem.code, problem.values),
        }


def refuse(command: BaseCommand, message: str, *, as_json: bool) -> None:
    """Say why nothing was imported, and exit 1."""
    if as_json:
        command.stdout.write(json.dumps({"error": message}, ensure_ascii=False))
    else:
        command.stderr.write(message)
    raise SystemExit(1)


def refuse_file(command: BaseCommand, error: Flaw | OSError, *, as_json: bool) -> None:
    """Say what is wrong with the file, and exit 1."""
    if isinstance(error, Flaw):
        message = explain(error.code, error.values)
    else:
        message = f"The file cannot be read: {error.strerror or error}"
    refuse(command, message, as_json=as_json)


def print_report(command: BaseCommand, report: dict[str, Any], *, as_json: bool) -> None:
    """One JSON document, or lines for people."""
    if as_json:
        command.stdout.write(json.dumps(report, ensure_ascii=False))
        return
    counts = {name: value for name, value in report.items() if isinstance(value, int)}
    command.stdout.write(", ".join(f"{name} {value}" for name, value in counts.items()))
    for problem in report["problems"]:
        where = f"row {problem['row']}, {problem['column'] or 'whole row'}"
        command.stdout.write(f"  {where}: {problem['reason']}")

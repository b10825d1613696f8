"""Reads the mailboxes now, without waiting for the job that does."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from messaging.services.fetching_now import Fetched, fetch_all


class Command(BaseCommand):
    help = "Read all mailboxes that are on, now; exit code 1 where one of them cannot be read."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        found = fetch_all()
        self._print(found, as_json=options["json"])
        if not all(one.is_fine for one in found):
            raise SystemExit(1)

    def _print(self, found: list[Fetched], *, as_json: bool) -> None:
        total = sum(one.mails for one in found)
        if as_json:
            report = {"mails": total, "mailboxes": [asdict(one) for one in found]}
            self.stdout.write(json.dumps(report, ensure_ascii=False))
            return
        for one in found:
            words = (one.name, one.mails, one.state, one.trouble, one.error)
            self.stdout.write("  ".join(str(word) for word in words if word != ""))
        self.stdout.write(f"{total} mails")

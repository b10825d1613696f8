"""What stands in the outbox, counted."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from messaging.reports import outbox_counts


class Command(BaseCommand):
    help = "Count the messages by class, state and reason."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = outbox_counts()
        if options["json"]:
            self.stdout.write(json.dumps(rows))
            return
        for row in rows:
            words = (row["class"], row["state"], row["reason"], row["count"])
            self.stdout.write("  ".join(str(word) for word in words))

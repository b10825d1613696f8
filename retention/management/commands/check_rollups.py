"""Compares every roll-up with a full derivation."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core import clock
from retention.services.checking import Difference, differences


class Command(BaseCommand):
    help = "Compare all retention roll-ups with a full derivation; exit 1 on any difference."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        found = differences(now=clock.now())
        if options["json"]:
            self.stdout.write(json.dumps({"differences": [_as_json(row) for row in found]}))
        else:
            for row in found:
                self.stdout.write(f"{row.table}: only {row.side}: {row.row}")
            self.stdout.write(f"differences: {len(found) or 'none'}")
        if found:
            raise SystemExit(1)


def _as_json(found: Difference) -> dict[str, Any]:
    row = [value if isinstance(value, int | None) else str(value) for value in found.row]
    return {"table": found.table, "side": found.side, "row": row}

"""Derives every roll-up again."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core import clock
from retention.services.rebuild import rebuild


class Command(BaseCommand):
    help = "Derive all retention roll-ups again from purchases and refunds."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        begun = clock.now()
        tables = rebuild(now=begun)
        seconds = round((clock.now() - begun).total_seconds(), 3)
        if options["json"]:
            self.stdout.write(json.dumps({"rows": tables, "seconds": seconds}))
        else:
            self.stdout.write(f"{sum(tables.values())} rows in {seconds} s")

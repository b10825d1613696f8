"""Derives every member's tier again."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core import clock
from loyalty.services.tiers import rebuild_tiers


class Command(BaseCommand):
    help = "Derive all tiers again from purchases, schemes and what was given by hand."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        begun = clock.now()
        rebuilt = rebuild_tiers(now=begun)
        seconds = round((clock.now() - begun).total_seconds(), 3)
        if options["json"]:
            document = {"customers": rebuilt.customers, "changed": rebuilt.changed}
            self.stdout.write(json.dumps({**document, "seconds": seconds}))
        else:
            words = "{} customers, {} of them with another tier than before, in {} s"
            self.stdout.write(words.format(rebuilt.customers, rebuilt.changed, seconds))

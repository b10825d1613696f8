"""Checks the audit trail's chain of seals."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.models import AuditEntry
from core.services.audit import broken_seals


class Command(BaseCommand):
    help = "Check every sealed audit entry against the chain; exit 1 on any break."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        broken = broken_seals()
        entries = AuditEntry.objects.count()
        unsealed = AuditEntry.objects.filter(seal="").count()
        if options["json"]:
            report = {"entries": entries, "unsealed": unsealed, "broken": broken}
            self.stdout.write(json.dumps(report))
        else:
            self.stdout.write(f"{entries} entries, {unsealed} not sealed yet, broken: {broken}")
        if broken:
            raise SystemExit(1)

"""The job loop: does what is due, without a broker."""

import json
import signal
import threading
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from core.jobs import stopping
from core.services.jobs import leave_dead_connections, run_due
from core.services.shop import get_shop


class Command(BaseCommand):
    help = "Do due work: once (exit code 1 if a job failed), or in a loop until told to stop."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due and end")
        at = "the instant to act at (ISO 8601; in the shop's zone unless it says), with --once"
        parser.add_argument("--at", help=at)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"] or options["at"] is not None:
            self._once(self._instant(options["at"]), as_json=options["json"])
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        self._loop(stopping)

    def _once(self, at: datetime | None, *, as_json: bool) -> None:
        """One round, told; exits 1 where a job failed."""
        result = run_due(at)
        words = [f"{result.done} done", *(f"{key} failed" for key in result.failed)]
        self.stdout.write(json.dumps(asdict(result)) if as_json else "\n".join(words))
        if result.failed:
            raise SystemExit(1)

    def _loop(self, stop: threading.Event) -> None:
        """Quick jobs here, slow ones in a thread of their own, one after the other."""
        slow = threading.Thread(target=self._slow_rounds, args=[stop], name="slow jobs")
        slow.start()
        try:
            self._rounds(stop, slow=False)
        finally:
            stop.set()
            slow.join()

    def _slow_rounds(self, stop: threading.Event) -> None:
        try:
            self._rounds(stop, slow=True)
        finally:
            connections.close_all()

    def _rounds(self, stop: threading.Event, *, slow: bool) -> None:
        """Round after round, each on connections that are alive, as requests have them."""
        while not stop.is_set():
            leave_dead_connections()
            if not run_due(slow=slow).done:
                stop.wait(1)

    def _instant(self, given: str | None) -> datetime | None:
        if given is None:
            return None
        try:
            instant = datetime.fromisoformat(given)
        except ValueError as error:
            raise CommandError("--at must be an ISO 8601 instant", returncode=2) from error
        return instant if instant.tzinfo else instant.replace(tzinfo=get_shop().zone)

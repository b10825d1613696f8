"""The running product: the web server and the job loop together, stopped together."""

import signal
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.guards import missing_guards
from crm.services.set_up import set_up


def _commands() -> list[list[str]]:
    web = [
        sys.executable,
        "-m",
        "gunicorn",
        "crm.wsgi:application",
        "--bind",
        f"{settings.HOST}:{settings.PORT}",
        "--workers",
        str(settings.WEB_WORKERS),
        "--threads",
        "8",
        "--worker-class",
        "gthread",
        "--timeout",
        "120",
        # The longest that it can take: a filter stands in its address.
        "--limit-request-line",
        "8190",
        "--log-level",
        "warning",
    ]
    return [web, [sys.executable, "manage.py", "run_due"]]


def refuse_without_guards() -> None:
    """Do not run on a database whose ledgers could be rewritten: a restored copy may lack them."""
    missing = missing_guards()
    if missing:
        raise CommandError(
            f"These tables have lost the triggers that keep them as they are: {', '.join(missing)}."
            " Run `manage.py migrate`, which makes them again."
        )


class Command(BaseCommand):
    help = "Start the web server and the job loop; Ctrl-C stops both cleanly."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--set-up", action="store_true", help="first migrate, and fill an empty database"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["set_up"]:
            self._set_up()
        refuse_without_guards()
        address = f"http://localhost:{settings.PORT}/"
        self.stdout.write(f"Perennial runs at {address}   (Ctrl-C stops it)")
        self.stdout.flush()
        self._supervise([subprocess.Popen(command) for command in _commands()])  # noqa: S603

    def _set_up(self) -> None:
        self.stdout.write("Preparing the database ...")
        self.stdout.flush()
        call_command("migrate", verbosity=0)
        password = set_up()
        if password is None:
            return
        names = "support, marketer, manager, admin" if settings.DEMO else "admin"
        self.stdout.write(f"Sign in as {names}   password: {password}")

    def _supervise(self, children: list[subprocess.Popen[bytes]]) -> None:
        """Wait until told to stop or until a child ends; then stop them all. A child that ends
        untold, by whatever code or signal, makes the exit code 1, so that a supervisor sees it.
        """

        def stop(*_: Any) -> None:
            raise KeyboardInterrupt

        told = False
        try:
            signal.signal(signal.SIGTERM, stop)
            while all(child.poll() is None for child in children):
                time.sleep(0.2)
        except KeyboardInterrupt:
            told = True
            self.stdout.write("Stopping ...")
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for child in children:
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        codes = [child.wait() for child in children]
        if not told or any(code > 0 for code in codes):
            raise SystemExit(1)

"""Proves that balances, lots and holds are what the transfers say; any difference exits with 1."""

import argparse
import json
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.services.shop import get_shop
from loyalty.reconciling import Report, Scope, reconcile
from loyalty.services.rebuilding import rebuild_account
from loyalty.services.summing import rebuild_flows


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date or instant") from None


def _id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise argparse.ArgumentTypeError(f"{text!r} is no account")
    return int(text)


class Command(BaseCommand):
    help = "Compare balances, lots and holds with the transfers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--account", type=_id, help="only this account")
        parser.add_argument("--since", type=_instant, help="only accounts written since")
        parser.add_argument(
            "--quick", action="store_true", help="sums, chain, holds and awards only"
        )
        parser.add_argument("--rebuild", action="store_true", help="derive again what differs")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        scope = Scope(options["account"], _in_shop(options["since"]))
        quick = options["quick"]
        report = reconcile(scope, quick=quick)
        if options["rebuild"] and report.differences:
            for account in sorted({d.account for d in report.differences if d.account}):
                rebuild_account(actor=None, account_id=account)
            if any(d.what == "month_flow" for d in report.differences):
                rebuild_flows()
            report = reconcile(scope, quick=quick)
        self._print(report, as_json=options["json"])
        if report.differences:
            raise SystemExit(1)

    def _print(self, report: Report, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report.document()))
            return
        self.stdout.write(f"{report.accounts} accounts, {report.transfers} transfers")
        for difference in report.differences:
            self.stdout.write(str(difference))


def _in_shop(since: datetime | None) -> datetime | None:
    if since is None or since.tzinfo:
        return since
    return since.replace(tzinfo=get_shop().zone)

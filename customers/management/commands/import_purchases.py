"""Imports purchases and refunds from a CSV file."""

from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core import clock
from core.services.shop import get_shop
from customers.importing_cli import (
    Watch,
    add_common_arguments,
    currency,
    opener,
    print_report,
    refuse_file,
    zone,
)
from customers.rules.documents import LONGEST_SOURCE
from customers.rules.flaws import FileRefused
from customers.rules.headers import PURCHASE_NAMES
from customers.services.import_purchases import (
    PurchaseFile,
    PurchaseOptions,
    import_purchases,
    understand,
)
from customers.services.planned_customers import PlannedCustomers
from customers.services.summaries import refresh_all


def _source(text: str) -> str:
    if not text.strip() or len(text) > LONGEST_SOURCE:
        raise ArgumentTypeError(f"a source has 1 to {LONGEST_SOURCE} characters")
    return text.strip()


class Command(BaseCommand):
    help = "Import purchases and refunds from a CSV file; safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        add_common_arguments(parser, PURCHASE_NAMES)
        parser.add_argument("--timezone", type=zone, help="of times without one; the shop's")
        parser.add_argument("--currency", type=currency, help="where no column says it; the shop's")
        parser.add_argument("--source", type=_source, default="csv", help="where it comes from")
        parser.add_argument("--refund-prefix", default="", help="numbers that begin so: refunds")
        parser.add_argument("--skip-prefix", default="", help="numbers that begin so: left out")

    def handle(self, *args: Any, **options: Any) -> None:
        as_json = options["json"]
        try:
            file = understand(opener(options["file"]), self._options(options))
            report = self._import(file, dry=options["dry_run"])
        except (FileRefused, OSError) as error:
            refuse_file(self, error, as_json=as_json)
            return
        print_report(self, report, as_json=as_json)

    def _options(self, options: dict[str, Any]) -> PurchaseOptions:
        shop = get_shop()
        return PurchaseOptions(
            zone=options["timezone"] or shop.zone,
            shop_zone=shop.zone,
            currency=options["currency"] or shop.currency,
            source=options["source"],
            mapping=dict(options["map"]),
            refund_prefix=options["refund_prefix"],
            skip_prefix=options["skip_prefix"],
        )

    def _import(self, file: PurchaseFile, *, dry: bool) -> dict[str, Any]:
        headers = {ours: file.head.headers[place] for ours, place in file.columns.items()}
        watch = Watch(file.scan.rows, headers, "" if dry else "import.purchases")
        store = PlannedCustomers() if dry else None
        tally = import_purchases(file, now=clock.now(), watch=watch, dry_run_store=store)
        if not dry:
            refresh_all()
        return watch.report(tally)

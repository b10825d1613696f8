"""Imports customers from a CSV file."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core import clock
from core.services.shop import get_shop
from customers.importing_cli import (
    Watch,
    add_common_arguments,
    opener,
    print_report,
    refuse_file,
    zone,
)
from customers.rules.flaws import FileRefused
from customers.rules.headers import CUSTOMER_NAMES
from customers.services.import_customers import (
    CustomerFile,
    CustomerOptions,
    import_customers,
    understand,
)
from customers.services.people_states import PlannedPeople


class Command(BaseCommand):
    help = "Import customers from a CSV file; safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        add_common_arguments(parser, CUSTOMER_NAMES)
        parser.add_argument("--timezone", type=zone, help="of times without one; the shop's")

    def handle(self, *args: Any, **options: Any) -> None:
        as_json = options["json"]
        try:
            file = understand(opener(options["file"]), self._options(options))
            report = self._import(file, dry=options["dry_run"])
        except (FileRefused, OSError) as error:
            refuse_file(self, error, as_json=as_json)
            return
        print_report(self, report, as_json=as_json)

    def _options(self, options: dict[str, Any]) -> CustomerOptions:
        shop = get_shop()
        return CustomerOptions(
            zone=options["timezone"] or shop.zone,
            shop_zone=shop.zone,
            today=clock.local_date(clock.now(), shop.zone),
            home=shop.country,
            mapping=dict(options["map"]),
        )

    def _import(self, file: CustomerFile, *, dry: bool) -> dict[str, Any]:
        headers = {ours: file.head.headers[place] for ours, place in file.columns.items()}
        watch = Watch(file.scan.rows, headers, "" if dry else "import.customers")
        store = PlannedPeople() if dry else None
        tally = import_customers(file, now=clock.now(), watch=watch, dry_run_store=store)
        return watch.report(tally)

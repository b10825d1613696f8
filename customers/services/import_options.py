"""What is kept of how a file is to be read, and the options that the import takes of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from core.clock import local_date
from core.models import Shop
from core.services.shop import get_shop
from customers.models import ImportKind, ImportRun
from customers.rules.csv_reading import Head, Opener
from customers.rules.headers import CUSTOMER_NAMES, PURCHASE_NAMES
from customers.services import import_customers, import_purchases
from customers.services.import_customers import CustomerOptions
from customers.services.import_purchases import PurchaseOptions


def names_of(kind: str) -> Mapping[str, str]:
    """Our columns of a kind of file."""
    return PURCHASE_NAMES if kind == ImportKind.PURCHASES else CUSTOMER_NAMES


def _mapping(kept: dict[str, Any]) -> dict[str, str | int]:
    columns: dict[str, str | int] = kept.get("columns", {})
    return columns


def purchase_options(run: ImportRun, shop: Shop, most_rows: int | None) -> PurchaseOptions:
    """How the run's file of purchases is to be read."""
    kept = run.options
    return PurchaseOptions(
        zone=ZoneInfo(kept.get("timezone") or shop.timezone),
        shop_zone=shop.zone,
        currency=kept.get("currency") or shop.currency,
        source=kept.get("source") or "csv",
        mapping=_mapping(kept),
        refund_prefix=kept.get("refund_prefix", ""),
        skip_prefix=kept.get("skip_prefix", ""),
        encoding=kept.get("encoding", ""),
        separator=kept.get("separator", ""),
        most_rows=most_rows,
    )


def customer_options(
    run: ImportRun, shop: Shop, now: datetime, most_rows: int | None
) -> CustomerOptions:
    """How the run's file of customers is to be read."""
    kept = run.options
    return CustomerOptions(
        zone=ZoneInfo(kept.get("timezone") or shop.timezone),
        shop_zone=shop.zone,
        today=local_date(now, shop.zone),
        home=shop.country,
        mapping=_mapping(kept),
        encoding=kept.get("encoding", ""),
        separator=kept.get("separator", ""),
        most_rows=most_rows,
    )


def columns_of(run: ImportRun, open_raw: Opener) -> tuple[Head, dict[str, int]]:
    """The head of the run's file and its columns. Raises `FileRefused`."""
    shop = get_shop()
    if run.kind == ImportKind.PURCHASES:
        return import_purchases.look_at(open_raw, purchase_options(run, shop, None))
    options = customer_options(run, shop, run.created_at, None)
    return import_customers.look_at(open_raw, options)

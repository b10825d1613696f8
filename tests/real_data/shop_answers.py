"""What the reference files say, and the plain way over the raw file for any other period."""

import csv
import gzip
import json
import os
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command

DATA = Path(os.environ.get("REAL_DATA") or settings.BASE_DIR.parent / "shared" / "data")
REFERENCE = DATA.parent / "reference"

SHOPS: dict[str, dict[str, Any]] = {
    "cdnow": {
        "file": "cdnow_sample_purchases.csv",
        "monthly": "cdnow_sample_monthly.csv",
        "zone": "America/New_York",
        "currency": "USD",
        "opened": date(1997, 1, 1),
        "periods": [
            ("1997-05-10", "1997-06-21", 60),
            ("1998-01-01", "1998-02-01", 365),
            ("1997-06-01", "1998-06-01", 90),
            ("1998-05-01", "1998-06-01", 30),
            ("1998-06-15", "1998-07-15", 730),
        ],
    },
    "uci": {
        "file": "uci_purchases.csv.gz",
        "monthly": "uci_monthly.csv",
        "zone": "Europe/London",
        "currency": "GBP",
        "opened": date(2010, 12, 1),
        "periods": [
            ("2011-05-10", "2011-06-21", 60),
            ("2011-02-28", "2011-03-01", 90),
            ("2011-06-01", "2011-12-10", 90),
            ("2011-03-01", "2011-12-01", 45),
            ("2010-12-01", "2012-01-01", 365),
            ("2011-11-01", "2011-12-01", 7),
        ],
    },
}
# Our keys and the columns of the reference.
COUNTS = {
    "purchases": "orders",
    "guest_purchases": "guest_orders",
    "repeat_purchases": "existing_orders_A",
    "buyers": "buyers",
    "new_buyers": "new_customers",
    "returning_buyers": "returning_customers",
    "customers_at_start": "w{window}_start",
    "kept": "w{window}_kept",
    "lost": "w{window}_lost",
    "new": "w{window}_new",
    "reactivated": "w{window}_reactivated",
    "customers_at_end": "w{window}_end",
}
INDEXES = {
    "repurchase_index": "repurchase_index_A_all",
    "repurchase_index_identified": "repurchase_index_A_ident",
    "repurchase_index_by_period": "repurchase_index_B_all",
    "repurchase_index_by_period_identified": "repurchase_index_B_ident",
    "returning_rate": "returning_customer_rate",
}


def reference(name: str) -> list[dict[str, str]]:
    if not REFERENCE.is_dir():
        return []
    with (REFERENCE / name).open(newline="") as file:
        return list(csv.DictReader(file))


def report(*words: str) -> Any:
    out = StringIO()
    call_command("retention_report", *words, "--json", stdout=out)
    return json.loads(out.getvalue())


def four(value: float | None) -> float | None:
    """As the reference prints rates."""
    return None if value is None else round(value, 4)


def next_month(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"


@dataclass
class RawShop:
    """Purchase days by customer, read from the file without the product."""

    days: dict[str, list[date]] = field(default_factory=lambda: defaultdict(list))
    instants: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    guests: list[date] = field(default_factory=list)
    gross: list[tuple[date, Decimal]] = field(default_factory=list)
    back: list[tuple[date, Decimal]] = field(default_factory=list)

    @classmethod
    @cache
    def read(cls, name: str) -> "RawShop":
        shop = cls()
        opener: Any = gzip.open if name.endswith(".gz") else open
        with opener(DATA / name, "rt", newline="") as file:
            for row in csv.DictReader(file):
                shop.add(row)
        return shop

    def add(self, row: dict[str, str]) -> None:
        at = datetime.fromisoformat(row["ordered_at"])
        amount = Decimal(row["amount"])
        if row["type"] == "refund":
            self.back.append((at.date(), amount))
            return
        self.gross.append((at.date(), amount))
        if row["customer_id"]:
            self.days[row["customer_id"]].append(at.date())
            self.instants[row["customer_id"]].append(at)
        else:
            self.guests.append(at.date())

    def active(self, opens: date, at: date) -> set[str]:
        return {who for who, days in self.days.items() if any(opens <= day < at for day in days)}

    def expected(self, start: date, end: date, window: int) -> dict[str, Any]:
        days = timedelta(days=window)
        before, after = self.active(start - days, start), self.active(end - days, end)
        buyers = self.active(start, end)
        first = {who: min(days) for who, days in self.days.items()}
        new = {who for who in after if first[who] >= start}
        known = sum(start <= day < end for days_ in self.days.values() for day in days_)
        guests = sum(start <= day < end for day in self.guests)
        return {
            "customers_at_start": len(before),
            "kept": len(before & after),
            "lost": len(before - after),
            "new": len(new),
            "reactivated": len(after - before - new),
            "customers_at_end": len(after),
            "purchases": known + guests,
            "guest_purchases": guests,
            "repeat_purchases": self.repeats(start, end),
            "buyers": len(buyers),
            "new_buyers": sum(first[who] >= start for who in buyers),
            "returning_buyers": sum(first[who] < start for who in buyers),
            "gross": str(
                sum((sum_ for day, sum_ in self.gross if start <= day < end), Decimal("0.00"))
            ),
            "refunds": str(
                sum((sum_ for day, sum_ in self.back if start <= day < end), Decimal("0.00"))
            ),
        }

    def repeats(self, start: date, end: date) -> int:
        return sum(
            start <= at.date() < end and at > min(instants)
            for instants in self.instants.values()
            for at in instants
        )


def total(rows: list[tuple[date, Decimal]], start: date, end: date) -> str:
    return str(sum((amount for day, amount in rows if start <= day < end), Decimal("0.00")))

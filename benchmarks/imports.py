"""The import of purchases at scale, beside COPY, `bulk_create` and django-import-export.

    python -m benchmarks.imports [--rows N] [--customers N] [--keep]

PostgreSQL (the server of DATABASE_URL, else 127.0.0.1), in a database `bench_imports` of its
own, made anew and removed at the end unless `--keep`. A file of a million rows, one document
each, of 100,000 customers whom the import makes, a few of them refunds. COPY and `bulk_create`
fill the very table of purchases, emptied, with its keys and indexes, from the rows that the
import made; `bulk_create` and django-import-export (requirements/bench.in) take 20,000 rows and
are compared by rate. Memory is the peak of the importing process.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

NAME = "bench_imports"
FEW = 20_000
REFUNDS = 0.03
HEADER = "order_id,ordered_at,amount,currency,type,customer_id,refund_of\n"
AIMS = {"copy": 0.3, "django-import-export": 2.0, "memory": 1.1}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--keep", action="store_true")
    return parser.parse_args()


def server() -> str:
    given = os.environ.get("DATABASE_URL", "")
    parts = urlsplit(given if given.startswith("postgres") else "postgresql://postgres@127.0.0.1")
    return f"{parts.scheme}://{parts.netloc}"


def administer(*statements: str) -> None:
    with psycopg.connect(f"{server()}/postgres", autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def make_file(path: Path, rows: int, customers: int) -> None:
    """Purchases of three years in order of time; a refund names a purchase before it."""
    chance, begun = random.Random(11), datetime(2023, 1, 1, tzinfo=UTC)
    step = timedelta(days=3 * 365) / rows
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        for number in range(rows):
            at = (begun + number * step).strftime("%Y-%m-%dT%H:%M:%S")
            amount = f"{chance.randrange(500, 50_000) / 100:.2f}"
            kind, of = "purchase", ""
            if number > 100 and chance.random() < REFUNDS:
                kind, of = "refund", str(chance.randrange(number))
            customer = f"C{chance.randrange(customers)}"
            file.write(f"{number},{at},{amount},PLN,{kind},{customer},{of}\n")


def run_python(code: str, *given: str) -> dict[str, Any]:
    """Run code in a process of its own; what it printed last, as JSON."""
    command = [sys.executable, "-c", code, *given]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


IMPORT = """
import json, resource, sys, time, django
django.setup()
from pathlib import Path
from core import clock
from core.services.shop import get_shop
from customers.importing_cli import opener
from customers.services.import_purchases import PurchaseOptions, import_purchases, understand
from customers.services.summaries import refresh_all
shop, begun = get_shop(), time.perf_counter()
options = PurchaseOptions(zone=shop.zone, shop_zone=shop.zone, currency="PLN")
file = understand(opener(Path(sys.argv[1])), options)
read = time.perf_counter()
tally = import_purchases(file, now=clock.now(), watch=lambda step: None)
saved = time.perf_counter()
refresh_all()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps(tally.counts() | {"first_pass": read - begun, "import": saved - begun,
      "summaries": time.perf_counter() - saved, "peak": peak}))
"""


def say(name: str, value: str, aim: str = "", met: bool | None = None) -> None:
    verdict = "" if met is None else ("met" if met else "MISSED")
    print(f"{name:<44} {value:>34}  {aim:<14} {verdict}", flush=True)


def rate_of(rows: int, seconds: float) -> float:
    return rows / seconds


def empty_tables() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        # A database of the benchmark's own: the guards of its ledgers rest.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("TRUNCATE customers_customer CASCADE")
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")


def copy_rate(folder: Path) -> tuple[float, int]:
    """COPY of all the purchases' rows into the emptied table; rows a second, and how many."""
    from django.db import connection

    path = folder / "rows.copy"
    with connection.cursor() as cursor:
        with path.open("wb") as file, cursor.copy("COPY customers_purchase TO STDOUT") as copy:
            for block in copy:
                file.write(block)
        cursor.execute("SELECT count(*) FROM customers_purchase")
        rows = cursor.fetchone()[0]
        cursor.execute("TRUNCATE customers_purchase CASCADE")
        begun = time.perf_counter()
        with path.open("rb") as file, cursor.copy("COPY customers_purchase FROM STDIN") as copy:
            while block := file.read(1 << 16):
                copy.write(block)
        return rate_of(rows, time.perf_counter() - begun), rows


def bulk_create_rate() -> float:
    """`bulk_create` of some of the same rows into the emptied table."""
    from django.db import connection

    from customers.models import Purchase

    rows = list(Purchase.objects.order_by("pk")[:FEW])
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE customers_purchase CASCADE")
    for row in rows:
        row.pk = None
    begun = time.perf_counter()
    Purchase.objects.bulk_create(rows, batch_size=1_000)
    return rate_of(len(rows), time.perf_counter() - begun)


def import_export_rate() -> float | None:
    """django-import-export in its fastest mode, its rows given as cells of text."""
    try:
        import tablib
        from import_export.resources import ModelResource
    except ImportError:
        return None
    from django.db import connection

    from customers.models import Customer, Purchase

    class PurchaseResource(ModelResource):
        class Meta:
            model = Purchase
            import_id_fields = ("source", "number")
            use_bulk, batch_size, skip_diff = True, 1_000, True
            exclude = ("id",)

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE customers_purchase CASCADE")
    people = list(Customer.objects.values_list("pk", flat=True)[:FEW])
    columns = "customer source number occurred_at local_day local_month gross_minor currency"
    data = tablib.Dataset(headers=columns.split())
    for number in range(FEW):
        person = people[number % len(people)]
        cells = [person, "csv", number, "2024-01-05 10:00:00", 738_890, 24_288, 1_250, "PLN"]
        data.append([str(cell) for cell in cells])
    begun = time.perf_counter()
    result = PurchaseResource().import_data(data, raise_errors=True)
    assert Purchase.objects.count() == FEW, result.totals
    return rate_of(FEW, time.perf_counter() - begun)


def run_all(options: argparse.Namespace, folder: Path) -> None:
    small, large = folder / "small.csv", folder / "large.csv"
    make_file(small, options.rows // 10, options.customers // 10)
    make_file(large, options.rows, options.customers)
    first = run_python(IMPORT, str(small))
    empty_tables()
    ours = run_python(IMPORT, str(large))
    rate = rate_of(ours["rows"], ours["import"])
    counts = f"{ours['created']:,} made, {ours['customers_created']:,} people"
    say(f"import of {ours['rows']:,} rows", counts)
    say("  rows a second", f"{rate:,.0f} ({ours['import']:.1f} s)")
    say("  of which the first pass over the file", f"{ours['first_pass']:.1f} s")
    say("  summaries brought up to date, besides", f"{ours['summaries']:.1f} s")
    copied, rows = copy_rate(folder)
    say(f"COPY of {rows:,} purchases", f"{copied:,.0f} rows/s")
    say("  import / COPY", f"{rate / copied:.2f}", "at least 0.3", rate >= AIMS["copy"] * copied)
    say(f"bulk_create of {FEW:,}", f"{bulk_create_rate():,.0f} rows/s")
    theirs = import_export_rate()
    if theirs is None:
        say("django-import-export", "not installed")
    else:
        say(f"django-import-export of {FEW:,}", f"{theirs:,.0f} rows/s")
        met = rate >= AIMS["django-import-export"] * theirs
        say("  import / django-import-export", f"{rate / theirs:.1f}", "at least 2", met)
    growth = ours["peak"] / first["peak"]
    say("peak memory, a tenth of the rows", f"{first['peak']} MB")
    say("peak memory, all rows", f"{ours['peak']} MB")
    say("  growth", f"{growth:.2f}", "none (1.1)", growth <= AIMS["memory"])


def main() -> int:
    options = arguments()
    administer(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)", f"CREATE DATABASE {NAME}")
    os.environ |= {
        "DATABASE_URL": f"{server()}/{NAME}",
        "DJANGO_SETTINGS_MODULE": "crm.settings",
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    try:
        with tempfile.TemporaryDirectory() as folder:
            run_all(options, Path(folder))
    finally:
        from django.db import connection

        connection.close()
        if not options.keep:
            administer(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Retention figures at scale: our pages' data beside SQL on the purchases and DuckDB.

    python -m benchmarks.retention [--sqlite] [--customers N] [--purchases M] [--keep]

PostgreSQL by default (the server of DATABASE_URL, else 127.0.0.1) with a million customers and
ten million purchases, in a database `bench_retention` of its own; `--sqlite`: a file of its own
with a tenth. Both are made anew and removed at the end unless `--keep`; `--use` takes what a
kept run left. DuckDB is asked where it is installed (requirements/bench.in).
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django

try:
    import duckdb
except ImportError:
    duckdb = None

NAME = "bench_retention"
SQLITE = Path(tempfile.gettempdir()) / f"{NAME}.sqlite3"
AIMS = {"month": 20.0, "other": 500.0, "filtered": 2000.0, "refresh": 1.5}
Work = Callable[[], Any]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--sqlite", action="store_true")
    parser.add_argument("--customers", type=int)
    parser.add_argument("--purchases", type=int)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--use", action="store_true")
    parser.add_argument(
        "--limit", type=float, default=120, help="seconds for each question of the naive and DuckDB"
    )
    parser.add_argument("--only-ours", action="store_true", help="skip naive SQL and DuckDB")
    options = parser.parse_args()
    options.customers = options.customers or (100_000 if options.sqlite else 1_000_000)
    options.purchases = options.purchases or options.customers * 10
    return options


def server_of() -> str:
    """The PostgreSQL server to make the database on."""
    given = os.environ.get("DATABASE_URL", "")
    parts = urlsplit(given if given.startswith("postgres") else "postgresql://postgres@127.0.0.1")
    return f"{parts.scheme}://{parts.netloc}"


def open_database(options: argparse.Namespace) -> None:
    """Point Django at the benchmark's own database, made anew unless it is to be used again."""
    if options.sqlite:
        if not options.use:
            remove_database(options)
        os.environ["DATABASE_URL"] = f"sqlite:///{SQLITE}"
    else:
        if not options.use:
            remove_database(options)
            administer(f"CREATE DATABASE {NAME}")
        os.environ["DATABASE_URL"] = f"{server_of()}/{NAME}"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    django.setup()


def administer(statement: str) -> None:
    import psycopg

    with psycopg.connect(f"{server_of()}/postgres", autocommit=True) as server:
        server.execute(statement)


def remove_database(options: argparse.Namespace) -> None:
    if options.sqlite:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{SQLITE}{suffix}").unlink(missing_ok=True)
    else:
        administer(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def seconds(work: Work) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def say(name: str, value: str, aim: str = "", met: bool | None = None) -> None:
    verdict = "" if met is None else ("met" if met else "MISSED")
    print(f"{name:<58} {value:>24}  {aim:<12} {verdict}", flush=True)


def spread(name: str, works: list[Work], aim: str) -> None:
    """The middle and the 95th of one hundred of the works' times, in milliseconds."""
    works[0]()
    times = sorted(1000 * seconds(work) for work in works)
    p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
    value = f"p50 {statistics.median(times):.1f}, p95 {p95:.1f} ms"
    say(name, value, f"p95 {AIMS[aim]:.0f} ms", p95 <= AIMS[aim])


def main() -> int:
    options = arguments()
    open_database(options)
    from benchmarks.retention_runs import run_all

    try:
        run_all(options)
    finally:
        if not options.keep:
            from django.db import connection

            connection.close()
            remove_database(options)
    return 0


if __name__ == "__main__":
    sys.exit(main())

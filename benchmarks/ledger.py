"""Redemptions and earnings a second beside the floor of the same machine in the same run.

    python -m benchmarks.ledger [--seconds 5] [--rounds 3] [--accounts 400] [--profile]

On PostgreSQL (the server of DATABASE_URL, else 127.0.0.1) in a database `bench_ledger` of its own,
removed at the end. The floor is `pgbench`: one conditional UPDATE and one INSERT in a transaction,
4 clients. Ours are 4 processes on accounts of chance, with everything that an act does. The ways
take turns, round after round; what counts is the median, and of all the ratio: the machine may do
other work too.

Aims: redeem at least 0.20 of the floor, earn 0.25. `--profile` shows where the time of a redemption
goes.
"""

import argparse
import cProfile
import os
import pstats
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from glob import glob
from shutil import which
from urllib.parse import urlsplit
from uuid import uuid4

import django
import psycopg

NAME, CLIENTS = "bench_ledger", 4
EARLY, NOW = datetime(2026, 1, 5, 12, tzinfo=UTC), datetime(2026, 3, 1, 12, tzinfo=UTC)
FLOOR = """\\set id random(1, :accounts)
BEGIN;
UPDATE bench_floor SET units = units - 1 WHERE id = :id AND units > 0;
INSERT INTO bench_floor_log (account, units) VALUES (:id, 1);
COMMIT;
"""


def server_of() -> str:
    """The PostgreSQL server to make the database on."""
    given = os.environ.get("DATABASE_URL", "")
    parts = urlsplit(given if given.startswith("postgres") else "postgresql://postgres@127.0.0.1")
    return f"{parts.scheme}://{parts.netloc}"


SERVER = server_of()
os.environ["DATABASE_URL"] = f"{SERVER}/{NAME}"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from customers.models import Customer  # noqa: E402
from loyalty.reconciling import Scope, reconcile  # noqa: E402
from loyalty.services.earning import earn_for_order  # noqa: E402
from loyalty.services.programmes import get_programme  # noqa: E402
from loyalty.services.redeeming import redeem  # noqa: E402

Act = Callable[[], object]


def fill(accounts: int) -> None:
    """The database, with accounts of 100,000 units in two lots."""
    call_command("migrate", verbosity=0)
    programme = get_programme()
    for number in range(accounts):
        customer = Customer.objects.create(
            first_name=f"C{number}", created_at=EARLY, updated_at=EARLY
        )
        for order in ("a", "b"):
            earn_for_order(
                actor=None,
                customer=customer,
                programme=programme,
                order=f"{number}{order}",
                amount_minor=5_000_000,
                currency=programme.currency,
                now=EARLY + timedelta(days=order == "b"),
            )
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_floor (id bigint PRIMARY KEY, units bigint)")
        cursor.execute("CREATE TABLE bench_floor_log (id bigserial, account bigint, units bigint)")
        numbers = "SELECT n, 1000000000 FROM generate_series(1, %s) n"
        cursor.execute(f"INSERT INTO bench_floor {numbers}", [accounts])
        cursor.execute("ANALYZE")


def floor(seconds: int, accounts: int) -> float:
    """Transactions a second of the least that a ledger could do."""
    tool = which("pgbench") or sorted(glob("/usr/lib/postgresql/*/bin/pgbench"))[-1]
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(FLOOR)
        script.flush()
        options = ["-n", "-M", "prepared", f"-c{CLIENTS}", f"-j{CLIENTS}", f"-T{seconds}"]
        command = [tool, *options, f"-Daccounts={accounts}", "-f", script.name, f"{SERVER}/{NAME}"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout.split("tps = ")[1].split()[0])


def ours(what: str, seconds: int) -> float:
    """Acts a second of four processes together."""
    command = [sys.executable, "-m", "benchmarks.ledger", "--worker", what]
    workers = [
        subprocess.Popen(
            [*command, "--seconds", str(seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _each in range(CLIENTS)
    ]
    for worker in workers:
        assert worker.stdout is not None
        worker.stdout.readline()
    rates = [float(worker.communicate("go\n")[0]) for worker in _told(workers)]
    return sum(rates)


def _told(workers: list["subprocess.Popen[str]"]) -> list["subprocess.Popen[str]"]:
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    return workers


def act_of(what: str) -> Act:
    """One act on an account of chance."""
    programme, customers = get_programme(), list(Customer.objects.all())
    if what == "redeem":
        return lambda: redeem(
            actor=None, customer=random.choice(customers), programme=programme, units=1, now=NOW
        )
    return lambda: earn_for_order(
        actor=None,
        customer=random.choice(customers),
        programme=programme,
        order=str(uuid4()),
        amount_minor=7_999,
        currency=programme.currency,
        now=NOW,
    )


def work(what: str, seconds: int) -> None:
    """One process: told to begin, acts until its time is over, prints its rate."""
    act, done = act_of(what), 0
    act()
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        act()
        done += 1
    print(done / (time.perf_counter() - began), flush=True)


def tell_statements(what: str) -> None:
    """How many statements one act sends, and the processor time of this process, which is steady on
    a machine that does other work too."""
    act = act_of(what)
    act()
    with CaptureQueriesContext(connection) as queries:
        act()
    words = [query["sql"].split(" WHERE ")[0][:90] for query in queries.captured_queries]
    began = time.process_time()
    for _each in range(200):
        act()
    spent = (time.process_time() - began) / 200 * 1_000
    print(f"\n{what}: {spent:.1f} ms of the processor, {len(words)} statements")
    print("  " + "\n  ".join(words))


def profile(what: str) -> None:
    """Where the time of 300 acts goes."""
    act, watch = act_of(what), cProfile.Profile()
    act()
    watch.enable()
    for _each in range(300):
        act()
    watch.disable()
    pstats.Stats(watch).sort_stats("cumulative").print_stats(45)


def measure(options: argparse.Namespace) -> None:
    """All ways in turn, then their medians as shares of the floor's."""
    rates: dict[str, list[float]] = {"floor": [], "redeem": [], "earn": []}
    for _round in range(options.rounds):
        rates["floor"].append(floor(options.seconds, options.accounts))
        for what in ("redeem", "earn"):
            rates[what].append(ours(what, options.seconds))
    least = statistics.median(rates["floor"])
    for what, found in rates.items():
        rounds = ", ".join(f"{rate:,.0f}" for rate in found)
        middle = statistics.median(found)
        print(f"{what:8} {middle:8,.0f} a second ({rounds})  {middle / least:.3f} of the floor")
    began = time.perf_counter()
    report = reconcile(Scope())
    rate = report.transfers / (time.perf_counter() - began)
    print(f"reconcile {report.transfers:,} transfers, {rate:,.0f} a second", end="; ")
    print(f"{len(report.differences)} differences")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--accounts", type=int, default=400)
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--worker", choices=["redeem", "earn"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        work(options.worker, options.seconds)
        return
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {NAME}")
        try:
            fill(options.accounts)
            measure(options)
            for what in ("redeem", "earn"):
                tell_statements(what)
            if options.profile:
                profile("redeem")
        finally:
            connection.close()
            server.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


if __name__ == "__main__":
    main()

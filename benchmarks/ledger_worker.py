"""The processes of `benchmarks.ledger`: acts on accounts of chance, on DATABASE_URL.

    python -m benchmarks.ledger_worker fill|redeem|earn|look|profile --count N

`fill` makes N accounts of 100,000 units in two lots; `redeem` and `earn` say when they are ready,
wait for a line, act for N seconds and print how many a second; `look` prints statements and
processor time of N of each; `profile` where the time of N redemptions goes.
"""

import argparse
import cProfile
import os
import pstats
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from customers.models import Customer  # noqa: E402
from loyalty.services.earning import earn_for_order  # noqa: E402
from loyalty.services.programmes import get_programme  # noqa: E402
from loyalty.services.redeeming import redeem  # noqa: E402

EARLY, NOW = datetime(2026, 1, 5, 12, tzinfo=UTC), datetime(2026, 3, 1, 12, tzinfo=UTC)


def fill(accounts: int) -> None:
    """Accounts with enough to spend."""
    call_command("migrate", verbosity=0)
    programme = get_programme()
    for number in range(accounts):
        customer = Customer.objects.create(
            first_name=f"C{number}", created_at=EARLY, updated_at=EARLY
        )
        for order in range(2):
            earn_for_order(
                actor=None,
                customer=customer,
                programme=programme,
                order=f"{number}/{order}",
                amount_minor=5_000_000,
                currency=programme.currency,
                now=EARLY + timedelta(days=order),
            )


def act_of(what: str) -> Callable[[], object]:
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
    """Told to begin, act until the time is over; print the rate."""
    act, done = act_of(what), 0
    act()
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        act()
        done += 1
    print(done / (time.perf_counter() - began), flush=True)


def look(what: str, count: int) -> None:
    """Statements of one act; processor time of many, which is steady on a busy machine too: this
    process's, and that of PostgreSQL's for it."""
    act = act_of(what)
    for _warm in range(20):
        act()
    with CaptureQueriesContext(connection) as queries:
        act()
    server, began = server_time(), time.process_time()
    for _each in range(count):
        act()
    own = (time.process_time() - began) / count * 1_000
    line = f"{what}: {len(queries)} statements, {own:.2f} ms of the processor"
    if server is not None:
        line += f" and {((server_time() or 0) - server) / count * 1_000:.2f} ms of the server's"
    print(line)


def server_time() -> float | None:
    """Seconds that PostgreSQL's process has used for us, where the machine shows it."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        status = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not status.exists():
        return None
    fields = status.read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def profile(count: int) -> None:
    """Where the time of redemptions goes."""
    act, watch = act_of("redeem"), cProfile.Profile()
    act()
    watch.enable()
    for _each in range(count):
        act()
    watch.disable()
    pstats.Stats(watch).sort_stats("cumulative").print_stats(45)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["fill", "redeem", "earn", "look", "profile"])
    parser.add_argument("--count", type=int, required=True)
    options = parser.parse_args()
    if options.what == "fill":
        fill(options.count)
    elif options.what == "look":
        for what in ("redeem", "earn"):
            look(what, options.count)
    elif options.what == "profile":
        profile(options.count)
    else:
        work(options.what, options.count)


if __name__ == "__main__":
    main()

"""django-hordak on the same server: `python -m benchmarks.ledger_hordak SERVER SECONDS PROCESSES`.

Settings of its own, as its documentation has them: two legs for each transfer, balanced by a
deferred trigger. Prints transfers a second from accounts of chance, of all processes together.
"""

import os
import random
import sys
import time
from urllib.parse import urlsplit

import django
from django.conf import settings

SERVER, SECONDS, PROCESSES = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
NAME, ACCOUNTS = "bench_hordak", 400
PLACE = urlsplit(SERVER)

settings.configure(
    SECRET_KEY=os.urandom(16).hex(),
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "mptt",
        "djmoney",
        "hordak",
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": NAME,
            "USER": PLACE.username or "postgres",
            "PASSWORD": PLACE.password or "",
            "HOST": PLACE.hostname,
            "PORT": PLACE.port or "",
        }
    },
    USE_TZ=True,
    DEFAULT_CURRENCY="EUR",
    CURRENCIES=["EUR"],
)
django.setup()

import psycopg  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from hordak.models import Account, AccountType  # noqa: E402
from moneyed import Money  # noqa: E402


def administer(statement: str) -> None:
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as server:
        server.execute(statement)


def work(write: int) -> None:
    """One process: transfers until its time is over; its rate goes down the pipe."""
    accounts, done = list(Account.objects.exclude(name="shop")), 0
    shop = Account.objects.get(name="shop")
    began = time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        random.choice(accounts).transfer_to(shop, Money(1, "EUR"))
        done += 1
    os.write(write, f"{done / (time.perf_counter() - began)}\n".encode())


def rate() -> float:
    """All processes at once."""
    read, write = os.pipe()
    connections.close_all()
    for _process in range(PROCESSES):
        if os.fork() == 0:
            try:
                work(write)
            finally:
                os._exit(0)
    os.close(write)
    for _process in range(PROCESSES):
        os.wait()
    with os.fdopen(read) as rates:
        return sum(float(line) for line in rates)


def main() -> None:
    administer(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    administer(f"CREATE DATABASE {NAME}")
    try:
        call_command("migrate", verbosity=0)
        kind = {"type": AccountType.liability, "currencies": ["EUR"]}
        Account.objects.create(name="shop", code="s", **kind)
        for number in range(ACCOUNTS):
            Account.objects.create(name=f"C{number}", code=str(number), **kind)
        sys.stdout.write(f"{rate()}\n")
    finally:
        connections.close_all()
        administer(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


if __name__ == "__main__":
    main()

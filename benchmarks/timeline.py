"""Reads the first and a middle page of a customer's timeline: 50,000 entries against 20.

    python -m benchmarks.timeline

Runs on the database of DATABASE_URL (SQLite without it) inside one transaction that is rolled
back, so that nothing stays. Prints the queries of each page and the ratio of the median times;
the aim is the same queries and at most 1.5.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import Model  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from accounts.models import Role, User  # noqa: E402
from customers import models  # noqa: E402
from customers.timeline import Cursor, read_page  # noqa: E402

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
FEW, MANY, ROUNDS, BATCH = 20, 50_000, 200, 2_000
AIM = 1.5
PLAIN_FILES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
Pair = tuple[models.Customer, models.Customer]


def purchase(customer: models.Customer, number: int, at: datetime) -> models.Purchase:
    return models.Purchase(
        customer=customer,
        source=f"benchmark-{customer.pk}",
        number=str(number),
        occurred_at=at,
        local_day=at.toordinal(),
        local_month=at.year * 12 + at.month - 1,
        gross_minor=10_000,
        currency="PLN",
    )


def interaction(customer: models.Customer, number: int, at: datetime) -> models.Interaction:
    return models.Interaction(
        customer=customer, channel="call", text="x" * 400, occurred_at=at, created_at=at
    )


def follow_up(customer: models.Customer, number: int, at: datetime) -> models.FollowUp:
    return models.FollowUp(
        customer=customer, what="Call", due_on=at.date(), created_at=at, done_at=at
    )


def refund(customer: models.Customer, number: int, at: datetime) -> models.Refund:
    return models.Refund(
        customer=customer,
        source=f"benchmark-{customer.pk}",
        number=str(number),
        occurred_at=at,
        local_day=at.toordinal(),
        local_month=at.year * 12 + at.month - 1,
        amount_minor=100,
        currency="PLN",
    )


def consent(customer: models.Customer, number: int, at: datetime) -> models.ConsentEntry:
    return models.ConsentEntry(
        customer=customer,
        address="a@example.pl",
        purpose="marketing",
        action="granted",
        source="form",
        occurred_at=at,
        recorded_at=at,
    )


MAKERS: list[Callable[[models.Customer, int, datetime], Model]] = [
    purchase,
    interaction,
    follow_up,
    refund,
    consent,
]


def fill(customer: models.Customer, entries: int) -> None:
    """Entries of all five kinds in turn, an hour apart; three lines per purchase. Beyond the
    first hundred hours there are no more consents: nobody agrees ten thousand times."""
    for position, make in enumerate(MAKERS):
        numbers = range(position, entries, len(MAKERS))
        if make is consent:
            numbers = numbers[:20]
        elif make is purchase:
            missing = max(0, entries // len(MAKERS) - 20)
            numbers = [*numbers, *range(entries, entries + missing)]
        rows = [make(customer, n, NOW - timedelta(hours=n)) for n in numbers]
        for start in range(0, len(rows), BATCH):
            type(rows[0])._default_manager.bulk_create(rows[start : start + BATCH])
    bought = models.Purchase.objects.filter(customer=customer).values_list("pk", flat=True)
    lines = [
        models.PurchaseLine(purchase_id=pk, name=f"Thing {n}", amount_minor=1)
        for pk in bought
        for n in range(3)
    ]
    for start in range(0, len(lines), BATCH):
        models.PurchaseLine.objects.bulk_create(lines[start : start + BATCH])


def count_queries(read: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        read()
    return len(queries)


def compare(
    label: str, read: Callable[[models.Customer], object], pair: Pair, rounds: int = ROUNDS
) -> bool:
    """Print both customers' figures, read in turn so that a busy machine slows both; whether
    the aim is met."""
    for customer in pair:
        read(customer)
    counts = [count_queries(partial(read, customer)) for customer in pair]
    times: tuple[list[float], list[float]] = ([], [])
    for _round in range(rounds):
        for taken, customer in zip(times, pair, strict=True):
            began = time.perf_counter()
            read(customer)
            taken.append(time.perf_counter() - began)
    few, many = (statistics.median(taken) * 1000 for taken in times)
    print(
        f"{label}: {counts[0]} and {counts[1]} queries, "
        f"{few:.2f} and {many:.2f} ms, ratio {many / few:.2f} (aim {AIM})"
    )
    return many / few <= AIM and counts[0] == counts[1]


def make_pair() -> Pair:
    """Two customers, one with a short story, one with a long one."""
    small, large = (
        models.Customer.objects.create(first_name=name, created_at=NOW, updated_at=NOW)
        for name in ("Few", "Many")
    )
    fill(small, FEW)
    fill(large, MANY)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return small, large


def run() -> bool:
    """Compare the first page, a page in the middle, and the whole customer page over HTTP."""
    pair = make_pair()
    user = User.objects.create(username="benchmark", role=Role.SUPPORT, password="!")  # noqa: S106
    client = Client(raise_request_exception=True)
    client.force_login(user)
    halves = {pair[0].pk: place(FEW // 2), pair[1].pk: place(MANY // 2)}
    print(f"{connection.vendor}: {FEW} against {MANY:,} entries, median of {ROUNDS} reads")
    return all(
        [
            compare(
                "first 20 entries",
                lambda customer: read_page(customer=customer, user=user, limit=20),
                pair,
            ),
            compare(
                "10 entries in the middle",
                lambda customer: read_page(
                    customer=customer, user=user, cursor=halves[customer.pk], limit=9
                ),
                pair,
            ),
            compare(
                "whole customer page",
                lambda customer: client.get(f"/customers/{customer.pk}/"),
                pair,
                rounds=20,
            ),
        ]
    )


def place(hours: int) -> Cursor:
    return Cursor(NOW - timedelta(hours=hours), "refunds", 0)


def main() -> int:
    """0 where the aim is met, else 1."""
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        with override_settings(STORAGES=PLAIN_FILES):
            met = run()
        transaction.set_rollback(True)
    print("aim met" if met else "aim missed")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())

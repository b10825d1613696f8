"""A ledger of millions of transfers, made by the database itself, and what reading, proving and
settling it takes. The rows are such as acts would have written, chain and all: each account has 20
lots of 100 units that came in, matured and were spent by three times ten.

    python -m benchmarks.ledger_large 10000000

on the empty database of DATABASE_URL, as `benchmarks.ledger` calls it.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from customers.models import Customer  # noqa: E402
from loyalty.balances import book_of  # noqa: E402
from loyalty.history import movements  # noqa: E402
from loyalty.models import Account, Lot  # noqa: E402
from loyalty.reconciling import Scope, reconcile  # noqa: E402
from loyalty.services.programmes import get_programme  # noqa: E402
from loyalty.services.settling import settle_due  # noqa: E402

BEGAN, NOW = datetime(2026, 1, 5, 12, tzinfo=UTC), datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=400)
LOTS, STEPS = 20, 5
# Accounts that have a customer, to be read; accounts of which two lots each lapse by `LATER`.
READ, LAPSING = 500, 10_000
AT = "timestamptz '2026-01-05 12:00+00' + make_interval(days => {number})"
_TABLES = ("loyalty_account", "loyalty_operation", "loyalty_lot", "loyalty_transfer")
_ROWS = f"""
INSERT INTO loyalty_account (id, programme_id, pending, available, reserved, debt, version, chain,
    settled_at)
SELECT n, %(programme)s, 0, {70 * LOTS}, 0, 0, {LOTS * STEPS}, '', {AT.format(number=LOTS - 1)}
FROM generate_series(1, %(accounts)s) n;
INSERT INTO loyalty_operation (id, account_id, programme_id, key, fingerprint, kind, actor, "order",
    terms, result, at, recorded_at)
SELECT n, (n - 1) / {LOTS} + 1, %(programme)s, 'large:' || n, '', 'adjust', 'system', '', '{{}}',
    '{{}}', {AT.format(number=f"(n - 1) %% {LOTS}")}, now()
FROM generate_series(1, %(accounts)s * {LOTS}) n;
INSERT INTO loyalty_lot (id, account_id, operation_id, "order", earned, remaining, reserved,
    expired, state, matures_at, expires_at)
SELECT id, account_id, id, '', 100, 70, 0, 0, 'open', at,
    CASE WHEN account_id <= {LAPSING} AND (id - 1) %% {LOTS} < 2
        THEN at + interval '365 days' END
FROM loyalty_operation;
INSERT INTO loyalty_transfer (account_id, seq, operation_id, lot_id, source, target, amount, at,
    recorded_at, hash)
WITH RECURSIVE chain AS (
    SELECT n AS account, 0 AS seq, ''::text AS hash FROM generate_series(1, %(accounts)s) n
    UNION ALL
    SELECT account, chain.seq + 1, encode(sha256(convert_to(concat_ws('|', hash, account,
        chain.seq + 1, lot, lot, step.source, step.target, step.amount,
        (EXTRACT(epoch FROM {AT.format(number=f"chain.seq / {STEPS}")}) * 1000000)::bigint
    ), 'UTF8')), 'hex')
    FROM chain
    CROSS JOIN LATERAL (SELECT (account - 1) * {LOTS} + chain.seq / {STEPS} + 1 AS lot) of
    JOIN (VALUES (0, 'issued', 'pending', 100), (1, 'pending', 'available', 100),
        (2, 'available', 'redeemed', 10), (3, 'available', 'redeemed', 10),
        (4, 'available', 'redeemed', 10)) step (number, source, target, amount)
        ON step.number = chain.seq %% {STEPS}
    WHERE chain.seq < {LOTS * STEPS}
)
SELECT account, chain.seq, lot, lot, step.source, step.target, step.amount,
    {AT.format(number=f"(chain.seq - 1) / {STEPS}")}, now(), hash
FROM chain
CROSS JOIN LATERAL (SELECT (account - 1) * {LOTS} + (chain.seq - 1) / {STEPS} + 1 AS lot) of
JOIN (VALUES (0, 'issued', 'pending', 100), (1, 'pending', 'available', 100),
    (2, 'available', 'redeemed', 10), (3, 'available', 'redeemed', 10),
    (4, 'available', 'redeemed', 10)) step (number, source, target, amount)
    ON step.number = (chain.seq - 1) %% {STEPS}
WHERE chain.seq > 0;
UPDATE loyalty_account a SET chain = t.hash FROM loyalty_transfer t
WHERE t.account_id = a.id AND t.seq = a.version;
SELECT setval('loyalty_account_id_seq', %(accounts)s), setval('loyalty_lot_id_seq', %(lots)s),
    setval('loyalty_operation_id_seq', %(lots)s);
"""


def fill(transfers: int) -> None:
    """The rows, in an empty ledger."""
    accounts = transfers // (LOTS * STEPS)
    values = {"programme": get_programme().pk, "accounts": accounts, "lots": accounts * LOTS}
    with connection.cursor() as cursor:
        # Rows made by the database need no proof of theirs: keys are not looked up.
        cursor.execute("SET session_replication_role = replica; SET work_mem = '256MB'")
        indexes = _without_indexes()
        for statement in _ROWS.split(";\n")[:-1]:
            cursor.execute(statement, values)
        for index in indexes:
            cursor.execute(index)
        cursor.execute("RESET session_replication_role; RESET work_mem")
        _name_customers(min(READ, accounts))
        for table in _TABLES:
            cursor.execute(f"VACUUM ANALYZE {table}")


def _without_indexes() -> list[str]:
    """Take the indexes that no constraint needs away; the statements that make them again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY (%s)"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
            [list(_TABLES)],
        )
        found = cursor.fetchall()
        for name, _definition in found:
            cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in found]


def _name_customers(count: int) -> None:
    people = [
        Customer(first_name=f"L{number}", created_at=BEGAN, updated_at=BEGAN)
        for number in range(count)
    ]
    made = Customer.objects.bulk_create(people)
    for account, customer in enumerate(made, start=1):
        Account.objects.filter(pk=account).update(customer=customer)


def measure() -> None:
    """Print what balance, history page, proofs and settling take."""
    customers = list(Customer.objects.filter(first_name__startswith="L"))
    programme = get_programme()
    _tell_reading(
        "balance",
        [lambda who=who: book_of(customer=who, programme=programme, now=NOW) for who in customers],
    )
    accounts = Account.objects.filter(customer__in=customers)
    _tell_reading("50 movements", [lambda one=one: movements(one) for one in accounts])
    began = time.perf_counter()
    report = reconcile(Scope(), quick=True)
    seconds = time.perf_counter() - began
    print(f"reconcile {report.transfers:,} transfers in {seconds:.1f} s,", end=" ")
    print(f"{report.transfers / seconds:,.0f} a second; {len(report.differences)} differences")
    due = Lot.objects.filter(state="open", expires_at__lte=LATER).count()
    began, used = time.perf_counter(), time.process_time()
    while settle_due(LATER):
        pass
    seconds, used = time.perf_counter() - began, time.process_time() - used
    print(f"expiry {due:,} lots in {seconds:.1f} s, {due / seconds:,.0f} a second;", end=" ")
    print(f"{used / seconds:.0%} of it in this process")


def _tell_reading(what: str, reads: list[Callable[[], object]]) -> None:
    with CaptureQueriesContext(connection) as queries:
        reads[0]()
    times = []
    for read in reads:
        began = time.perf_counter()
        read()
        times.append((time.perf_counter() - began) * 1_000)
    middle, slow = statistics.median(times), sorted(times)[int(len(times) * 0.99)]
    print(f"{what}: {middle:.2f} ms, 99 of 100 within {slow:.2f} ms, {len(queries)} statements")


def main() -> None:
    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    fill(int(sys.argv[1]))
    print(
        f"a ledger of {int(sys.argv[1]):,} transfers, made in {time.perf_counter() - began:.0f} s"
    )
    measure()


if __name__ == "__main__":
    main()

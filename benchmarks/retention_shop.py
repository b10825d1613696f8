"""A large skewed shop, made in the database by SQL: most people buy thrice, some thousands of
times; three per cent guests, two per cent refunds, three years, purchases in order of time.
"""

import random
from datetime import UTC, date, datetime
from string import Template

from django.db import connection, transaction
from django.db.models import Model

from accounts.models import Branch
from core.models import Shop
from customers.models import Customer, CustomerTag, Purchase, Refund, Tag
from customers.observers import PurchasesChanged, announce

OPENED = date(2023, 1, 1).toordinal()
DAYS = 3 * 365
EPOCH = date(1970, 1, 1).toordinal()
NOW = datetime(2026, 1, 2, tzinfo=UTC)
# Lognormal: median 3, mean 10, 99th percentile about 110.
SIGMA = 1.55

# Kept in a table, so that chance is asked once per row.
MOMENTS = """
    CREATE TABLE bench_moments AS
    SELECT p.id, CAST($opened * 86400 + (p.joined + $random * p.life) * 86400 AS bigint)
        AS seconds, $random AS luck, $random AS other, $random AS third
    FROM bench_people AS p JOIN bench_numbers AS n ON n.i <= p.size
"""
PURCHASES = """
    INSERT INTO customers_purchase ($columns)
    SELECT $values FROM (
        SELECT f.*, $moment AS at, d.month FROM bench_moments AS f
        JOIN bench_days AS d ON d.day = f.seconds / 86400 + $epoch
        ORDER BY f.seconds
    ) AS made
"""
REFUNDS = """
    INSERT INTO customers_refund ($columns)
    SELECT $values FROM customers_purchase AS p WHERE p.id % 50 = 7
"""


def run(text: str, **names: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(Template(text).safe_substitute(names))


def is_postgres() -> bool:
    return connection.vendor == "postgresql"


def like_one(model: type[Model], **changed: str) -> tuple[str, str]:
    """Columns and values for an INSERT: as the one row of the model, except what is changed."""
    fields = [f for f in model._meta.concrete_fields if not getattr(f, "generated", False)]
    table = model._meta.db_table
    columns = [f.column for f in fields if f.column != "id" or "id" in changed]
    values = [changed.get(c, f"(SELECT {c} FROM {table} ORDER BY id LIMIT 1)") for c in columns]
    return ", ".join(columns), ", ".join(values)


def make_shop(customers: int, purchases: int) -> None:
    """Fill the empty database."""
    Shop.objects.update_or_create(pk=1, defaults={"timezone": "UTC", "currency": "PLN"})
    branches = [Branch.objects.create(name=f"Branch {n}").pk for n in range(1, 6)]
    with transaction.atomic():
        if is_postgres():
            run("SET LOCAL session_replication_role = replica")
            run("SET LOCAL work_mem = '512MB'")
        _people(customers, purchases)
        indexes = _without_indexes("customers_purchase") if is_postgres() else []
        _purchases(branches)
        for statement in indexes:
            run(statement)
        _refunds()
        _tags(customers)
    if is_postgres():
        run("SELECT setval('customers_customer_id_seq', $last)", last=customers)
    for table in ("bench_people", "bench_numbers", "bench_days", "bench_moments"):
        run("DROP TABLE $table", table=table)
    run("VACUUM ANALYZE" if is_postgres() else "ANALYZE")


def _people(customers: int, purchases: int) -> None:
    chance = random.Random(20260101)
    wanted = purchases * 0.97
    sizes = [chance.lognormvariate(1.1, SIGMA) for _ in range(customers)]
    scale = wanted / sum(sizes)
    rows = []
    for number, size in enumerate(sizes, 1):
        joined = DAYS * chance.random()
        life = (DAYS - joined) * min(1.0, chance.expovariate(0.8))
        rows.append((number, max(1, round(size * scale)), joined, life))
    guests = round(purchases * 0.03)
    rows.append((0, guests, 0.0, float(DAYS)))
    run("CREATE TABLE bench_people (id integer, size integer, joined float, life float)")
    _fill("bench_people", rows)
    _fill_numbers(max(row[1] for row in rows))
    run("CREATE TABLE bench_days (day integer PRIMARY KEY, month integer)")
    days = [date.fromordinal(OPENED + n) for n in range(DAYS + 1)]
    _fill("bench_days", [(day.toordinal(), day.year * 12 + day.month - 1) for day in days])
    Customer.objects.create(pk=1, created_at=NOW, updated_at=NOW)
    columns, values = like_one(Customer, id="p.id")
    run(
        "INSERT INTO customers_customer ($columns) SELECT $values FROM bench_people AS p "
        "WHERE p.id > 1",
        columns=columns,
        values=values,
    )


def _fill(table: str, rows: list[tuple[object, ...]]) -> None:
    with connection.cursor() as cursor:
        if is_postgres():
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute(f"ANALYZE {table}")
        else:
            marks = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def _fill_numbers(most: int) -> None:
    run("CREATE TABLE bench_numbers (i integer PRIMARY KEY)")
    _fill("bench_numbers", [(n,) for n in range(1, most + 1)])
    run("CREATE INDEX bench_people_size ON bench_people (size)")


def _without_indexes(table: str) -> list[str]:
    """Drop the table's indexes but the key; returns the statements that make them again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef, conname FROM pg_indexes LEFT JOIN pg_constraint "
            "ON conname = indexname WHERE tablename = %s AND indexname NOT LIKE '%%_pkey'",
            [table],
        )
        found = cursor.fetchall()
    made = []
    for name, definition, constraint in found:
        if constraint:
            run("ALTER TABLE $table DROP CONSTRAINT $name", table=table, name=name)
            made.append(f"{definition}")
            made.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE USING INDEX {name}")
        else:
            run("DROP INDEX $name", name=name)
            made.append(definition)
    return made


def _purchases(branches: list[int]) -> None:
    at = datetime.fromordinal(OPENED).replace(tzinfo=UTC)
    Purchase.objects.create(
        customer_id=1,
        source="till",
        number="first",
        occurred_at=at,
        local_day=OPENED,
        local_month=at.year * 12 + at.month - 1,
        gross_minor=5000,
        currency="PLN",
    )
    cases = " ".join(f"WHEN other < {n / 5} THEN {pk}" for n, pk in enumerate(branches, 1))
    columns, values = like_one(
        Purchase,
        customer_id="CASE WHEN id > 0 THEN id END",
        source="CASE WHEN luck < 0.6 THEN 'till' WHEN luck < 0.9 THEN 'web' ELSE 'phone' END",
        number="'n' || CAST(row_number() OVER () AS text)",
        occurred_at="at",
        local_day=f"seconds / 86400 + {EPOCH}",
        local_month="month",
        gross_minor="500 + CAST(third * third * 20000 AS bigint)",
        branch_id=f"CASE {cases} END",
    )
    moment = "to_timestamp(f.seconds)" if is_postgres() else "datetime(f.seconds, 'unixepoch')"
    chance = "random()" if is_postgres() else "(abs(random()) / 9223372036854775808.0)"
    run(MOMENTS, random=chance, opened=OPENED - EPOCH)
    run(PURCHASES, columns=columns, values=values, moment=moment, epoch=EPOCH)


def _refunds() -> None:
    Refund.objects.create(
        customer_id=1,
        source="till",
        number="first",
        occurred_at=NOW,
        local_day=OPENED + 1,
        local_month=date.fromordinal(OPENED + 1).year * 12,
        amount_minor=100,
        currency="PLN",
    )
    columns, values = like_one(
        Refund,
        **{name: f"p.{name}" for name in ("customer_id", "branch_id", "number", "source")},
        **{name: f"p.{name}" for name in ("occurred_at", "local_day", "local_month")},
        amount_minor="p.gross_minor / 2",
    )
    run(REFUNDS, columns=columns, values=values)


def _tags(customers: int) -> None:
    tag = Tag.objects.create(name="Regulars", key="regulars")
    run(
        "INSERT INTO $table (customer_id, tag_id) SELECT id, $tag FROM customers_customer "
        "WHERE id % 20 = 0",
        table=CustomerTag._meta.db_table,
        tag=tag.pk,
    )


def sell_more(number: int, round_: int) -> None:
    """New purchases, announced as the services do: by frequent buyers most, three per cent by
    new people, three by guests, five per cent dated back to any day."""
    chance = random.Random(round_)
    last = OPENED + DAYS + round_
    most = Purchase.objects.order_by("-pk").values_list("pk", flat=True)[0]
    asked = {chance.randint(1, most) for _ in range(number)}
    buyers = Purchase.objects.filter(pk__in=asked, customer__isnull=False)
    frequent = list(buyers.values_list("customer_id", flat=True))
    fresh = Customer.objects.bulk_create(
        [Customer(created_at=NOW, updated_at=NOW) for _ in range(number * 3 // 100)]
    )
    people = [row.pk for row in fresh] + [None] * (number * 3 // 100)
    people += [chance.choice(frequent) for _ in range(number - len(people))]
    rows = [_sale(chance, who, last, f"more-{round_}-{n}") for n, who in enumerate(people)]
    with transaction.atomic():
        Purchase.objects.bulk_create(rows, batch_size=2000)
        announce(
            PurchasesChanged(
                customer_ids=frozenset(row.customer_id for row in rows if row.customer_id),
                customer_days=frozenset(
                    (row.customer_id, row.local_day) for row in rows if row.customer_id
                ),
                guest_days=frozenset(row.local_day for row in rows if not row.customer_id),
            )
        )


def _sale(chance: random.Random, who: int | None, last: int, number: str) -> Purchase:
    day = last if chance.random() > 0.05 else OPENED + chance.randrange(DAYS)
    civil = date.fromordinal(day)
    return Purchase(
        customer_id=who,
        source="till",
        number=number,
        occurred_at=datetime(
            civil.year, civil.month, civil.day, chance.randrange(8, 20), 30, tzinfo=UTC
        ),
        local_day=day,
        local_month=civil.year * 12 + civil.month - 1,
        gross_minor=chance.randrange(500, 20000),
        currency="PLN",
    )

"""What the retention benchmark times, once its database is open."""

import argparse
import random
import statistics
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import OperationalError, connection, transaction

from benchmarks import retention_naive, retention_shop
from benchmarks.retention import AIMS, Work, duckdb, say, seconds, spread
from benchmarks.retention_limits import Asked, ask_all, interrupting, patience
from customers.models import CustomerTag
from retention import reports, sql
from retention.reports import CohortQuery, Filters, Query
from retention.rules.periods import Period, month_of
from retention.services.checking import differences
from retention.services.rebuild import rebuild
from retention.services.refresh import refresh

ROUNDS = 100
# Megabytes, as a rebuild takes.
ROOM = 256
LAST = retention_shop.OPENED + retention_shop.DAYS
MONTHS = range(2023 * 12, 2026 * 12)
COLUMNS = {
    "customers_purchase": (
        "customer_id, occurred_at, local_day, local_month, gross_minor, branch_id, source, counts"
    ),
    "customers_refund": "customer_id, local_day, local_month, amount_minor, counts",
}


def run_all(options: argparse.Namespace) -> None:
    if not options.use:
        call_command("migrate", verbosity=0)
        taken = seconds(lambda: retention_shop.make_shop(options.customers, options.purchases))
        say(
            f"(making {options.customers:,} customers, {options.purchases:,} purchases)",
            f"{taken:.0f} s",
        )
    naive = None if options.only_ours else ask_plainly(options.limit)
    if duckdb is not None and not options.only_ours:
        ask_duckdb(options.limit)
    taken = seconds(lambda: rebuild(now=retention_shop.NOW))
    within = None if naive is None else naive.judge(taken)
    say("full rebuild of all roll-ups", f"{taken:.1f} s", "naive sum", within)
    analyze()
    sizes()
    chance = random.Random(7)
    read_months(chance)
    read_lists(chance)
    read_others(chance)
    read_filtered(chance)
    refresh_some()
    found = differences(now=retention_shop.NOW)
    say("check_rollups: differences", str(len(found) or "none"), "none", not found)


def analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def fetch(text: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(text)
        return list(cursor.fetchall()) if cursor.description else []


def ask_plainly(limit: float) -> Asked:
    """With the room to sort that a rebuild has, each question within the limit."""

    def ask(text: str) -> None:
        with transaction.atomic(), patience(limit):
            fetch(text)

    with sql.roomy(ROOM):
        return ask_all("naive SQL", retention_naive.queries(MONTHS), ask, OperationalError)


def ask_duckdb(limit: float) -> None:
    """On the same rows, loaded from files of them."""
    store = duckdb.connect()
    with tempfile.TemporaryDirectory() as folder:
        store.execute(f"SET temp_directory = '{folder}'")
        taken = seconds(lambda: load_duckdb(store, Path(folder)))
        say("DuckDB: loading the rows from files", f"{taken:.1f} s")

        def ask(text: str) -> None:
            with interrupting(store.interrupt, limit):
                store.execute(text).fetchall()

        ask_all("DuckDB", retention_naive.queries(MONTHS), ask, duckdb.InterruptException)
        store.close()


def load_duckdb(store: Any, folder: Path) -> None:
    for table, columns in COLUMNS.items():
        path = folder / f"{table}.csv"
        write_rows(path, table, columns)
        store.execute(
            f"CREATE TABLE {table} AS SELECT * FROM read_csv('{path}', header=false, "
            f"names={columns.split(', ')!r})"
        )
        path.unlink()


def write_rows(path: Path, table: str, columns: str) -> None:
    with path.open("wb") as file, connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(
                f"COPY (SELECT {columns} FROM {table}) TO STDOUT (FORMAT csv)"
            ) as rows:
                for part in rows:
                    file.write(part)
            return
        cursor.execute(f"SELECT {columns} FROM {table}")
        for row in cursor.cursor:
            file.write((",".join("" if v is None else str(v) for v in row) + "\n").encode())


def sizes() -> None:
    if connection.vendor != "postgresql":
        return
    text = "SELECT sum(pg_total_relation_size(oid)) / 1e6 FROM pg_class WHERE relkind = 'r' AND "
    for name, like in (("purchases and refunds", "customers_%"), ("roll-ups", "retention_%")):
        found = fetch(text + f"relname LIKE '{like}'")[0][0]
        say(f"size of {name}, with indexes", f"{found:,.0f} MB")


def all_months(window: int) -> Any:
    return reports.months(MONTHS[0], MONTHS.stop, window_days=window, currency="PLN")


def first_page(make: Callable[..., Any], *asked: Any) -> Any:
    return make(*asked).page()


def months_of(chance: random.Random) -> list[int]:
    return [chance.randrange(MONTHS[1], MONTHS[-1] + 1) for _ in range(ROUNDS)]


def read_months(chance: random.Random) -> None:
    for window in (90, 365):
        works: list[Work] = [
            partial(reports.compare, Query(month_of(n), window)) for n in months_of(chance)
        ]
        spread(f"a calendar month and the one before, window {window}", works, "month")
        series: list[Work] = [partial(all_months, window)]
        spread(f"all 36 months, window {window}", series * ROUNDS, "month")
    spread(
        "cohorts, 36 x 36 with money",
        [lambda: reports.cohorts(CohortQuery(months=36))] * ROUNDS,
        "month",
    )
    spread("repeat-purchase rates", [reports.repeat_rates] * ROUNDS, "month")


def read_lists(chance: random.Random) -> None:
    for name in reports.MEMBER_LISTS:
        works: list[Work] = [
            partial(first_page, reports.members, q, name) for q in some_months(chance)
        ]
        spread(f"list of a month: {name}, first 50", works, "month")
    deep = [reports.members(q, "start") for q in some_months(chance)]
    after = f"{LAST - 300}-500"
    spread(
        "list of a month: start, a page far down",
        [partial(x.page, after) for x in deep],
        "month",
    )
    for name in reports.SALES_LISTS:
        works = [partial(first_page, reports.sales, q, name) for q in some_months(chance)]
        spread(f"list of a month: {name}, first 50", works, "month")
    cells = [(chance.choice(MONTHS[:24]), chance.randrange(12)) for _ in range(ROUNDS)]
    query = CohortQuery()
    spread(
        "list of a cohort cell, first 50",
        [partial(first_page, reports.cohort_members, query, c, k) for c, k in cells],
        "month",
    )
    spread(
        "list: came back in 90 days or not, first 50",
        [partial(first_page, reports.repeat_members, 90, r) for r in (True, False)] * 50,
        "month",
    )


def some_months(chance: random.Random) -> list[Query]:
    return [Query(month_of(n), chance.choice([90, 365])) for n in months_of(chance)]


def read_others(chance: random.Random) -> None:
    queries = [any_query(chance) for _ in range(ROUNDS)]
    short = [q for q in queries if not q.is_long]
    long = [q for q in queries if q.is_long]
    figures = reports.figures
    spread("any period, window as long or longer", [partial(figures, q) for q in short], "other")
    spread("any period, longer than its window", [partial(figures, q) for q in long], "other")
    series: list[Work] = [partial(all_months, w) for w in (31, 60, 120, 180, 270, 500, 730)]
    spread("all 36 months, any window from 31 days", series * 3, "other")
    for name in reports.MEMBER_LISTS:
        works = [partial(first_page, reports.members, q, name) for q in queries]
        spread(f"list of any period: {name}, first 50", works, "other")


def any_query(chance: random.Random, filters: Filters | None = None) -> Query:
    days = chance.choice([1, 7, 14, 30, 91, 91, 182, 365])
    start = date.fromordinal(LAST - chance.randrange(days, 800))
    period = Period(start, start + timedelta(days=days))
    window = chance.choice([30, 60, 90, 120, 180, 365, 730])
    return Query(period, window, "PLN", filters or Filters())


def read_filtered(chance: random.Random) -> None:
    branch = fetch("SELECT min(id) FROM accounts_branch")[0][0]
    tag = CustomerTag.objects.values_list("tag_id", flat=True)[0]
    kinds = {
        "a branch of five": Filters(branch_id=branch),
        "the commonest source, 60 %": Filters(source="till"),
        "a tag on 5 %": Filters(tag_id=tag),
        "branch and source": Filters(branch_id=branch, source="web"),
    }
    for name, filters in kinds.items():
        months = [chance.choice(MONTHS[13:]) for _ in range(8)]
        asked = [Query(month_of(n), 365, "PLN", filters) for n in months]
        spread(
            f"{name}: a month, window 365",
            [partial(reports.figures, q) for q in asked],
            "filtered",
        )
        spread(
            f"{name}: list of the lost",
            [partial(first_page, reports.members, q, "lost") for q in asked],
            "filtered",
        )
        series: list[Work] = [
            lambda f=filters: reports.months(
                MONTHS.stop - 13, MONTHS.stop, window_days=365, currency="PLN", filters=f
            ),
            lambda f=filters: reports.cohorts(CohortQuery(filters=f)),
            lambda f=filters: reports.repeat_rates(f),
        ]
        for label, work in zip(("13 months", "cohorts", "repeat rates"), series, strict=True):
            spread(f"{name}: {label}", [work] * 3, "filtered")


def refresh_some() -> None:
    times = []
    for number in range(4):
        marking = seconds(partial(retention_shop.sell_more, 10_000, number))
        times.append(seconds(lambda: refresh(now=retention_shop.NOW, limit=10_000)))
        say(
            f"10,000 new purchases, batch {number + 1} (written in {marking:.1f} s)",
            f"{times[-1]:.2f} s",
        )
    middle = statistics.median(times)
    say(
        "refresh after 10,000 new purchases, median",
        f"{middle:.2f} s",
        "1.5 s",
        middle <= AIMS["refresh"],
    )

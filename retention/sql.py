"""Statements that the ORM cannot say: written once for both databases.

Names of tables and pieces are filled in by `$name`, values by `%s`. Only names known to this
code are ever filled in.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from string import Template
from typing import Any

from django.db import connection, transaction


def run(statement: str, params: Sequence[Any] = (), **names: str) -> int:
    """Execute one statement; returns how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(Template(statement).substitute(names), params)
        return int(cursor.rowcount)


def fetch(statement: str, params: Sequence[Any] = (), **names: str) -> list[tuple[Any, ...]]:
    """All rows of one query."""
    with connection.cursor() as cursor:
        cursor.execute(Template(statement).substitute(names), params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def insert_rows(table: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert plain rows into a working table, a few hundred at a time."""
    if not rows:
        return
    size = max(1, 900 // len(rows[0]))
    for begin in range(0, len(rows), size):
        batch = rows[begin : begin + size]
        one = "(" + ", ".join(["%s"] * len(batch[0])) + ")"
        values = [value for row in batch for value in row]
        run(
            "INSERT INTO $table VALUES $rows",
            values,
            table=table,
            rows=", ".join([one] * len(batch)),
        )


def stage(table: str, query: str, params: Sequence[Any] = (), **names: str) -> None:
    """A working table of this connection with the query's rows; it replaces one of the same
    name."""
    discard(table)
    run("CREATE TEMPORARY TABLE $table AS " + query, params, table=table, **names)


def scratch(table: str, query: str, params: Sequence[Any] = (), **names: str) -> None:
    """A working table with honest statistics, for one that leads a join into a large table:
    PostgreSQL's planner guesses badly about what it has not looked at."""
    stage(table, query, params, **names)
    looked_at(table)


def key(table: str, columns: str) -> None:
    """An index over a working table, for one that is looked up row by row: SQLite does not
    always make one of its own."""
    schema = "temp." if connection.vendor == "sqlite" else ""
    run(
        "CREATE UNIQUE INDEX $schema${table}_key ON $table ($columns)",
        schema=schema,
        table=table,
        columns=columns,
    )


def scratch_like(table: str, model: str) -> None:
    """An empty working table with the columns of a lasting one."""
    stage(table, "SELECT * FROM $model WHERE 1 = 0", model=model)


def looked_at(table: str) -> None:
    """Give PostgreSQL's planner the working table's true size."""
    if connection.vendor == "postgresql":
        run("ANALYZE $table", table=table)


def give_room(megabytes: int) -> None:
    """Let PostgreSQL sort in this much memory until the transaction ends, and not compile
    statements that run once."""
    if connection.vendor == "postgresql":
        run("SET LOCAL work_mem = '${size}MB'", size=str(megabytes))
        run("SET LOCAL maintenance_work_mem = '${size}MB'", size=str(max(megabytes, 64)))
        run("SET LOCAL jit = off")


def expect_single_rows() -> None:
    """Until the transaction ends, let PostgreSQL find some rows of large tables by their keys:
    its default takes a row found so for as dear as on a turning disk, and reads whole tables."""
    if connection.vendor == "postgresql":
        run("SET LOCAL random_page_cost = 1.1")


@contextmanager
def grouping_in_order() -> Iterator[None]:
    """Group by sorting, so that rows come in the order of what they are grouped by. PostgreSQL
    takes millions of groups for a tenth of their number, and its tables of them outgrow memory.
    Inside a transaction."""
    if connection.vendor != "postgresql":
        yield
        return
    run("SET LOCAL enable_hashagg = off")
    yield
    run("SET LOCAL enable_hashagg = on")


@contextmanager
def roomy(megabytes: int = 128) -> Iterator[None]:
    """Read with room to sort and group, by several processes where that is quicker: PostgreSQL's
    default fears to hand rows over. On SQLite nothing changes, and nobody is kept waiting."""
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic():
        give_room(megabytes)
        run("SET LOCAL parallel_tuple_cost = 0.01")
        yield


def read_in_place(column: str) -> str:
    """The column in a condition by which SQLite is not to choose an index, where most rows
    meet it: it takes looking each of them up for cheaper than passing over the table."""
    return f"+{column}" if connection.vendor == "sqlite" else column


def bits_together(bit: str) -> str:
    """The aggregate that joins the bits of rows, each a power of two, into one number."""
    return f"bit_or({bit})" if connection.vendor == "postgresql" else f"sum(DISTINCT {bit})"


def discard(table: str) -> None:
    """Drop a working table if it is there; never a lasting one of the same name."""
    schema = "temp" if connection.vendor == "sqlite" else "pg_temp"
    run("DROP TABLE IF EXISTS $schema.$table", schema=schema, table=table)

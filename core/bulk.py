"""Many rows at once, on either database: reserved ids, fast inserts, and one parameter for a
whole list of keys.

The rows' values must be what the columns hold: no defaults are filled in, no field cleans.
"""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import IntegrityError, connection, transaction
from django.db.models import Field, ForeignKey, Lookup, Model


@ForeignKey.register_lookup
@Field.register_lookup
class AnyOf(Lookup[Any]):
    """`filter(number__any_of={...})`: as `in`, but the set travels as one parameter, which
    spares the making of ten thousand placeholders. Better a set than a list, whose items Django
    would look at one by one."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, parameters = self.process_lhs(compiler, connection)
        values = list(self.rhs)
        if not values:
            raise EmptyResultSet
        if connection.vendor == "postgresql":
            kind = "bigint" if values and isinstance(values[0], int) else "text"
            return f"{column} = ANY(%s::{kind}[])", [*parameters, array_literal(values)]
        listed = connection.ops.adapt_json_value(values, None)
        return f"{column} IN (SELECT value FROM json_each(%s))", [*parameters, listed]  # noqa: S608


def learn_sizes(*models: type[Model]) -> None:
    """Let PostgreSQL count what stands in the models' tables, so that it plans for what has just
    been filled; SQLite plans well without."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(_table(model) for model in models)}")


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Within, Python looks for unreachable cycles a hundred times less often.

    Bulk work makes many objects and no cycles: looking at all of them again and again takes
    almost half of its time.
    """
    before = gc.get_threshold()
    gc.set_threshold(before[0] * 100, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def array_literal(values: Sequence[int | str]) -> str:
    """The values as PostgreSQL writes an array: far cheaper than the driver's own lists."""
    if not values or isinstance(values[0], int):
        return "{" + ",".join(map(str, values)) + "}"
    texts = [str(value) for value in values]
    if any("\\" in text or '"' in text for text in texts):
        texts = [text.replace("\\", "\\\\").replace('"', '\\"') for text in texts]
    return '{"' + '","'.join(texts) + '"}'


def rows_by_keys(
    model: type[Model], columns: Sequence[str], *, key: str, keys: Iterable[str], **fixed: str
) -> Iterable[tuple[Any, ...]]:
    """The columns of the rows whose `key` is one of the keys and whose `fixed` columns are as
    given, found by the index over both, key by key.

    PostgreSQL, left to itself, reads the whole table where it was filled a moment ago and
    nothing is known of it yet, so it is told not to. Inside a transaction.
    """
    wanted = frozenset(keys)
    if not wanted:
        return []
    if connection.vendor != "postgresql":
        found = model._default_manager.filter(**fixed, **{f"{key}__any_of": wanted})
        return found.values_list(*columns)
    names = _names(columns)
    conditions = "".join(f" AND {connection.ops.quote_name(name)} = %s" for name in fixed)
    statement = f"""
        SELECT found.* FROM unnest(%s::text[]) AS wanted (key) CROSS JOIN LATERAL (
            SELECT {names} FROM {_table(model)}
            WHERE {connection.ops.quote_name(key)} = wanted.key{conditions} OFFSET 0
        ) AS found
    """  # noqa: S608 (names of our own columns)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(statement, [array_literal([*wanted]), *fixed.values()])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        cursor.execute("SET LOCAL enable_seqscan = DEFAULT")
    return rows


def _table(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def reserve_ids(model: type[Model], count: int) -> Sequence[int]:
    """`count` ids that no other row of the model has or will get, ascending.

    Inside a transaction that holds the right to write; ids not used are lost on PostgreSQL.
    """
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval((SELECT pg_get_serial_sequence(%s, 'id'))::regclass) "
                "FROM generate_series(1, %s)",
                [table, count],
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        last = row[0] if row else 0
    return range(last + 1, last + 1 + count)


def insert_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert the rows: by COPY on PostgreSQL, by one prepared statement on SQLite.

    Raises `IntegrityError` where a row is refused; nothing of the call then stands. Instants
    must be aware and in UTC.
    """
    names = _names(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statement = f"COPY {_table(model)} ({names}) FROM STDIN"
            with connection.wrap_database_errors, cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        statement = f"INSERT INTO {_table(model)} ({names}) VALUES ({marks})"  # noqa: S608
        cursor.executemany(statement, [_for_sqlite(row) for row in rows])


def insert_missing(
    model: type[Model],
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    **fixed: Any,
) -> list[int]:
    """Insert those rows that no unique key forbids, and return their ids; the first column is
    `id`, reserved by `reserve_ids`; `fixed` columns are the same in all rows. Inside a
    transaction; instants must be aware and in UTC."""
    if not rows:
        return []
    if connection.vendor == "postgresql":
        return _insert_missing_by_copy(model, columns, rows, fixed)
    names = _names([*columns, *fixed])
    marks = ", ".join(["%s"] * (len(columns) + len(fixed)))
    target = f"INSERT INTO {_table(model)} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608
    same = _for_sqlite(list(fixed.values()))
    with connection.cursor() as cursor:
        cursor.executemany(target, [_for_sqlite(row) + same for row in rows])
    # Nobody else writes in between, so the ids reserved are one stretch of ours.
    span = (rows[0][0], rows[-1][0])
    return list(model._default_manager.filter(pk__range=span).values_list("pk", flat=True))


def _insert_missing_by_copy(
    model: type[Model],
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    fixed: Mapping[str, Any],
) -> list[int]:
    names, same = _names(columns), "".join([", %s"] * len(fixed))
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE rows_to_come ON COMMIT DROP AS SELECT {names} "  # noqa: S608
            f"FROM {_table(model)} WITH NO DATA"
        )
        statement = f"COPY rows_to_come ({names}) FROM STDIN"
        with connection.wrap_database_errors, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
        insert = (
            f"INSERT INTO {_table(model)} ({_names([*columns, *fixed])}) "  # noqa: S608
            f"SELECT {names}{same} FROM rows_to_come"
        )
        try:
            # Most often nothing stands there yet, and not to look beforehand is far quicker.
            with transaction.atomic():
                cursor.execute(f"{insert} RETURNING id", [*fixed.values()])
                made = [row[0] for row in cursor.fetchall()]
        except IntegrityError:
            cursor.execute(f"{insert} ON CONFLICT DO NOTHING RETURNING id", [*fixed.values()])
            made = [row[0] for row in cursor.fetchall()]
        cursor.execute("DROP TABLE rows_to_come")
    return made


def _names(columns: Iterable[str]) -> str:
    return ", ".join(connection.ops.quote_name(column) for column in columns)


def _for_sqlite(row: Sequence[Any]) -> list[Any]:
    return [_plain(value) if isinstance(value, datetime | Decimal) else value for value in row]


def _plain(value: datetime | Decimal) -> str:
    if isinstance(value, Decimal):
        return str(connection.ops.adapt_decimalfield_value(value))
    return str(connection.ops.adapt_datetimefield_value(value))

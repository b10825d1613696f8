"""Statements that are run very often: prepared once per PostgreSQL connection, so that the server
plans them once. On SQLite, which keeps its own statements, they are simply run."""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, DataError, connection, connections
from psycopg.errors import error_from_result
from psycopg.generators import execute
from psycopg.pq import ExecStatus, TransactionStatus

_GOOD = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)
KEPT_PLANS = "force_generic_plan"
_known: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Prepared:
    """A statement with `$1 ... $n` and the types of its parameters."""

    sql: str
    types: tuple[str, ...]

    @cached_property
    def name(self) -> str:
        """A name that no other statement has."""
        return f"kept_{hashlib.sha256(self.sql.encode()).hexdigest()[:24]}"

    def run(self, parameters: Sequence[Any]) -> int:
        """Run it on PostgreSQL; how many rows it wrote."""
        return int(self._answer(self._start(parameters)).command_tuples or 0)

    def fetch(
        self, parameters: Sequence[Any], meanwhile: Callable[[], None] | None = None
    ) -> tuple[int, ...]:
        """Run it on PostgreSQL; the one row of numbers that it answers. `meanwhile` is done while
        the server works; it must leave the database alone."""
        line = self._start(parameters)
        try:
            if meanwhile:
                meanwhile()
        finally:
            result = self._answer(line)
        return tuple(int(result.get_value(0, place) or 0) for place in range(result.nfields))

    def rows(self, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run it on either database; every row that it answers. PostgreSQL answers its own texts as
        bytes, SQLite values of Python: `int`, `text_of` and `instant_of` read both."""
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(self._for_sqlite, _named(parameters))
                return list(cursor.fetchall())
        result = self._answer(self._start(parameters))
        value, places = result.get_value, range(result.nfields)
        return [tuple([value(row, place) for place in places]) for row in range(result.ntuples)]

    @cached_property
    def _for_sqlite(self) -> str:
        return re.sub(r"\$(\d+)", r"%(p\1)s", self.sql)

    def _start(self, parameters: Sequence[Any]) -> Any:
        """Hand it to the server in the driver's own words: its cursors would cost more than the
        statement. Who listens to statements hears of it first."""
        database = connections[DEFAULT_DB_ALIAS]
        database.ensure_connection()
        line = database.connection
        kept = _known.setdefault(line, set())
        if database.queries_logged:
            database.queries_log.append({"sql": self.sql, "time": "0"})
        with database.wrap_database_errors:
            if database.in_atomic_block and _is_idle(line):
                line.pgconn.send_query(b"BEGIN")
                line.wait(execute(line.pgconn))
            if self.name not in kept:
                types = ", ".join(self.types)
                line.execute(f"PREPARE {self.name} ({types}) AS {self.sql}")
                kept.add(self.name)
            line.pgconn.send_query_prepared(self.name.encode(), _texts(parameters))
        return line

    def _answer(self, line: Any) -> Any:
        """What the server says. Behind a pooler that hands connections from one to another
        (DISABLE_SERVER_SIDE_CURSORS) the statement is not kept."""
        database = connections[DEFAULT_DB_ALIAS]
        with database.wrap_database_errors:
            result = line.wait(execute(line.pgconn))[-1]
            if result.status not in _GOOD:
                raise error_from_result(result)
            if database.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
                line.execute(f"DEALLOCATE {self.name}")
                _known[line].discard(self.name)
        return result


def _is_idle(line: Any) -> bool:
    """Whether no transaction has begun: the driver begins one with its first statement only."""
    return bool(line.pgconn.transaction_status == TransactionStatus.IDLE)


def _texts(parameters: Sequence[Any]) -> list[bytes | None]:
    """The values as PostgreSQL reads them; it would read a text to its first NUL only."""
    texts = [None if value is None else str(value).encode() for value in parameters]
    if any(b"\0" in text for text in texts if text):
        raise DataError("PostgreSQL keeps no NUL")
    return texts


def _named(parameters: Sequence[Any]) -> dict[str, Any]:
    """The values as SQLite keeps them, by their places."""
    return {f"p{place}": for_sqlite(value) for place, value in enumerate(parameters, start=1)}


def for_sqlite(value: Any) -> Any:
    """A value as Django keeps it in SQLite: instants as texts in UTC that name no zone."""
    if isinstance(value, datetime):
        return str(value.astimezone(UTC).replace(tzinfo=None))
    return value


def text_of(value: Any) -> str:
    """A text that a statement answered."""
    return value.decode() if isinstance(value, bytes) else str(value)


def instant_of(value: Any) -> datetime:
    """An instant that a statement answered."""
    known = value if isinstance(value, datetime) else datetime.fromisoformat(text_of(value))
    return known.replace(tzinfo=UTC)


@contextmanager
def quick_commits() -> Iterator[None]:
    """Within, on PostgreSQL, this connection's commits do not wait for the disk, and kept
    statements are planned once and by index: whoever plans while a table is still small would
    otherwise read all of it for ever after."""
    if connection.vendor != "postgresql":
        yield
        return
    _run(
        f"SET synchronous_commit = off; SET plan_cache_mode = {KEPT_PLANS}; "
        "SET enable_seqscan = off"
    )
    try:
        yield
    finally:
        _run("RESET synchronous_commit; RESET plan_cache_mode; RESET enable_seqscan")


def _run(statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statements)

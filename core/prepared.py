"""Statements that are run very often: prepared once per PostgreSQL connection, so that the server
plans them once. On SQLite, which keeps its own statements, they are simply run."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connection, connections
from psycopg.errors import error_from_result
from psycopg.generators import execute
from psycopg.pq import ExecStatus

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

    def _start(self, parameters: Sequence[Any]) -> Any:
        """Hand it to the server in the driver's own words: its cursors would cost more than the
        statement."""
        database = connections[DEFAULT_DB_ALIAS]
        database.ensure_connection()
        line = database.connection
        kept = _known.setdefault(line, set())
        with database.wrap_database_errors:
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


def _texts(parameters: Sequence[Any]) -> list[bytes | None]:
    """The values as PostgreSQL reads them."""
    return [None if value is None else str(value).encode() for value in parameters]


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

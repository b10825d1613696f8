"""Waiting for another writer, but not for long: what a reader does before it shows something."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def impatient(seconds: float) -> Iterator[None]:
    """Raise `OperationalError` where another transaction holds a lock for longer than this.

    On PostgreSQL the work is one transaction; on SQLite it begins its own inside.
    """
    milliseconds = int(seconds * 1000)
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [str(milliseconds)])
            yield
        return
    with connection.cursor() as cursor:
        usual = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {milliseconds}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")

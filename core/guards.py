"""Append-only tables: the triggers that keep them so are looked for, and made again.

SQLite rebuilds a table to change it and drops its triggers without a word; a restored copy may
lack them. So they are made again after every migration, and the product refuses to start without.
"""

from typing import Any

from django.db import connection

from core.registry import Registry
from core.triggers import make_append_only

# Tables of which no row may be changed or deleted, by table name.
append_only_tables: Registry[str] = Registry("append-only tables")
# Tables of which no row may be deleted and these columns may not be changed. Another list of
# columns needs a migration that drops the table's triggers: they are looked for by name.
frozen_columns: Registry[tuple[str, ...]] = Registry("frozen columns")
NAMES = {
    "postgresql": ("no_delete", "no_update", "no_truncate"),
    "sqlite": ("no_delete", "no_update"),
}


def guarded_columns() -> dict[str, tuple[str, ...]]:
    """The guarded tables, with the columns that never change; none named: all of them."""
    whole: dict[str, tuple[str, ...]] = dict.fromkeys(append_only_tables, ())
    return whole | dict(frozen_columns.items())


def missing_guards() -> list[str]:
    """The registered tables that exist and lack a trigger of theirs."""
    present = set(connection.introspection.table_names())
    triggers, names = _triggers(), NAMES[connection.vendor]
    return [
        table
        for table in guarded_columns()
        if table in present and not {f"{table}_{name}" for name in names} <= triggers
    ]


def restore_guards(**kwargs: Any) -> None:
    """Make missing triggers again; told after every migration."""
    for table in missing_guards():
        make_append_only(table, guarded_columns()[table])


def _triggers() -> set[str]:
    sql = {
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {name for (name,) in cursor.fetchall()}

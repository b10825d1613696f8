"""Database triggers that keep append-only tables append-only, on both databases."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.migrations import RunPython

SQLITE = """
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
CREATE TRIGGER {table}_no_update BEFORE UPDATE {columns} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
"""
POSTGRESQL = """
CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{table} is append-only'; END $$;
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION {table}_append_only();
CREATE TRIGGER {table}_no_update BEFORE UPDATE {columns} ON {table}
FOR EACH ROW EXECUTE FUNCTION {table}_append_only();
"""
# What empties a table at once passes by the triggers of its rows. SQLite has no such statement.
NO_TRUNCATE = """
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only();
"""
REMOVE = {
    "sqlite": "DROP TRIGGER {table}_no_delete; DROP TRIGGER {table}_no_update;",
    "postgresql": (
        "DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}; "
        "DROP TRIGGER {table}_no_delete ON {table}; DROP TRIGGER {table}_no_update ON {table}; "
        "DROP FUNCTION {table}_append_only();"
    ),
}

FREEZE = {
    "sqlite": """
CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} WHEN {condition}
BEGIN SELECT RAISE(ABORT, '{message}'); END;
""",
    "postgresql": """
CREATE FUNCTION {table}_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{message}'; END $$;
CREATE TRIGGER {table}_{name} BEFORE {event} ON {table}
FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION {table}_{name}();
""",
}
UNFREEZE = {
    "sqlite": "DROP TRIGGER {table}_{name};",
    "postgresql": "DROP TRIGGER {table}_{name} ON {table}; DROP FUNCTION {table}_{name}();",
}


def append_only(table: str, *, frozen: Sequence[str] = ()) -> RunPython:
    """A migration operation that forbids DELETE, and UPDATE of the frozen columns (of all
    columns where none are named)."""
    columns = f"OF {', '.join(frozen)}" if frozen else ""

    def create(apps: Any, schema_editor: Any) -> None:
        vendor = schema_editor.connection.vendor
        script = POSTGRESQL if vendor == "postgresql" else SQLITE
        for statement in _statements(script.format(table=table, columns=columns)):
            schema_editor.execute(statement)

    def remove(apps: Any, schema_editor: Any) -> None:
        _drop(schema_editor, REMOVE[schema_editor.connection.vendor].format(table=table))

    return RunPython(create, remove)


def make_append_only(table: str, frozen: Sequence[str] = ()) -> None:
    """Forbid DELETE, TRUNCATE and UPDATE (of the frozen columns, where there are some) at once, in
    place of what is left of the table's triggers."""
    names = ", ".join(f'"{name}"' for name in frozen)
    columns = f"OF {names}" if frozen else ""
    removals = {
        "postgresql": (
            f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table};"
            f"DROP TRIGGER IF EXISTS {table}_no_delete ON {table};"
            f"DROP TRIGGER IF EXISTS {table}_no_update ON {table};"
            f"DROP FUNCTION IF EXISTS {table}_append_only()"
        ),
        "sqlite": (
            f"DROP TRIGGER IF EXISTS {table}_no_delete;DROP TRIGGER IF EXISTS {table}_no_update"
        ),
    }
    script = POSTGRESQL + NO_TRUNCATE if connection.vendor == "postgresql" else SQLITE
    with connection.cursor() as cursor:
        for statement in removals[connection.vendor].split(";"):
            cursor.execute(statement)
        for statement in _statements(script.format(table=table, columns=columns)):
            cursor.execute(statement)


def forbid(table: str, name: str, *, event: str, condition: str, message: str) -> RunPython:
    """A migration operation that refuses an event on the rows that fulfil the condition over
    OLD and NEW: `event` is "DELETE" or "UPDATE OF column, ...", in SQL both databases know."""
    words = {
        "table": table,
        "name": name,
        "event": event,
        "condition": condition,
        "message": message,
    }

    def create(apps: Any, schema_editor: Any) -> None:
        for statement in _statements(FREEZE[schema_editor.connection.vendor].format(**words)):
            schema_editor.execute(statement)

    def remove(apps: Any, schema_editor: Any) -> None:
        _drop(schema_editor, UNFREEZE[schema_editor.connection.vendor].format(**words))

    return RunPython(create, remove)


def lifted(guard: RunPython) -> RunPython:
    """A migration operation that takes a guard away, to stand before a change of its table: SQLite
    makes the table anew and forgets its triggers. The guard itself stands again after the change.
    """
    assert guard.reverse_code is not None
    return RunPython(guard.reverse_code, guard.code)


def _drop(schema_editor: Any, script: str) -> None:
    for statement in script.split(";"):
        if statement.strip():
            schema_editor.execute(statement)


def _statements(script: str) -> list[str]:
    """The script's statements: each begins with CREATE at the start of a line."""
    return ["CREATE" + part for part in script.split("\nCREATE") if part.strip()]

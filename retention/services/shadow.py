"""Refilling a whole table so that readers see the old rows until the new ones are complete.

PostgreSQL: rows go into a second table, indexes are built over it at once, and the two change
places at the end of the transaction. SQLite: readers keep their snapshot, so the table itself
is emptied and filled. Call inside one transaction.
"""

from django.db import connection

from retention import sql

INDEXES = """
    SELECT i.relname, pg_get_indexdef(i.oid), x.indisprimary, c.conname, pg_get_constraintdef(c.oid)
    FROM pg_index AS x JOIN pg_class AS i ON i.oid = x.indexrelid
    LEFT JOIN pg_constraint AS c ON c.conindid = i.oid AND c.contype = 'p'
    WHERE x.indrelid = %s::regclass
"""


def begin(table: str) -> str:
    """The name of the table to fill, empty."""
    if connection.vendor == "sqlite":
        sql.run("DELETE FROM $table", table=table)
        return table
    fresh = f"{table}_next"
    sql.run("DROP TABLE IF EXISTS $fresh", fresh=fresh)
    sql.run("CREATE TABLE $fresh (LIKE $table INCLUDING DEFAULTS)", fresh=fresh, table=table)
    return fresh


def index(table: str) -> None:
    """Once filled: build its indexes and look at its size, so that it can be read quickly."""
    if connection.vendor == "sqlite":
        return
    fresh = f"{table}_next"
    for name, definition, primary, _constraint, key in sql.fetch(INDEXES, [table]):
        if primary:
            text = f"ALTER TABLE {fresh} ADD CONSTRAINT {name}_next {key}"
        else:
            text = definition.replace(f"INDEX {name} ON", f"INDEX {name}_next ON")
            text = text.replace(f".{table} ", f".{fresh} ")
        sql.run("$text", text=text)
    sql.run("ANALYZE $fresh", fresh=fresh)


def finish(table: str) -> None:
    """Put the filled table in the place of the old one, under the same names."""
    if connection.vendor == "sqlite":
        return
    names = [row[0] for row in sql.fetch(INDEXES, [table])]
    sql.run("DROP TABLE $table", table=table)
    sql.run("ALTER TABLE $fresh RENAME TO $table", fresh=f"{table}_next", table=table)
    for name in names:
        sql.run("ALTER INDEX $fresh RENAME TO $name", fresh=f"{name}_next", name=name)

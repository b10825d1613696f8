"""All rows of all roll-ups, for telling whether anything changed."""

from typing import Any

from retention import sql
from retention.services.rebuild import TABLES


def rollups() -> dict[str, list[tuple[Any, ...]]]:
    """Table -> its sorted rows. Keys that the database numbers by itself are left out."""
    found = {}
    for table in dict.fromkeys(TABLES):
        rows = sql.fetch("SELECT * FROM $table", table=table)
        found[table] = sorted(rows, key=repr)
    return found

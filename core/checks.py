"""Start-up checks: the product refuses to start on a database that could lose or lock."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def sqlite_is_safe(**kwargs: Any) -> list[CheckMessage]:
    """SQLite needs WAL, full sync, foreign keys and IMMEDIATE transactions."""
    database = settings.DATABASES["default"]
    if not database["ENGINE"].endswith("sqlite3"):
        return []
    options = database.get("OPTIONS", {})
    wanted = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON")
    missing = [pragma for pragma in wanted if pragma not in options.get("init_command", "")]
    if options.get("transaction_mode") != "IMMEDIATE":
        missing.append("transaction_mode=IMMEDIATE")
    if not missing:
        return []
    return [Error(f"SQLite runs without {', '.join(missing)}", id="core.E001")]

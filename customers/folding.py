"""`core.text.fold` inside the database, so that text compares alike on both.

PostgreSQL gets a function by migration; SQLite has Python's own, given to each connection.
"""

from typing import Any

from django.db.backends.signals import connection_created
from django.db.models import CharField, Func

from core.text import fold

FUNCTION = "perennial_fold"


class Fold(Func):
    """The folded form of a text column: no case, no diacritics."""

    function = FUNCTION
    output_field = CharField()


def _give_fold(sender: object, connection: Any, **rest: object) -> None:
    if connection.vendor == "sqlite":
        connection.connection.create_function(FUNCTION, 1, _fold_or_none, deterministic=True)


def _fold_or_none(text: object) -> str | None:
    return None if text is None else fold(str(text))


# Django tells of new connections in no other way than by this signal.
connection_created.connect(_give_fold, dispatch_uid=FUNCTION)

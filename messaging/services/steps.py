"""The steps of a message's life: a row for each change of state, written in its transaction."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from core.batches import batched

BATCH = 10_000
_SAME_AS_ROW = """
    INSERT INTO messaging_messagestep (message_id, at, state, reason, phase, reply_code, until)
    SELECT id, %s, state, reason, phase, reply_code,
        CASE WHEN state IN ('queued', 'retry') AND next_at > due_at THEN next_at END
    FROM messaging_message WHERE id IN ({listed}) ORDER BY id
"""


def write_steps_of(ids: Sequence[int], now: datetime) -> None:
    """A step for each message as its row stands now."""
    with connection.cursor() as cursor:
        for some in batched(ids, BATCH):
            listed, parameter = id_list(some)
            cursor.execute(_SAME_AS_ROW.format(listed=listed), [instant_value(now), parameter])


def id_list(ids: Sequence[int]) -> tuple[str, Any]:
    """A list of ids as one parameter: the subquery in the words of the database, and its value."""
    if connection.vendor == "postgresql":
        return "SELECT unnest(%s::bigint[])", "{" + ",".join(map(str, ids)) + "}"
    return "SELECT value FROM json_each(%s)", json.dumps(list(ids))


def instant_value(instant: datetime | None) -> Any:
    """The instant as the database's driver takes it in raw statements."""
    return connection.ops.adapt_datetimefield_value(instant)

"""The two marks around each handing over: that it is attempted, and what came of it.

The first is one UPDATE that looks once more whether anything speaks against it: a wish said since
the claim, a pause of the send or the sender, a lease that ran out. So an unsubscribe wins until
the last moment. Both are one statement each, since they are paid for every single mail; on
PostgreSQL they do not wait for the disk: a killed worker loses nothing by it, and what a crashed
database server could lose is taken for uncertain by the reaper.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.sql import UpdateQuery

from core.prepared import Prepared
from customers.permission import Policy, is_stopped, read_policy
from messaging.models import Message, MessageState, Send, Sender, SendState
from messaging.services.steps import instant_value
from messaging.transports.base import Meanwhile, nothing

# Stand for the values of one attempt in the statement that is made once for all of them.
# The state does too, though it is always the same: PostgreSQL would otherwise read the small index
# of what is on its way instead of the one row.
PK, TOKEN, STATE = -7_310_007, "the token of the claim", "the state before"
NOW, LEASE = datetime(1901, 1, 1, tzinfo=UTC), datetime(1901, 1, 2, tzinfo=UTC)
STAND_INS = (PK, TOKEN, instant_value(NOW), instant_value(LEASE), STATE)
_OWN_TYPES = ("bigint", "text", "timestamptz", "timestamptz", "text")
_BEGUN = [MessageState.ATTEMPTING.value, "", "", None, None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a message becomes. `burned` False gives the attempt back; `out_at` is when it was on
    its way, None where it waits again."""

    state: MessageState
    reason: str = ""
    phase: str = ""
    reply_code: int | None = None
    reply_text: str = ""
    next_at: datetime | None = None
    sent_at: datetime | None = None
    out_at: datetime | None = None
    provider_id: str = ""
    burned: bool = True


class Attempts:
    """Begins the attempts of one batch; the policies of its messages are read once."""

    def __init__(self, messages: Sequence[Message], token: str) -> None:
        self._token, self._kept = token, connection.vendor == "postgresql"
        kinds = {_kind(message) for message in messages}
        self._policies = {
            kind: None if kind[2] else read_policy(kind[0], kind[1]) for kind in kinds
        }

    def begin(self, message: Message, *, now: datetime, lease_until: datetime) -> bool:
        """Mark the attempt; False where it may not be made (any more). Commits."""
        policy = self._policies[_kind(message)]
        own = (message.pk, self._token, now, lease_until, MessageState.CLAIMED.value)
        if self._kept:
            return bool(_prepared_beginning(policy).run(own))
        sql, places = _beginning(policy)
        values: dict[Any, Any] = dict(zip(STAND_INS, map(_plain, own), strict=True))
        parameters = [values.get(value, value) for value in places]
        return _on_sqlite(message.pk, sql, parameters, _BEGUN, now)

    def turn(
        self,
        ended: int,
        outcome: Outcome,
        message: Message,
        *,
        now: datetime,
        lease_until: datetime,
        meanwhile: Meanwhile = nothing,
    ) -> tuple[bool, bool]:
        """`finish` of one message and `begin` of the next at once; whether each was done. On
        PostgreSQL `meanwhile` is done while the server works; it must leave the database alone.
        """
        if not self._kept:
            done = finish(ended, self._token, outcome, now=now)
            return done, self.begin(message, now=now, lease_until=lease_until)
        policy = self._policies[_kind(message)]
        ending = _ending(ended, self._token, outcome, MessageState.ATTEMPTING)
        own = (now, message.pk, lease_until, MessageState.CLAIMED.value)
        counts = _prepared_turn(policy).fetch([*ending, *own], meanwhile)
        return bool(counts[0]), bool(counts[1])


def _kind(message: Message) -> tuple[str, str, bool]:
    return message.message_class, message.topic, message.customer_id is None


@lru_cache(maxsize=64)
def _beginning(policy: Policy | None) -> tuple[str, tuple[Any, ...]]:
    """The UPDATE that begins an attempt, and its parameters with stand-ins."""
    running = Send.objects.filter(pk=OuterRef("send_id"), state=SendState.RUNNING)
    sender = Sender.objects.filter(pk=OuterRef("sender_id"), paused_for="")
    rows = Message.objects.filter(
        Q(send=None) | Q(Exists(running)),
        Exists(sender),
        pk=PK,
        claim_token=TOKEN,
        state=STATE,
        lease_until__gt=NOW,
    )
    if policy is not None:
        rows = rows.exclude(is_stopped(policy, NOW))
    query: UpdateQuery = rows.query.chain(UpdateQuery)  # type: ignore[assignment]
    query.add_update_values(
        {"state": MessageState.ATTEMPTING, "attempts": F("attempts") + 1, "lease_until": LEASE}
    )
    sql, parameters = query.get_compiler(connection=connection).as_sql()
    return sql, tuple(parameters)


@lru_cache(maxsize=64)
def _prepared_beginning(policy: Policy | None) -> Prepared:
    """The same for PostgreSQL: kept by the server, with the step beside it."""
    update = _update_of(policy, ("$1", "$2", "$3", "$4", "$5"))
    return Prepared(_BOTH.format(update=update, step=f"id, $3, {_BEGUN_STEP}"), _OWN_TYPES)


@lru_cache(maxsize=64)
def _prepared_turn(policy: Policy | None) -> Prepared:
    """The end of one message and the beginning of the next in one statement."""
    begin = _update_of(policy, ("$15", "$12", "$14", "$16", "$17"))
    sql = _TURN.format(finish=_FINISH, finish_step=_FINISH_STEP, begin=begin, step=_BEGUN_STEP)
    return Prepared(sql, (*_FINISH_TYPES, "bigint", "timestamptz", "text"))


def _update_of(policy: Policy | None, numbers: tuple[str, ...]) -> str:
    """The UPDATE with `$n` for what differs from message to message; all else is part of it."""
    sql, places = _beginning(policy)
    words = [
        numbers[STAND_INS.index(place)] if place in STAND_INS else _literal(place)
        for place in places
    ]
    return "".join(a + b for a, b in zip(sql.split("%s"), [*words, ""], strict=True))


def _literal(value: Any) -> str:
    with connection.cursor() as cursor:
        return str(cursor.cursor.mogrify("%s", [value]))


_BEGUN_STEP = "'attempting', '', '', NULL, NULL"
_BOTH = """
    WITH changed AS ({update} RETURNING id)
    INSERT INTO messaging_messagestep (message_id, at, state, reason, phase, reply_code, until)
    SELECT {step} FROM changed
"""
_FINISH = """
    UPDATE messaging_message SET state = $1, reason = $2, phase = $3, reply_code = $4,
        reply_text = $5, next_at = COALESCE($6, next_at), sent_at = $7, out_at = $8,
        provider_id = $9, attempts = attempts - $10, claim_token = '', lease_until = NULL
    WHERE id = $11 AND claim_token = $12 AND state = $13
"""
_FINISH_TYPES = (
    *("text", "text", "text", "smallint", "text"),
    *("timestamptz", "timestamptz", "timestamptz", "text", "int"),
    *("bigint", "text", "text", "timestamptz"),
)
_FINISH_STEP = "id, $14, $1, $2, $3, $4, $6"
_PREPARED_FINISH = Prepared(_BOTH.format(update=_FINISH, step=_FINISH_STEP), _FINISH_TYPES)
_TURN = """
    WITH done AS ({finish} RETURNING id), begun AS ({begin} RETURNING id), steps AS (
        INSERT INTO messaging_messagestep (message_id, at, state, reason, phase, reply_code, until)
        SELECT {finish_step} FROM done UNION ALL SELECT id, $14, {step} FROM begun
    ) SELECT (SELECT COUNT(*) FROM done), (SELECT COUNT(*) FROM begun)
"""
_SQLITE_FINISH = re.sub(r"\$\d+", "%s", _FINISH)
_STEP = """
    INSERT INTO messaging_messagestep (message_id, at, state, reason, phase, reply_code, until)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
"""


def finish(
    message_pk: int, token: str, outcome: Outcome, *, now: datetime, attempted: bool = True
) -> bool:
    """Mark what came of a message; False where it is not the token's any more. Commits."""
    before = MessageState.ATTEMPTING if attempted else MessageState.CLAIMED
    parameters = _ending(message_pk, token, outcome, before)
    if connection.vendor == "postgresql":
        return bool(_PREPARED_FINISH.run([*parameters, now]))
    parameters = [_plain(value) for value in parameters]
    step = [*parameters[:4], parameters[5]]
    return _on_sqlite(message_pk, _SQLITE_FINISH, parameters, step, now)


def _ending(message_pk: int, token: str, outcome: Outcome, before: str) -> list[Any]:
    return [
        str(outcome.state),
        outcome.reason,
        outcome.phase,
        outcome.reply_code,
        outcome.reply_text,
        outcome.next_at,
        outcome.sent_at,
        outcome.out_at,
        outcome.provider_id,
        0 if outcome.burned else 1,
        message_pk,
        token,
        str(before),
    ]


def _plain(value: Any) -> Any:
    return instant_value(value) if isinstance(value, datetime) else value


def _on_sqlite(
    message_pk: int, sql: str, parameters: list[Any], step: list[Any], now: datetime
) -> bool:
    """Run an UPDATE of one message; where it changed the row, the step stands beside it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        if not cursor.rowcount:
            return False
        cursor.execute(_STEP, [message_pk, instant_value(now), *step])
    return True

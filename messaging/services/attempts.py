"""The two marks around each handing over: that it is attempted, and how it ended.

The first is one INSERT that looks once more whether anything speaks against it: a wish said since
the claim, a pause of the send or the sender, a lease that ran out. So an unsubscribe wins until
the last moment. Marks stand in a narrow table of their own, since they are paid for every single
mail, and are entered into the messages many at once (`entering`). On PostgreSQL they do not wait
for the disk: a killed worker loses nothing by it, and what a crashed database server could lose is
taken for uncertain by the reaper.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from core.prepared import Prepared
from customers.permission import Policy, is_stopped, read_policy
from messaging.models import Attempt, Message, MessageState, Send, Sender, SendState
from messaging.services.steps import instant_value, write_steps_of
from messaging.transports.base import Meanwhile, nothing

# Stand for the values of one attempt in the statement that is made once for all of them.
# The state does too, though it is always the same: PostgreSQL would otherwise read the small index
# of what is on its way instead of the one row.
PK, TOKEN, STATE = -7_310_007, "the token of the claim", "the state before"
NOW, LEASE = datetime(1901, 1, 1, tzinfo=UTC), datetime(1901, 1, 2, tzinfo=UTC)
STAND_INS = (PK, TOKEN, instant_value(NOW), instant_value(LEASE), STATE)


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
    """Begins and ends the attempts of one batch; the policies of its messages are read once."""

    def __init__(self, messages: Sequence[Message], token: str) -> None:
        self._token, self._kept = token, connection.vendor == "postgresql"
        kinds = {_kind(message) for message in messages}
        self._policies = {
            kind: None if kind[2] else read_policy(kind[0], kind[1]) for kind in kinds
        }

    def begin(self, message: Message, *, now: datetime, lease_until: datetime) -> bool:
        """Mark the attempt; False where it may not be made (any more). Commits."""
        policy, own = self._policies[_kind(message)], self._own(message, now, lease_until)
        if self._kept:
            return bool(_prepared_beginning(policy).run(own))
        sql, places = _beginning(policy)
        with connection.cursor() as cursor:
            cursor.execute(sql, _filled(places, own))
            return bool(cursor.rowcount)

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
        """`end` of one message and `begin` of the next at once; whether each was done. On
        PostgreSQL `meanwhile` is done while the server works; it must leave the database alone.
        """
        if not self._kept:
            with transaction.atomic():
                done = self.end(ended, outcome, now=now)
                return done, self.begin(message, now=now, lease_until=lease_until)
        policy, own = self._policies[_kind(message)], self._own(message, now, lease_until)
        parameters = [*own, ended, *_ending(outcome).values()]
        counts = _prepared_turn(policy).fetch(parameters, meanwhile)
        return bool(counts[1]), bool(counts[0])

    def end(self, message_pk: int, outcome: Outcome, *, now: datetime) -> bool:
        """Mark how an attempt ended; False where it is not the token's any more. Commits."""
        mine = Attempt.objects.filter(message=message_pk, token=self._token, state="")
        return bool(mine.update(ended_at=now, **_ending(outcome)))

    def _own(self, message: Message, now: datetime, until: datetime) -> list[Any]:
        return [message.pk, self._token, now, until, MessageState.CLAIMED.value]


@transaction.atomic
def fail(message_pk: int, token: str, *, reason: str, text: str, now: datetime) -> bool:
    """End a claimed message that cannot be attempted; False where it is not the token's any
    more."""
    mine = Message.objects.filter(pk=message_pk, claim_token=token, state=MessageState.CLAIMED)
    failed = mine.filter(attempt=None).update(
        state=MessageState.FAILED,
        reason=reason,
        reply_text=text,
        claim_token="",
        lease_until=None,
        out_at=None,
    )
    if failed:
        write_steps_of([message_pk], now)
    return bool(failed)


def _ending(outcome: Outcome) -> dict[str, Any]:
    return {
        "state": str(outcome.state),
        "reason": outcome.reason,
        "phase": outcome.phase,
        "reply_code": outcome.reply_code,
        "reply_text": outcome.reply_text,
        "next_at": outcome.next_at,
        "sent_at": outcome.sent_at,
        "out_at": outcome.out_at,
        "provider_id": outcome.provider_id,
        "is_burned": outcome.burned,
    }


def _kind(message: Message) -> tuple[str, str, bool]:
    return message.message_class, message.topic, message.customer_id is None


_BEGIN = """
    INSERT INTO messaging_attempt (message_id, token, began_at, lease_until,
        state, reason, phase, reply_text, provider_id, is_burned)
    SELECT chosen.id, %s, %s, %s, '', '', '', '', '', TRUE FROM ({chosen}) AS chosen WHERE TRUE
    ON CONFLICT DO NOTHING
"""


@lru_cache(maxsize=64)
def _beginning(policy: Policy | None) -> tuple[str, tuple[Any, ...]]:
    """The INSERT that begins an attempt, and its parameters with stand-ins. On PostgreSQL the
    message is locked, so that the reaper cannot take it at this very moment."""
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
    query = rows.values_list("id").query
    sql, parameters = query.get_compiler(connection=connection).as_sql()
    if connection.vendor == "postgresql":
        sql += " FOR NO KEY UPDATE OF messaging_message"
    own = (TOKEN, instant_value(NOW), instant_value(LEASE))
    return _BEGIN.format(chosen=sql), (*own, *parameters)


_OWN_TYPES = ("bigint", "text", "timestamptz", "timestamptz", "text")
_TURN_TYPES = (
    *_OWN_TYPES,
    *("bigint", "text", "text", "text", "smallint", "text"),
    *("timestamptz", "timestamptz", "timestamptz", "text", "boolean"),
)
# The message is locked before the mark, as everywhere.
_TURN = """
    WITH begun AS ({begin} RETURNING message_id), done AS (
        UPDATE messaging_attempt SET ended_at = $3, state = $7, reason = $8, phase = $9,
            reply_code = $10, reply_text = $11, next_at = $12, sent_at = $13, out_at = $14,
            provider_id = $15, is_burned = $16
        WHERE message_id = $6 AND token = $2 AND state = '' RETURNING message_id
    ) SELECT (SELECT COUNT(*) FROM begun), (SELECT COUNT(*) FROM done)
"""


@lru_cache(maxsize=64)
def _prepared_beginning(policy: Policy | None) -> Prepared:
    """The same for PostgreSQL: kept by the server."""
    return Prepared(_numbered(policy), _OWN_TYPES)


@lru_cache(maxsize=64)
def _prepared_turn(policy: Policy | None) -> Prepared:
    """The end of one attempt and the beginning of the next in one statement."""
    return Prepared(_TURN.format(begin=_numbered(policy)), _TURN_TYPES)


def _numbered(policy: Policy | None) -> str:
    """The INSERT with `$n` for what differs from message to message; all else is part of it."""
    sql, places = _beginning(policy)
    words = [
        f"${STAND_INS.index(place) + 1}" if place in STAND_INS else _literal(place)
        for place in places
    ]
    return "".join(a + b for a, b in zip(sql.split("%s"), [*words, ""], strict=True))


def _literal(value: Any) -> str:
    with connection.cursor() as cursor:
        return str(cursor.cursor.mogrify("%s", [value]))


def _filled(places: Sequence[Any], own: Sequence[Any]) -> list[Any]:
    """The parameters for SQLite, with the attempt's own values for their stand-ins."""
    values: dict[Any, Any] = dict(zip(STAND_INS, map(_plain, own), strict=True))
    return [values.get(value, value) for value in places]


def _plain(value: Any) -> Any:
    return instant_value(value) if isinstance(value, datetime) else value

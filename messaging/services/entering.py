"""Entering: what the marks of attempts say is written into their messages, with the steps, many at
once. Until then a message stands as claimed, whatever its mark says.

The messages are locked before the marks, by everybody who takes both.
"""

from collections.abc import Sequence

from django.db import connection, transaction

from messaging.models import Attempt
from messaging.services.steps import id_list

# A row that is not under the mark's token any more is left alone.
_MINE = """
    FROM messaging_attempt AS mark
    WHERE mark.message_id = messaging_message.id AND mark.token = messaging_message.claim_token
        AND messaging_message.state = 'claimed' AND messaging_message.id IN ({listed})
"""
_ENDED = f"""
    UPDATE messaging_message SET state = mark.state, reason = mark.reason, phase = mark.phase,
        reply_code = mark.reply_code, reply_text = mark.reply_text,
        next_at = COALESCE(mark.next_at, messaging_message.next_at), sent_at = mark.sent_at,
        out_at = mark.out_at, provider_id = mark.provider_id, claim_token = '', lease_until = NULL,
        attempts = attempts + CASE WHEN mark.is_burned THEN 1 ELSE 0 END
    {_MINE} AND mark.state <> '' RETURNING id
"""  # noqa: S608 (names of our own columns)
_OPEN = f"""
    UPDATE messaging_message SET state = 'attempting', lease_until = mark.lease_until,
        attempts = attempts + 1
    {_MINE} AND mark.state = '' RETURNING id
"""  # noqa: S608 (names of our own columns)
_STEPS = """
    INSERT INTO messaging_messagestep (message_id, at, state, reason, phase, reply_code, until)
    SELECT message_id, at, state, reason, phase, reply_code, until FROM (
        SELECT message_id, began_at AS at, 'attempting' AS state, '' AS reason, '' AS phase,
            CAST(NULL AS smallint) AS reply_code, CAST(NULL AS {instant}) AS until, 1 AS place
        FROM messaging_attempt WHERE message_id IN ({listed})
        UNION ALL
        SELECT message_id, ended_at, state, reason, phase, reply_code, next_at, 2
        FROM messaging_attempt WHERE message_id IN ({listed}) AND state <> ''
    ) AS said ORDER BY message_id, place
"""


@transaction.atomic
def enter_ended(message_pks: Sequence[int]) -> int:
    """Write how the attempts of these messages ended; those that go on are left. How many.

    What has ended does not change any more, so its marks need no lock.
    """
    return _enter(message_pks, _ENDED)


@transaction.atomic
def enter_all(message_pks: Sequence[int]) -> int:
    """The same, and make those that had not ended `attempting`. How many ended. The caller has
    locked the messages."""
    marks = Attempt.objects.filter(message__any_of=message_pks)
    # Nobody ends one between the two.
    list(marks.select_for_update().values_list("pk"))
    ended = _enter(message_pks, _ENDED)
    _enter(message_pks, _OPEN)
    return ended


def _enter(message_pks: Sequence[int], update: str) -> int:
    if not message_pks:
        return 0
    instant = "timestamptz" if connection.vendor == "postgresql" else "text"
    listed, parameter = id_list(message_pks)
    with connection.cursor() as cursor:
        cursor.execute(update.format(listed=listed), [parameter])
        entered = [pk for (pk,) in cursor.fetchall()]
        if entered:
            _listed, parameter = id_list(entered)
            cursor.execute(_STEPS.format(listed=listed, instant=instant), [parameter, parameter])
            Attempt.objects.filter(message__any_of=entered).delete()
    return len(entered)

"""What becomes of a message after the mail server's answer."""

import random
from datetime import datetime

from messaging.models import Message, MessageClass, MessageState, Reason
from messaging.rules.replies import Reply, Verdict, judge
from messaging.rules.retries import next_try
from messaging.services.attempts import Outcome
from messaging.transports.base import Handed

chance = random.SystemRandom()


def outcome_of(
    message: Message, handed: Handed, *, reused: bool, now: datetime
) -> tuple[Verdict, Outcome]:
    """The verdict on an answer and the state it leads to.

    An uncertain service mail is tried again under the same Message-ID; an uncertain marketing
    mail or survey never is.
    """
    reply = handed.reply
    verdict = judge(reply, reused=reused)
    if verdict is Verdict.SENT:
        return verdict, _outcome(MessageState.SENT, "", handed, sent_at=now, out_at=now)
    if verdict is Verdict.FAILED:
        return verdict, _outcome(MessageState.FAILED, Reason.REFUSED, handed)
    if verdict is Verdict.UNCERTAIN and message.message_class != MessageClass.SERVICE:
        return verdict, _outcome(
            MessageState.UNCERTAIN, Reason.LINE_BROKE, handed, out_at=message.out_at
        )
    if verdict in {Verdict.RETRY, Verdict.UNCERTAIN}:
        return verdict, _later(message, handed, now)
    reason = Reason.SENDER_STOPPED if verdict is Verdict.STOP else Reason.LINE_BROKE
    return verdict, _outcome(MessageState.QUEUED, reason, handed, next_at=now, burned=False)


def _later(message: Message, handed: Handed, now: datetime) -> Outcome:
    """Another attempt, if there is one left and the message's time allows it."""
    reason = Reason.PUT_OFF if handed.reply.code else Reason.LINE_BROKE
    again = next_try(message.attempts + 1, now, chance.random())
    if again is None:
        return _outcome(MessageState.FAILED, Reason.GAVE_UP, handed)
    if message.expires_at and again >= message.expires_at:
        return _outcome(MessageState.EXPIRED, reason, handed)
    return _outcome(MessageState.RETRY, reason, handed, next_at=again)


def _outcome(
    state: MessageState,
    reason: str,
    handed: Handed,
    *,
    next_at: datetime | None = None,
    sent_at: datetime | None = None,
    out_at: datetime | None = None,
    burned: bool = True,
) -> Outcome:
    reply: Reply = handed.reply
    return Outcome(
        state=state,
        reason=str(reason),
        phase=str(reply.phase),
        reply_code=reply.code or None,
        reply_text=reply.text,
        next_at=next_at,
        sent_at=sent_at,
        out_at=out_at,
        provider_id=handed.provider_id,
        burned=burned,
    )

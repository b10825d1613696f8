"""Sends: made, planned, released, paused, called off; and what becomes of those that are late.

A pause holds from the next message on: each attempt looks at the send's state in its own
statement. There is no cursor to lose, so going on is nothing but the state.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.models import User
from core.batches import batched
from core.errors import Refused
from core.services import audit
from core.services.jobs import wake
from messaging.models import (
    ON_THE_WAY,
    WAITS,
    Message,
    MessageState,
    Reason,
    Send,
    Sender,
    SendState,
    Template,
)
from messaging.services.senders import default_sender
from messaging.services.steps import write_steps_of

SEND_JOB_KEY = "messaging.send"
CHUNK = 2_000


@transaction.atomic
def create_send(
    *,
    actor: User | None,
    key: str,
    name: str,
    template: Template,
    due_at: datetime,
    now: datetime,
    sender: Sender | None = None,
    expires_at: datetime | None = None,
    priority: int = 50,
) -> Send:
    """A send that goes nowhere before it is released; the one that has the key already, as it is.

    Class and topic are the template's. Audited. Refuses a sender that is put away.
    """
    if sender and sender.archived_at:
        raise Refused(_("This sender is put away. Take it out again first."))
    values = {
        "name": name,
        "message_class": template.kind,
        "topic": template.topic,
        "template": template,
        "sender": sender or default_sender(),
        "priority": priority,
        "due_at": due_at,
        "expires_at": expires_at,
        "created_by": actor,
        "created_at": now,
    }
    send, is_new = Send.objects.get_or_create(key=key, defaults=values)
    if is_new:
        audit.record(actor=actor, action="send.created", target=send)
    return send


@transaction.atomic
def release_send(*, actor: User | None, send: Send, now: datetime) -> None:
    """Let a planned, paused or late send go out from now on; audited. One that is going, done or
    called off is left alone with a refusal."""
    stopped = (SendState.PLANNED, SendState.PAUSED, SendState.LATE)
    rows = Send.objects.filter(pk=send.pk, state__in=stopped)
    if not rows.update(state=SendState.RUNNING, released_at=now, active_at=None):
        raise Refused(_("This send is not waiting to be released."))
    audit.record(actor=actor, action="send.released", target=send)
    transaction.on_commit(lambda: wake(SEND_JOB_KEY))


@transaction.atomic
def pause_send(*, actor: User | None, send: Send, now: datetime) -> None:
    """Stop a send before its next message; audited."""
    rows = Send.objects.filter(pk=send.pk, state=SendState.RUNNING)
    if not rows.update(state=SendState.PAUSED):
        raise Refused(_("This send is not going out."))
    audit.record(actor=actor, action="send.paused", target=send)


def call_off_send(*, actor: User | None, send: Send, now: datetime) -> int:
    """End a send for good: what has not gone is not sent any more; returns how many. Audited.

    What is being attempted at this moment is finished by whoever attempts it.
    """
    with transaction.atomic():
        open_ones = Send.objects.filter(pk=send.pk)
        open_ones = open_ones.exclude(state__in=(SendState.DONE, SendState.CANCELLED))
        if not open_ones.update(state=SendState.CANCELLED, finished_at=now):
            raise Refused(_("This send is over."))
        audit.record(actor=actor, action="send.called_off", target=send)
    return end_waiting(send_id=send.pk, now=now)


def end_waiting(*, send_id: int, now: datetime) -> int:
    """Suppress what still waits in a send that was called off, chunk by chunk."""
    waiting = Message.objects.filter(send=send_id, state__in=WAITS)
    ended = 0
    for ids in batched(list(waiting.values_list("pk", flat=True)), CHUNK):
        with transaction.atomic():
            rows = waiting.filter(pk__any_of=ids).select_for_update()
            mine = list(rows.values_list("pk", flat=True))
            waiting.filter(pk__any_of=mine).update(
                state=MessageState.SUPPRESSED, reason=Reason.CALLED_OFF
            )
            write_steps_of(mine, now)
            ended += len(mine)
    return ended


def finish_sends(now: datetime) -> int:
    """Close the running sends of which nothing waits or is on its way; returns how many. What
    came back to a send after it was called off is ended too."""
    of_send = Message.objects.filter(send=OuterRef("pk"))
    left = Exists(of_send.filter(state__in=(*WAITS, *ON_THE_WAY)))
    running = Send.objects.filter(~left, Exists(of_send), state=SendState.RUNNING)
    done = running.update(state=SendState.DONE, finished_at=now)
    back = Send.objects.filter(Exists(of_send.filter(state__in=WAITS)), state=SendState.CANCELLED)
    for send_id in back.values_list("pk", flat=True):
        end_waiting(send_id=send_id, now=now)
    return done


def counts_of(send: Send) -> dict[tuple[str, str], int]:
    """How many messages of the send stand where, by state and reason; they add up to the
    audience."""
    rows = Message.objects.filter(send=send).values_list("state", "reason")
    return {(state, reason): n for state, reason, n in rows.annotate(n=Count("pk")).order_by()}


@transaction.atomic
def note_audience_export(*, actor: User, send: Send) -> None:
    """Keep in the audit trail that somebody took the audience of a mailing along."""
    audit.record(actor=actor, action="send.exported", target=send)

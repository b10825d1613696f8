"""Sends that stood still for too long ask a person instead of firing hours late."""

from datetime import datetime

from django.db.models import Max

from core.services import audit
from messaging.models import WAITS, Message, Send, Sender, SendState
from messaging.rules.caps import is_late


def stop_what_is_late(sender: Sender, now: datetime) -> int:
    """Set running sends of the sender aside that nobody worked on for their `late_after`, though
    something was due; returns how many. Inside the claim's transaction."""
    late = [send for send in _still(sender, now) if _is_late(send, now)]
    for send in late:
        running = Send.objects.filter(pk=send.pk, state=SendState.RUNNING)
        if running.update(state=SendState.LATE):
            audit.record(actor=None, action="send.late", target=send)
    return len(late)


def _still(sender: Sender, now: datetime) -> list[Send]:
    running = Send.objects.filter(sender=sender, state=SendState.RUNNING)
    return [send for send in running if now - (send.active_at or send.due_at) > send.late_after]


def _is_late(send: Send, now: datetime) -> bool:
    due = Message.objects.filter(send=send, state__in=WAITS, next_at__lte=now)
    newest = due.aggregate(newest=Max("next_at"))["newest"]
    if newest is None or send.released_at is None:
        return False
    return is_late(
        now,
        newest_due=max(newest, send.released_at),
        last_sent=send.active_at,
        late_after=send.late_after,
    )

"""Uncertain messages settled by evidence: the server's late answer, a delivery report, a person
who looked into the mail server's log."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Coalesce

from accounts.models import User
from core.services import audit
from messaging.models import DeliveryEvent, Message, MessageState, Reason
from messaging.services.steps import write_steps_of

BATCH = 1_000


@transaction.atomic
def accepted_after_all(*, message_pk: int, provider_id: str = "", now: datetime) -> bool:
    """The server said that it took the message after all; False where it was not uncertain."""
    uncertain = Message.objects.filter(pk=message_pk, state=MessageState.UNCERTAIN)
    changed = uncertain.update(
        state=MessageState.SENT,
        reason=Reason.EVIDENCE,
        provider_id=provider_id,
        sent_at=now,
        out_at=now,
    )
    if changed:
        write_steps_of([message_pk], now)
    return bool(changed)


@transaction.atomic
def settle_reported(*, now: datetime, message_pk: int | None = None) -> int:
    """Uncertain messages (or this one) about which somebody reported anything at all did leave:
    whether they arrived or came back is said by the report. Returns how many.

    Reports may come in before a message has become uncertain, so this is asked again later.
    """
    reported = Message.objects.filter(
        Exists(DeliveryEvent.objects.filter(message=OuterRef("pk"))),
        state=MessageState.UNCERTAIN,
    )
    if message_pk is not None:
        reported = reported.filter(pk=message_pk)
    ids = list(reported.order_by("pk").values_list("pk", flat=True)[:BATCH])
    uncertain = Message.objects.filter(pk__any_of=ids, state=MessageState.UNCERTAIN)
    values = {"out_at": Coalesce("out_at", Value(now)), "sent_at": Coalesce("out_at", Value(now))}
    changed = uncertain.update(state=MessageState.SENT, reason=Reason.EVIDENCE, **values)
    if changed:
        write_steps_of(ids, now)
    return changed


@transaction.atomic
def settle_uncertain(*, actor: User, message: Message, arrived: bool, now: datetime) -> bool:
    """A person says whether an uncertain message arrived; audited. False where it was settled
    meanwhile. It is not sent again either way."""
    uncertain = Message.objects.filter(pk=message.pk, state=MessageState.UNCERTAIN)
    state = MessageState.SENT if arrived else MessageState.FAILED
    sent_at = (message.out_at or now) if arrived else None
    if not uncertain.update(state=state, reason=Reason.EVIDENCE, sent_at=sent_at):
        return False
    write_steps_of([message.pk], now)
    details = {"arrived": arrived}
    audit.record(actor=actor, action="message.settled", target=message, details=details)
    return True

"""Reaping: what a worker left behind when it ended without a word.

An attempt that had ended is entered as it ended. A message that was only claimed waits again. One
that was being attempted may have arrived: a service mail is tried again under the same Message-ID,
any other becomes uncertain and waits for evidence or a person. On PostgreSQL marks do not wait for
the disk, so a claim from before the database server last started is treated as if it had been
attempted.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from messaging.locks import lock_claiming
from messaging.models import Attempt, Message, MessageClass, MessageState, Reason
from messaging.rules.retries import DELAYS
from messaging.services.entering import enter_all
from messaging.services.steps import write_steps_of

BATCH = 1_000


@transaction.atomic
def reap(now: datetime) -> int:
    """Settle up to a thousand messages whose lease ran out; returns how many."""
    lock_claiming()
    left = Message.objects.filter(lease_until__lte=now).order_by("lease_until", "pk")
    left = left.exclude(Exists(Attempt.objects.filter(message=OuterRef("pk"), lease_until__gt=now)))
    # Locked, so that no mark comes between what is read here and what is written. What is being
    # marked at this instant has a worker: it is left to it.
    skips = connection.features.has_select_for_update_skip_locked
    held = left.filter(state__in=_HELD).select_for_update(skip_locked=skips, of=("self",))
    found = list(held.values_list("pk", flat=True)[:BATCH])
    enter_all(found)
    rows = Message.objects.filter(pk__any_of=found, state__in=_HELD)
    ids = list(rows.values_list("pk", flat=True))
    doubtful = _doubtful(rows)
    safe = [pk for pk in ids if pk not in doubtful]
    _release(safe, MessageState.QUEUED, next_at=F("next_at"))
    _settle_doubtful(rows.filter(pk__any_of=list(doubtful)), now)
    write_steps_of(ids, now)
    return len(found)


_HELD = (MessageState.CLAIMED, MessageState.ATTEMPTING)


def _doubtful(rows: QuerySet[Message]) -> set[int]:
    """Messages that may have been handed over."""
    maybe = Q(state=MessageState.ATTEMPTING)
    started = _database_started()
    if started:
        maybe |= Q(claimed_at__lt=started) & ~Q(message_class=MessageClass.SERVICE)
    return set(rows.filter(maybe).values_list("pk", flat=True))


def _database_started() -> datetime | None:
    """When the PostgreSQL server started; None on SQLite, where every mark waits for the disk."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_postmaster_start_time()")
        started: datetime = cursor.fetchone()[0]
    return started.astimezone(UTC)


def _settle_doubtful(rows: QuerySet[Message], now: datetime) -> None:
    service = Q(message_class=MessageClass.SERVICE)
    spent = Q(attempts__gt=len(DELAYS))
    again = list(rows.filter(service & ~spent).values_list("pk", flat=True))
    spent_ids = list(rows.filter(service & spent).values_list("pk", flat=True))
    unsure = list(rows.exclude(service).values_list("pk", flat=True))
    _release(again, MessageState.RETRY, next_at=now)
    _release(spent_ids, MessageState.FAILED)
    free = {"claim_token": "", "lease_until": None}
    rows.filter(pk__any_of=unsure).update(
        state=MessageState.UNCERTAIN, reason=Reason.WORKER_GONE, **free
    )


def _release(ids: Sequence[int], state: MessageState, **values: object) -> None:
    """Give messages a state in which nobody holds them."""
    Message.objects.filter(pk__any_of=ids).update(
        state=state,
        reason=Reason.WORKER_GONE,
        claim_token="",
        lease_until=None,
        out_at=None,
        **values,
    )

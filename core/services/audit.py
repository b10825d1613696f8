"""The audit trail: append in the act's transaction, sealed soon after by a due job.

A seal is SHA-256 over the entry and the seal before it, so that an entry cannot be changed or
dropped without breaking every later seal. Sealing runs apart from the acts, so that writers
never queue for the chain.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import transaction
from django.db.models import Model

from core import clock
from core.jobs import DueJob
from core.models import AuditEntry

BATCH = 1000
# An entry is sealed once no transaction that began before it can still be open in practice.
SETTLED = timedelta(seconds=20)


class Actor(Protocol):
    """Whoever acts: has a label such as 'user:7'."""

    @property
    def label(self) -> str: ...


def record(
    *,
    actor: Actor | None,
    action: str,
    target: Model | None = None,
    details: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Append one entry, inside the caller's transaction. `actor` None is the system itself."""
    return AuditEntry.objects.create(
        at=clock.now(),
        actor=actor.label if actor else "system",
        action=action,
        object_type=target._meta.label if target else "",
        object_id=str(target.pk) if target else "",
        details=dict(details or {}),
    )


def seal_of(entry: AuditEntry, previous: str) -> str:
    """The seal that an entry must carry after the previous entry's seal."""
    content = [
        previous,
        entry.pk,
        entry.at.isoformat(),
        entry.actor,
        entry.action,
        entry.object_type,
        entry.object_id,
        entry.details,
    ]
    text = json.dumps(content, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def seal_entries(now: datetime) -> int:
    """Seal up to `BATCH` settled entries in order of id; returns how many.

    The chain follows `position`, not the id: an entry whose transaction was open for long joins
    at the end.
    """
    with transaction.atomic():
        sealed = AuditEntry.objects.select_for_update().exclude(position=None)
        last = sealed.order_by("-position").first()
        previous, position = (last.seal, last.position or 0) if last else ("", 0)
        waiting = AuditEntry.objects.filter(position=None, at__lte=now - SETTLED).order_by("pk")
        entries = list(waiting[:BATCH])
        for place, entry in enumerate(entries, position + 1):
            entry.position = place
            entry.seal = previous = seal_of(entry, previous)
        AuditEntry.objects.bulk_update(entries, ["seal", "position"], batch_size=200)
    return len(entries)


def broken_seals() -> list[int]:
    """Positions where the chain is broken: an entry changed, or dropped; empty when all is well."""
    broken, previous, expected = [], "", 1
    chain = AuditEntry.objects.exclude(position=None).order_by("position")
    for entry in chain.iterator(chunk_size=BATCH):
        if entry.position != expected or entry.seal != seal_of(entry, previous):
            broken.append(entry.position or 0)
        previous, expected = entry.seal, (entry.position or 0) + 1
    return broken


SEAL_JOB = DueJob(seal_entries, every=timedelta(seconds=30))

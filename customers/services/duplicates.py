"""Pairs of files that may be one person: put away where they are two, and brought back."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.services import audit
from customers.models import PossibleDuplicate


@transaction.atomic
def dismiss_duplicate(*, actor: User | None, now: datetime, pair: PossibleDuplicate) -> None:
    """The two are not the same person: no page shows the pair again, and no import raises it.
    Audited; a second time changes nothing. Locks the row."""
    row = PossibleDuplicate.objects.select_for_update().get(pk=pair.pk)
    if row.dismissed_at is None:
        _set(row, now)
        _record(actor, "duplicate.dismissed", row)


@transaction.atomic
def restore_duplicate(*, actor: User | None, pair: PossibleDuplicate) -> None:
    """They may be the same person after all. Audited; on a pair that is shown changes nothing.
    Locks the row."""
    row = PossibleDuplicate.objects.select_for_update().get(pk=pair.pk)
    if row.dismissed_at is not None:
        _set(row, None)
        _record(actor, "duplicate.restored", row)


def _set(row: PossibleDuplicate, dismissed_at: datetime | None) -> None:
    row.dismissed_at = dismissed_at
    row.save(update_fields=["dismissed_at"])


def _record(actor: User | None, action: str, row: PossibleDuplicate) -> None:
    details = {"first": row.first_id, "second": row.second_id}
    audit.record(actor=actor, action=action, target=row, details=details)

"""Saved segments: named, changed, deleted and taken back."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import clock
from core.errors import Refused
from core.services import audit
from core.text import squeeze
from customers.models import Segment
from customers.rules.segment_language import Group, SegmentError, render
from customers.segment_words import explain
from customers.segments import check_asker

UNDO_WITHIN = timedelta(minutes=10)


@transaction.atomic
def save_segment(*, actor: User | None, segment: Segment | None, name: str, tree: Group) -> Segment:
    """Save a new segment (`segment` None) or a changed one; audited. Refuses a name that another
    segment has, whatever its case, and a question for what is masked to the actor."""
    _refuse_masked(tree, actor)
    name = squeeze(name)
    if not name:
        raise Refused(_("Give the segment a name."), field="name")
    _refuse_taken(name, besides=segment)
    now = clock.now()
    saved = segment or Segment(created_by=actor, created_at=now)
    saved.name, saved.definition, saved.updated_at = name, render(tree), now
    _save(saved)
    _record(actor, "changed" if segment else "added", saved)
    return saved


@transaction.atomic
def delete_segment(*, actor: User | None, segment: Segment) -> None:
    """Delete a segment; the people in it are not touched. Audited; a second time changes nothing.

    For `UNDO_WITHIN` it can be restored; the next deletion after that clears it away. Locks the
    row.
    """
    now = clock.now()
    Segment.with_deleted.filter(deleted_at__lt=now - UNDO_WITHIN).delete()
    row = Segment.objects.select_for_update().filter(pk=segment.pk).first()
    if row is not None:
        row.deleted_at = now
        row.save(update_fields=["deleted_at"])
        _record(actor, "deleted", row)


@transaction.atomic
def restore_segment(*, actor: User | None, segment: Segment) -> None:
    """Take a deletion back, within ten minutes. Audited; one that is there changes nothing.
    Refuses where another segment has the name by now. Locks the row."""
    row = Segment.with_deleted.select_for_update().get(pk=segment.pk)
    if row.deleted_at is None:
        return
    if clock.now() - row.deleted_at > UNDO_WITHIN:
        raise Refused(_("A deletion can be taken back within ten minutes only."))
    _refuse_taken(row.name, besides=row)
    row.deleted_at = None
    _save(row)
    _record(actor, "restored", row)


def _refuse_masked(tree: Group, actor: User | None) -> None:
    try:
        check_asker(tree, actor)
    except SegmentError as error:
        raise Refused(explain(error)) from error


def _refuse_taken(name: str, *, besides: Segment | None) -> None:
    others = Segment.objects.filter(name__iexact=name)
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    if others.exists():
        raise Refused(_("Another segment has this name."), field="name")


def _save(segment: Segment) -> None:
    """Save; a rival who took the name an instant ago is met as if they had it before."""
    try:
        with transaction.atomic():
            segment.save()
    except IntegrityError as error:
        raise Refused(_("Another segment has this name."), field="name") from error


def _record(actor: User | None, verb: str, segment: Segment) -> None:
    details = {"name": segment.name}
    audit.record(actor=actor, action=f"segment.{verb}", target=segment, details=details)

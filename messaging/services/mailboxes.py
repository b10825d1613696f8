"""Mailboxes: made, changed, switched, started again; and who may read one at present."""

import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from core.encryption import encrypt
from core.errors import Refused, still_there
from core.services import audit
from messaging.models import Mailbox, MailboxState, MailboxTrouble

# Between two looks into a mailbox that is in order.
BETWEEN = timedelta(minutes=1)
LEASE = timedelta(minutes=5)
# Pauses after the first, second, ... failure in a row; the last one then again and again.
PAUSES = tuple(timedelta(minutes=number) for number in (1, 2, 5, 15, 30, 60))
ADDRESS = ("host", "username", "folder")
# Where another one of these is given, the mailbox is read from its beginning.
BEGINNING = (*ADDRESS, "read_since")
# What the form does not show: a copy read before the row was locked may be behind.
KEPT = ("secret", "uid_validity", "last_uid", "trying_uid", "tries", "read_at", "created_at")


@transaction.atomic
def save_mailbox(
    *, actor: User | None, mailbox: Mailbox, password: str | None = None, now: datetime
) -> Mailbox:
    """Write a new or changed mailbox, to be read at once; audited with the names of what changed,
    never the values. `password` None keeps the one there is. Refuses a name or a mailbox that is
    there already, and raises `Gone` for one that was taken out meanwhile. Locks the row: how far
    it was read stays as its reader wrote it."""
    rows = Mailbox.objects.select_for_update().filter(pk=mailbox.pk)
    before = still_there(rows) if mailbox.pk else None
    _refuse_taken(mailbox)
    for name in KEPT if before else ():
        setattr(mailbox, name, getattr(before, name))
    if password is not None:
        mailbox.secret = encrypt(password)
    if before is None:
        mailbox.created_at = now
    if before is None or any(getattr(before, n) != getattr(mailbox, n) for n in BEGINNING):
        mailbox.uid_validity, mailbox.last_uid = None, 0
        mailbox.trying_uid, mailbox.tries = None, 0
    _make_due(mailbox, now)
    _write(mailbox)
    names = [field.name for field in Mailbox._meta.concrete_fields if field.editable]
    changed = [n for n in names if before is None or getattr(before, n) != getattr(mailbox, n)]
    changed += ["secret"] if password is not None else []
    action = "mailbox.changed" if before else "mailbox.added"
    audit.record(actor=actor, action=action, target=mailbox, details={"fields": changed})
    return mailbox


def _refuse_taken(mailbox: Mailbox) -> None:
    others = Mailbox.objects.exclude(pk=mailbox.pk)
    # Compared here: SQLite takes only ASCII letters for the same in another case.
    names = {name.casefold() for name in others.values_list("name", flat=True)}
    if mailbox.name.casefold() in names:
        raise Refused(_("Another mailbox has this name."), field="name")
    if others.filter(**{name: getattr(mailbox, name) for name in ADDRESS}).exists():
        raise Refused(_("This mailbox is there already."), field="username")


def _write(mailbox: Mailbox) -> None:
    try:
        with transaction.atomic():
            mailbox.save()
    except IntegrityError:
        # Somebody was an instant quicker.
        _refuse_taken(mailbox)
        raise


def _make_due(mailbox: Mailbox, now: datetime) -> None:
    """Forget earlier troubles; whoever reads it now loses it."""
    mailbox.state = MailboxState.FINE if mailbox.read_at else MailboxState.NEW
    mailbox.trouble = mailbox.error_text = mailbox.lease_token = ""
    mailbox.error_at = mailbox.lease_until = None
    mailbox.troubles, mailbox.next_at = 0, now


@transaction.atomic
def start_mailbox(*, actor: User | None, mailbox: Mailbox, now: datetime) -> None:
    """Read a mailbox that stands still, or waits, at once; audited."""
    row = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
    _make_due(row, now)
    row.save()
    audit.record(actor=actor, action="mailbox.started", target=row)


@transaction.atomic
def switch_mailbox(*, actor: User | None, mailbox: Mailbox, is_on: bool, now: datetime) -> None:
    """Read a mailbox from now on, or no more; audited. What was read stays."""
    switched = Mailbox.objects.filter(pk=mailbox.pk).exclude(is_on=is_on)
    if switched.update(is_on=is_on, next_at=now, lease_until=None, lease_token=""):
        action = "mailbox.switched_on" if is_on else "mailbox.switched_off"
        audit.record(actor=actor, action=action, target=mailbox)


@transaction.atomic
def remove_mailbox(*, actor: User | None, mailbox: Mailbox) -> None:
    """Forget a mailbox and its password; the mails that came in by it stay. Audited."""
    audit.record(actor=actor, action="mailbox.removed", target=mailbox)
    Mailbox.objects.filter(pk=mailbox.pk).delete()


def due_mailboxes(now: datetime) -> list[int]:
    """The mailboxes that may be read now, longest waiting first."""
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    rows = Mailbox.objects.filter(free, is_on=True, next_at__lte=now)
    rows = rows.exclude(state=MailboxState.STOPPED).order_by("next_at", "pk")
    return list(rows.values_list("pk", flat=True))


def take_mailbox(*, mailbox_pk: int, now: datetime) -> Mailbox | None:
    """The mailbox, in the caller's hands for five minutes or until it gives it back; None where
    somebody else reads it, or nobody shall any more. `lease_token` fences: see `held`."""
    token = secrets.token_hex(16)
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    rows = Mailbox.objects.filter(free, pk=mailbox_pk, is_on=True)
    if not rows.update(lease_until=now + LEASE, lease_token=token):
        return None
    return Mailbox.objects.filter(pk=mailbox_pk, lease_token=token).first()


class LeaseLost(Exception):
    """Somebody else reads the mailbox by now, or its settings were changed: stop, write nothing."""


def held(mailbox: Mailbox, now: datetime, **values: object) -> None:
    """Write to a mailbox that the caller holds, and hold it for another five minutes; raises
    `LeaseLost`. One conditional UPDATE."""
    mine = Mailbox.objects.filter(pk=mailbox.pk, lease_token=mailbox.lease_token)
    if not mine.update(lease_until=now + LEASE, **values):
        raise LeaseLost(mailbox.name)
    for name, value in values.items():
        setattr(mailbox, name, value)


def give_back(mailbox: Mailbox, now: datetime, *, all_read: bool) -> None:
    """The round is over and went well; the next one at once unless all was read."""
    mine = Mailbox.objects.filter(pk=mailbox.pk, lease_token=mailbox.lease_token)
    mine.update(
        lease_until=None,
        lease_token="",
        state=MailboxState.FINE,
        trouble="",
        error_text="",
        troubles=0,
        read_at=now,
        next_at=now + BETWEEN if all_read else now,
    )


@transaction.atomic
def note_trouble(
    mailbox: Mailbox, *, kind: MailboxTrouble, text: str, passes: bool, now: datetime
) -> None:
    """The round failed: try again after a pause that grows, or stand still until a person looks,
    where nothing will change by itself (audited). Nothing where the mailbox was lost meanwhile."""
    mine = Mailbox.objects.filter(pk=mailbox.pk, lease_token=mailbox.lease_token)
    pause = PAUSES[min(mailbox.troubles, len(PAUSES) - 1)]
    changed = mine.update(
        lease_until=None,
        lease_token="",
        state=MailboxState.WAITING if passes else MailboxState.STOPPED,
        trouble=kind,
        error_text=text[:300],
        error_at=now,
        troubles=min(mailbox.troubles + 1, 1000),
        next_at=now + pause,
    )
    if changed and not passes:
        details = {"for": str(kind)}
        audit.record(actor=None, action="mailbox.stopped", target=mailbox, details=details)

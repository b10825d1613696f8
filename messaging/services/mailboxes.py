"""Mailboxes: made, changed, switched, started again; and who may read one at present."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from core.encryption import encrypt
from core.errors import Refused
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


@transaction.atomic
def save_mailbox(
    *, actor: User | None, mailbox: Mailbox, password: str | None = None, now: datetime
) -> Mailbox:
    """Write a new or changed mailbox, to be read at once; audited with the names of what changed,
    never the values. `password` None keeps the one there is. Refuses a mailbox that is there twice.
    """
    before = Mailbox.objects.select_for_update().filter(pk=mailbox.pk).first()
    same = Mailbox.objects.exclude(pk=mailbox.pk)
    if same.filter(**{name: getattr(mailbox, name) for name in ADDRESS}).exists():
        raise Refused(_("This mailbox is there already."), field="username")
    if password is not None:
        mailbox.secret = encrypt(password)
    if before is None:
        mailbox.created_at = now
    if before is None or any(getattr(before, n) != getattr(mailbox, n) for n in BEGINNING):
        mailbox.uid_validity, mailbox.last_uid = None, 0
        mailbox.trying_uid, mailbox.tries = None, 0
    _make_due(mailbox, now)
    mailbox.save()
    names = [field.name for field in Mailbox._meta.concrete_fields if field.editable]
    changed = [n for n in names if before is None or getattr(before, n) != getattr(mailbox, n)]
    changed += ["secret"] if password is not None else []
    action = "mailbox.changed" if before else "mailbox.added"
    audit.record(actor=actor, action=action, target=mailbox, details={"fields": changed})
    return mailbox


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
    somebody else reads it. `lease_token` fences: see `held`."""
    token = secrets.token_hex(16)
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    rows = Mailbox.objects.filter(free, pk=mailbox_pk)
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

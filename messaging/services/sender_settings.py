"""Settings of senders as admins change them: added, changed, put away. Where mails are under way,
nothing here touches them: a worker at work keeps the connection it has, and what it claimed is
fenced by its token; the next connection is made by the new settings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from core.encryption import encrypt
from core.errors import Gone, Refused
from core.services import audit
from messaging.models import ON_THE_WAY, WAITS, Message, Send, Sender, SendState
from messaging.services.senders import save_sender, write_sender

FIELDS = (
    *("name", "from_name", "from_address", "reply_to", "return_domain", "dkim_selector", "kind"),
    *("host", "port", "security", "username", "backend", "is_default"),
    *("per_second", "per_minute", "per_hour", "per_day", "connections", "per_connection"),
)
OPEN = (SendState.PLANNED, SendState.RUNNING, SendState.PAUSED, SendState.LATE)


class ChangedMeanwhile(Refused):
    """Somebody else changed the sender since it was shown; `present` is what stands now."""

    def __init__(self, present: Sender) -> None:
        super().__init__(
            _("Somebody changed this meanwhile. Nothing is saved; your text is still here.")
        )
        self.present = present


@transaction.atomic
def add_sender(
    *, actor: User, values: Mapping[str, Any], password: str | None, now: datetime
) -> Sender:
    """One more sender; audited. Refuses a name that another has."""
    _refuse_taken(values["name"], None)
    sender = Sender(**{name: values[name] for name in FIELDS})
    return save_sender(actor=actor, sender=sender, password=password or "", now=now)


@transaction.atomic
def change_sender(
    *,
    actor: User,
    sender: Sender,
    values: Mapping[str, Any],
    password: str | None,
    version: int,
    now: datetime,
) -> Sender:
    """Change a sender's settings; audited with the names of what changed. `password` None keeps
    the one there is. Raises `ChangedMeanwhile` where `version` is not the newest. Locks the row,
    and writes the settings alone: a stop that a worker noted meanwhile stays."""
    row = _locked(sender)
    if row.version != version:
        raise ChangedMeanwhile(row)
    _refuse_taken(values["name"], row)
    _refuse_no_default(row, values)
    changed = [name for name in FIELDS if getattr(row, name) != values[name]]
    for name in changed:
        setattr(row, name, values[name])
    if password is not None:
        row.secret, changed = encrypt(password), [*changed, "secret"]
    if not changed:
        return row
    if "is_default" in changed:
        Sender.objects.filter(is_default=True).update(is_default=False)
    row.version += 1
    write_sender(row, [*changed, "version"])
    audit.record(actor=actor, action="sender.changed", target=row, details={"fields": changed})
    return row


@transaction.atomic
def archive_sender(*, actor: User, sender: Sender, now: datetime) -> None:
    """Put a sender away; audited. Refuses the one that is used where no other is named, and one
    that still has mails or mailings before it. One that is put away already stays so."""
    row = _locked(sender)
    if row.archived_at:
        return
    if row.is_default:
        raise Refused(_("Make another sender the usual one first."))
    waiting = Message.objects.filter(sender=row, state__in=(*WAITS, *ON_THE_WAY)).count()
    if waiting:
        words = ngettext(
            "%(number)d mail still waits for this sender.",
            "%(number)d mails still wait for this sender.",
            waiting,
        )
        raise Refused(words % {"number": waiting})
    if Send.objects.filter(sender=row, state__in=OPEN).exists():
        raise Refused(_("A mailing is still to go out by this sender."))
    _mark(actor, row, now, "sender.archived")


@transaction.atomic
def restore_sender(*, actor: User, sender: Sender) -> None:
    """Take a sender out again; audited."""
    row = _locked(sender)
    if row.archived_at:
        _mark(actor, row, None, "sender.restored")


def _mark(actor: User, row: Sender, archived_at: datetime | None, action: str) -> None:
    row.archived_at, row.version = archived_at, row.version + 1
    row.save(update_fields=["archived_at", "version"])
    audit.record(actor=actor, action=action, target=row)


def _locked(sender: Sender) -> Sender:
    row = Sender.objects.select_for_update().filter(pk=sender.pk).first()
    if row is None:
        raise Gone(_("This sender is gone."))
    return row


def _refuse_taken(name: str, besides: Sender | None) -> None:
    others = Sender.objects.exclude(pk=besides.pk) if besides else Sender.objects.all()
    # Compared here: SQLite takes only ASCII letters for the same in another case.
    if name.casefold() in {other.casefold() for other in others.values_list("name", flat=True)}:
        raise Refused(_("Another sender has this name."), field="name")


def _refuse_no_default(row: Sender, values: Mapping[str, Any]) -> None:
    if row.is_default and not values["is_default"]:
        text = _("Make another sender the usual one instead; then this is it no more.")
        raise Refused(text, field="is_default")
    if row.archived_at and values["is_default"]:
        raise Refused(_("This sender is put away. Take it out again first."), field="is_default")

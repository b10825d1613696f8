"""Senders: made, changed, stopped and let go again; and what a mail server's answers teach about
how fast it may be asked."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from core import clock
from core.encryption import encrypt
from core.errors import Refused
from core.services import audit
from core.services.shop import get_shop
from messaging.models import Security, Sender, SenderKind, SenderPace, StopKind
from messaging.rules.rates import BETWEEN_LOWERINGS, lowered
from messaging.transports.base import transports

# Pauses after the first, second, ... connection that could not be made; then a person must look.
CONNECT_PAUSES = (10, 30, 60, 300)
LONGEST_TEXT = 300
SECURITIES = {"smtp": Security.STARTTLS, "smtps": Security.TLS, "smtp+plain": Security.NONE}


def default_sender() -> Sender:
    """The sender used where no other is named; made from MAIL_URL when first asked for."""
    found = Sender.objects.filter(is_default=True).first()
    if found:
        return found
    with transaction.atomic():
        sender, _made = Sender.objects.get_or_create(
            is_default=True, defaults=_from_settings() | {"created_at": clock.now()}
        )
        SenderPace.objects.get_or_create(sender=sender)
    return sender


def _from_settings() -> dict[str, Any]:
    parts = urlsplit(settings.MAIL_URL)
    values: dict[str, Any] = {
        "name": _free_name("Shop"),
        "from_name": get_shop().name,
        "from_address": settings.MAIL_FROM,
        "kind": SenderKind.CATCHER,
    }
    if parts.scheme not in SECURITIES:
        return values
    security = SECURITIES[parts.scheme]
    return values | {
        "kind": SenderKind.SMTP,
        "security": security,
        "host": parts.hostname or "localhost",
        "port": parts.port or (465 if security == Security.TLS else 587),
        "username": unquote(parts.username or ""),
        "secret": encrypt(unquote(parts.password or "")),
    }


def _free_name(name: str) -> str:
    """The name, with a number behind it where a sender has it already."""
    taken = set(Sender.objects.filter(name__startswith=name).values_list("name", flat=True))
    numbered = (f"{name} {number}" for number in range(2, len(taken) + 3))
    return next(one for one in (name, *numbered) if one not in taken)


@transaction.atomic
def save_sender(
    *, actor: User | None, sender: Sender, password: str | None = None, now: datetime
) -> Sender:
    """Write a new or changed sender; audited with the names of what changed, never the values.

    `password` None keeps the one there is. Refuses a kind that nobody registered.
    """
    if sender.kind not in transports:
        raise Refused(_("Choose how mails leave."), field="kind")
    before = Sender.objects.select_for_update().filter(pk=sender.pk).first()
    if password is not None:
        sender.secret = encrypt(password)
    if before is None:
        sender.created_at = now
    if sender.is_default:
        Sender.objects.filter(is_default=True).exclude(pk=sender.pk).update(is_default=False)
    write_sender(sender)
    SenderPace.objects.get_or_create(sender=sender)
    names = [field.name for field in Sender._meta.concrete_fields]
    changed = [n for n in names if before is None or getattr(before, n) != getattr(sender, n)]
    action = "sender.changed" if before else "sender.added"
    audit.record(actor=actor, action=action, target=sender, details={"fields": changed})
    return sender


def write_sender(sender: Sender, fields: Sequence[str] | None = None) -> None:
    """Save the row, or these fields of it, in the caller's transaction. Refuses where somebody
    took its name, or its place as the usual one, an instant ago."""
    try:
        with transaction.atomic():
            sender.save(update_fields=fields)
    except IntegrityError as error:
        if Sender.objects.filter(name=sender.name).exclude(pk=sender.pk).exists():
            raise Refused(_("Another sender has this name."), field="name") from error
        if not sender.is_default:
            raise
        text = _("Somebody has made another sender the usual one meanwhile.")
        raise Refused(text, field="is_default") from error


@transaction.atomic
def stop_sender(
    *, actor: User | None, sender: Sender, kind: str, text: str = "", now: datetime
) -> bool:
    """Let a sender send nothing more; what waits keeps its attempts. Audited once: a sender that
    stands still already stays as it is (False)."""
    running = Sender.objects.filter(pk=sender.pk, paused_for="")
    if not running.update(paused_for=kind, paused_text=text[:LONGEST_TEXT], paused_at=now):
        return False
    audit.record(actor=actor, action="sender.stopped", target=sender, details={"for": kind})
    return True


@transaction.atomic
def start_sender(*, actor: User | None, sender: Sender, now: datetime) -> None:
    """Let a stopped sender go on, without the pause that its troubles earned it; audited."""
    stopped = Sender.objects.filter(pk=sender.pk).exclude(paused_for="")
    if stopped.update(paused_for="", paused_text="", paused_at=None):
        SenderPace.objects.filter(sender=sender).update(troubles=0, wait_until=None)
        audit.record(actor=actor, action="sender.started", target=sender)


def slow_down(*, sender_id: int, now: datetime) -> bool:
    """Halve the rate because the server asked for patience; at most once in ten seconds, since
    the mails already on their way say it too. One conditional UPDATE."""
    pace = SenderPace.objects.filter(sender=sender_id).first()
    if pace is None:
        return False
    free = Q(factor_at=None) | Q(factor_at__lte=now - BETWEEN_LOWERINGS)
    mine = SenderPace.objects.filter(free, pk=pace.pk, factor=pace.factor)
    return bool(mine.update(factor=lowered(pace.factor), factor_at=now))


def note_connected(*, sender_id: int) -> None:
    """A connection was made: earlier troubles are over."""
    troubled = SenderPace.objects.filter(sender=sender_id).exclude(troubles=0)
    troubled.update(troubles=0, wait_until=None)


@transaction.atomic
def note_trouble(*, sender: Sender, kind: str, text: str, now: datetime) -> bool:
    """A connection could not be made: wait a little longer each time, and stop the sender when
    that went on for too long, or at once where it may not sign in. Whether it stopped."""
    if kind != StopKind.CONNECT:
        return stop_sender(actor=None, sender=sender, kind=kind, text=text, now=now)
    pace = SenderPace.objects.select_for_update().get(sender=sender)
    if pace.wait_until and pace.wait_until > now:
        return False
    if pace.troubles >= len(CONNECT_PAUSES):
        return stop_sender(actor=None, sender=sender, kind=kind, text=text, now=now)
    pace.wait_until = now + timedelta(seconds=CONNECT_PAUSES[pace.troubles])
    pace.troubles += 1
    pace.save(update_fields=["wait_until", "troubles"])
    return False

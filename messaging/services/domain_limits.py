"""Limits of single domains: how fast mails may go to them, by all senders or by one."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Refused, still_there
from core.services import audit
from messaging.models import DomainLimit, Sender

UNDO_WITHIN = timedelta(minutes=10)
WINDOWS = ("per_second", "per_minute", "per_hour")


@transaction.atomic
def save_domain_limit(
    *,
    actor: User,
    limit: DomainLimit | None,
    domain: str,
    sender: Sender | None,
    amounts: Mapping[str, int | None],
) -> DomainLimit:
    """A new limit (None) or a changed one; audited with its numbers. What is used up already stays
    so. Refuses one without any number, and a domain that has a limit of this sender."""
    if not any(amounts.get(name) for name in WINDOWS):
        raise Refused(_("Give at least one number."), field="per_minute")
    _refuse_taken(domain, sender, limit)
    row = limit and still_there(DomainLimit.objects.kept().select_for_update().filter(pk=limit.pk))
    row = row or DomainLimit()
    row.domain, row.sender = domain, sender
    for name in WINDOWS:
        setattr(row, name, amounts.get(name))
    _write(row)
    details = {"domain": domain, **{name: getattr(row, name) for name in WINDOWS}}
    audit.record(actor=actor, action="domain_limit.saved", target=row, details=details)
    return row


def _refuse_taken(domain: str, sender: Sender | None, besides: DomainLimit | None) -> None:
    others = DomainLimit.objects.kept().exclude(pk__in=[besides.pk] if besides else [])
    if others.filter(domain=domain, sender=sender).exists():
        raise _taken()


def _taken() -> Refused:
    return Refused(_("This domain has such a limit already."), field="domain")


def _write(row: DomainLimit) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        # Somebody was an instant quicker.
        raise _taken() from error


@transaction.atomic
def remove_domain_limit(*, actor: User, limit: DomainLimit, now: datetime) -> None:
    """Let mails go to the domain as fast as its sender may; audited. For `UNDO_WITHIN` it can be
    taken back; the next removal after that clears it away."""
    DomainLimit.objects.filter(removed_at__lt=now - UNDO_WITHIN).delete()
    if DomainLimit.objects.kept().filter(pk=limit.pk).update(removed_at=now):
        details = {"domain": limit.domain}
        audit.record(actor=actor, action="domain_limit.removed", target=limit, details=details)


@transaction.atomic
def restore_domain_limit(*, actor: User, limit: DomainLimit, now: datetime) -> None:
    """Take a removal back, within ten minutes; audited. One that holds stays. Refuses where the
    domain has another limit by now."""
    row = still_there(DomainLimit.objects.select_for_update().filter(pk=limit.pk))
    if row.removed_at is None:
        return
    if now - row.removed_at > UNDO_WITHIN:
        raise Refused(_("A deletion can be taken back within ten minutes only."))
    _refuse_taken(row.domain, row.sender, row)
    row.removed_at = None
    _write(row)
    details = {"domain": row.domain}
    audit.record(actor=actor, action="domain_limit.restored", target=row, details=details)

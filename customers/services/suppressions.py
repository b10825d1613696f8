"""Suppressions: addresses that get no more mails, or no more of some, and how that ends.

Suppressing is never refused and counts once; lifting needs a reason. Rows are found by the key
of the address, so a wish holds for whoever brings the address later.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Refused, too_long
from core.services import audit
from core.text import squeeze
from customers.locks import lock_address
from customers.models import (
    ChoiceSource,
    DeliveryFault,
    FaultKind,
    Scope,
    Suppression,
)
from customers.rules.bounces import verdict
from customers.rules.identity_keys import email_key
from customers.suppressions import key_of

LONGEST_REASON = 255


@transaction.atomic
def suppress(
    *,
    actor: User | None,
    address: str,
    scope: str,
    reason: str,
    source: str,
    now: datetime,
    topic: str = "",
    key: str = "",
) -> Suppression:
    """Send nothing (more of the scope) to the address; one that is there already stays as it is.

    `key` alone will do where the address is not known any more. Audited.
    """
    key = key or key_of(address)
    lock_address(key)
    topic = topic if scope == Scope.TOPIC else ""
    live = Suppression.objects.filter(key=key, scope=scope, topic=topic, lifted_at=None)
    present = live.first()
    if present:
        return present
    row = Suppression.objects.create(
        key=key,
        address=email_key(address) or "",
        scope=scope,
        topic=topic,
        reason=reason,
        source=source,
        actor=actor,
        at=now,
    )
    details = {"scope": scope, "topic": topic, "reason": reason, "source": source}
    audit.record(actor=actor, action="suppression.set", target=row, details=details)
    return row


@transaction.atomic
def lift(*, actor: User | None, suppression: Suppression, reason: str, now: datetime) -> None:
    """Let mails through again, for a reason; one that is lifted already stays as it is. Audited.

    Consent is another matter: whoever took it back gets nothing before giving it again.
    """
    reason = squeeze(reason)
    if not reason:
        raise Refused(_("Say why mails may go there again."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise Refused(too_long(LONGEST_REASON), field="reason")
    live = Suppression.objects.filter(pk=suppression.pk, lifted_at=None)
    if live.update(lifted_at=now, lifted_by=actor, lift_reason=reason):
        details = {"scope": suppression.scope, "topic": suppression.topic}
        audit.record(actor=actor, action="suppression.lifted", target=suppression, details=details)


def record_bounce(
    *, address: str, is_hard: bool, reference: str, now: datetime, at: datetime | None = None
) -> Suppression | None:
    """Note that a mail came back; the suppression that follows from it, if any.

    `reference` is what told us (the provider's id of the event): a second time it changes
    nothing and gives None. `at` is when it bounced, now where not given. Auto-replies are no
    bounces: callers leave them out. One from before somebody let mails through again says nothing
    new.
    """
    kind = FaultKind.HARD if is_hard else FaultKind.SOFT
    return _record_fault(kind=kind, address=address, reference=reference, at=at or now, now=now)


def record_complaint(
    *, address: str, reference: str, now: datetime, at: datetime | None = None
) -> Suppression | None:
    """Note that a mail was marked as unwanted; as `record_bounce`."""
    kind = FaultKind.COMPLAINT
    return _record_fault(kind=kind, address=address, reference=reference, at=at or now, now=now)


@transaction.atomic
def _record_fault(
    *, kind: FaultKind, address: str, reference: str, at: datetime, now: datetime
) -> Suppression | None:
    key = key_of(address)
    lock_address(key)
    values = {"key": key, "kind": kind, "at": at}
    _fault, is_new = DeliveryFault.objects.get_or_create(reference=reference, defaults=values)
    found = verdict(kind, _soft_ones(key), now) if is_new else None
    if found is None:
        return None
    lifted_at = _lifted_at(key, found.scope)
    if lifted_at and at <= lifted_at:
        return None
    return suppress(
        actor=None,
        address=address,
        scope=found.scope,
        reason=found.reason,
        source=ChoiceSource.PROVIDER,
        now=now,
    )


def _soft_ones(key: str) -> list[datetime]:
    """Soft bounces since somebody last looked at the address and let mails through again."""
    last = _lifted_at(key, Scope.ALL)
    faults = DeliveryFault.objects.filter(key=key, kind=FaultKind.SOFT)
    if last:
        faults = faults.filter(at__gt=last)
    return list(faults.values_list("at", flat=True))


def _lifted_at(key: str, scope: str) -> datetime | None:
    """When somebody last let mails of a scope through again."""
    lifted = Suppression.objects.filter(key=key, scope=scope).exclude(lifted_at=None)
    return lifted.order_by("-lifted_at").values_list("lifted_at", flat=True).first()


@transaction.atomic
def forget_address(*, address: str) -> int:
    """Empty the address where it stands in suppressions, as erasing its person does; the wish
    itself goes on. Returns how many rows knew it."""
    return Suppression.objects.filter(key=key_of(address)).exclude(address="").update(address="")


def recognise(addresses: Iterable[str]) -> None:
    """Write the addresses back onto suppressions that had forgotten them, inside the caller's
    transaction: somebody has brought them again. Costs one query where nothing was forgotten."""
    forgotten = Suppression.objects.filter(address="", lifted_at=None)
    keys = set(forgotten.values_list("key", flat=True))
    for address in addresses if keys else ():
        if (key := key_of(address)) in keys:
            Suppression.objects.filter(key=key, address="").update(address=address)

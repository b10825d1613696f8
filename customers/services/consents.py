"""The consent ledger: what a customer agreed to, for which address, with its proof.

Append-only: agreeing and taking back are both new lines, and the present state of an address
and purpose is its newest line. Agreeing needs proof (the wording, where it was said, when);
taking back needs nothing and is never refused.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role, User
from core.clock import is_to_come
from core.errors import Refused
from core.services import audit
from customers.consents import present_consents
from customers.models import ConsentAction, ConsentEntry, Customer


def _check_grant(actor: User | None, text: str, source_note: str) -> None:
    if actor is not None and actor.role == Role.MARKETER:
        raise Refused(_("Consent is recorded by those who heard it from the customer."))
    if not text.strip():
        raise Refused(_("Write the wording that the customer agreed to."), field="text")
    if not source_note.strip():
        raise Refused(_("Say where the proof is: which form, which call."), field="source_note")


@transaction.atomic
def record_consent(
    *,
    actor: User | None,
    customer: Customer,
    address: str,
    purpose: str,
    action: str,
    text: str,
    source: str,
    source_note: str,
    language: str,
    occurred_at: datetime,
    now: datetime,
) -> ConsentEntry:
    """Append one line, audited. `address` is the key of an identity, "" for the whole person.

    Refuses a grant without proof or by a marketer, and an instant still to come.
    """
    if action == ConsentAction.GRANTED:
        _check_grant(actor, text, source_note)
    if is_to_come(occurred_at, now):
        raise Refused(_("This moment is still to come."), field="occurred_at")
    entry = ConsentEntry.objects.create(
        customer=customer,
        address=address,
        purpose=purpose,
        action=action,
        text=text,
        text_hash=hashlib.sha256(text.encode()).hexdigest() if text else "",
        language=language,
        source=source,
        source_note=source_note,
        occurred_at=occurred_at,
        recorded_at=now,
        actor=actor,
    )
    details = {"purpose": purpose, "entry": entry.pk}
    audit.record(actor=actor, action=f"consent.{action}", target=customer, details=details)
    return entry


@transaction.atomic
def withdraw_consents(
    *,
    actor: User | None,
    customer: Customer,
    purposes: Iterable[str],
    address: str,
    source: str,
    now: datetime,
) -> list[ConsentEntry]:
    """Take back all that is granted for the purposes, for whichever address, and say so for this
    address ("": the whole person) too. Returns the new lines, none where all was taken back."""
    present = {(line.purpose, line.address): line for line in present_consents(customer)}
    granted = {place for place, line in present.items() if line.action == ConsentAction.GRANTED}
    lines = []
    for purpose in purposes:
        here = [place for place in granted if place[0] == purpose]
        places = sorted({*here, *({(purpose, address)} - present.keys())})
        for place in places:
            # A grant by a clock that is ahead must not outlive its taking back.
            at = max(now, present[place].occurred_at) if place in present else now
            lines.append(_withdraw(actor, customer, place, source, at, now))
    return lines


def _withdraw(
    actor: User | None,
    customer: Customer,
    place: tuple[str, str],
    source: str,
    at: datetime,
    now: datetime,
) -> ConsentEntry:
    return record_consent(
        actor=actor,
        customer=customer,
        address=place[1],
        purpose=place[0],
        action=ConsentAction.WITHDRAWN,
        text="",
        source=source,
        source_note="",
        language="",
        occurred_at=at,
        now=now,
    )

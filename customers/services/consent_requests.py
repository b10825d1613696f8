"""Double opt-in: a consent that counts once its link is followed and its button pressed.

The request is a row that is due; whoever sends mails takes it from `due_requests`, sends the
link, and says so by `note_mail_sent`. One reminder follows after a day.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Refused
from core.services import audit
from customers.models import (
    ChoiceSource,
    ConsentAction,
    ConsentRequest,
    ConsentSource,
    Customer,
    Identity,
    IdentityKind,
    Wish,
)
from customers.services.consents import record_consent
from customers.services.preferences import Voice, note_change

GOOD_FOR = timedelta(days=7)
REMIND_AFTER = timedelta(days=1)
MOST_MAILS = 2


class LinkExpired(Refused):
    """The link is too old; a new one may be asked for."""


@transaction.atomic
def request_consent(
    *,
    actor: User | None,
    customer: Customer,
    address: str,
    purpose: str,
    text: str,
    language: str,
    now: datetime,
) -> ConsentRequest:
    """Ask the customer to confirm by a link to this e-mail address of theirs, audited.

    `text` is the wording they are asked to agree to, in `language`. An open request for the same
    address and purpose is replaced: its link works no more.
    """
    theirs = Identity.objects.filter(kind=IdentityKind.EMAIL, customer=customer, key=address)
    if not theirs.exists():
        raise Refused(_("This is not an e-mail address of the customer."), field="address")
    if not text.strip():
        raise Refused(_("Write the wording that the customer agreed to."), field="text")
    ConsentRequest.objects.filter(
        customer=customer, address=address, purpose=purpose, confirmed_at=None
    ).update(expires_at=now, next_mail_at=None)
    row = ConsentRequest.objects.create(
        customer=customer,
        address=address,
        purpose=purpose,
        text=text,
        language=language,
        actor=actor,
        requested_at=now,
        expires_at=now + GOOD_FOR,
        next_mail_at=now,
    )
    details = {"purpose": purpose, "request": row.pk}
    audit.record(actor=actor, action="consent.requested", target=customer, details=details)
    return row


@transaction.atomic
def confirm_consent(*, request: ConsentRequest, now: datetime) -> ConsentRequest:
    """The customer pressed the button: the consent is granted with its proof. Once; a second
    time nothing happens. Raises `LinkExpired`, or `Refused` where the address is not theirs any
    more. Only for customers themselves, so there is no actor."""
    row = ConsentRequest.objects.select_for_update().get(pk=request.pk)
    if row.confirmed_at:
        return row
    if now >= row.expires_at:
        raise LinkExpired(_("This link is too old."))
    if not row.customer.identities.filter(kind=IdentityKind.EMAIL, key=row.address).exists():
        raise Refused(_("This cannot be done here. Please write to the shop."))
    row.confirmed_at, row.next_mail_at = now, None
    row.save(update_fields=["confirmed_at", "next_mail_at"])
    record_consent(
        actor=None,
        customer=row.customer,
        address=row.address,
        purpose=row.purpose,
        action=ConsentAction.GRANTED,
        text=row.text,
        source=ConsentSource.LINK,
        source_note=f"№ {row.pk}, {row.requested_at:%Y-%m-%d %H:%M} UTC",
        language=row.language,
        occurred_at=now,
        now=now,
    )
    source = ChoiceSource.CONFIRMATION
    note_change(Voice(actor=None, customer=row.customer, source=source, now=now), Wish.SUBSCRIBED)
    return row


def renew_request(*, request: ConsentRequest, now: datetime) -> ConsentRequest:
    """A new link in place of one that is too old, sent to the same address. Raises `Refused` as
    `request_consent`."""
    return request_consent(
        actor=None,
        customer=request.customer,
        address=request.address,
        purpose=request.purpose,
        text=request.text,
        language=request.language,
        now=now,
    )


def due_requests(now: datetime) -> QuerySet[ConsentRequest]:
    """Requests whose first mail or reminder is to be sent now, the longest waiting first."""
    rows = ConsentRequest.objects.filter(
        next_mail_at__lte=now, confirmed_at=None, expires_at__gt=now
    )
    return rows.select_related("customer").order_by("next_mail_at", "pk")


@transaction.atomic
def note_mail_sent(*, request: ConsentRequest, now: datetime) -> None:
    """The mail that was due is on its way; the reminder is due a day later, and nothing after
    that. Said twice for one mail it counts once, if `request` is as it was when taken."""
    sent = request.mails_sent + 1
    following = now + REMIND_AFTER if sent < MOST_MAILS else None
    taken = ConsentRequest.objects.filter(pk=request.pk, mails_sent=request.mails_sent)
    taken.filter(confirmed_at=None).update(mails_sent=sent, next_mail_at=following)

"""What people do with mails that no customer could be found for: put them on a file, set them
aside, and take either back. Nothing is deleted."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Refused, still_there
from core.services import audit
from customers.models import Customer, IdentityKind
from customers.services.customers import CustomerFields, create_customer
from customers.services.identities import NewIdentity
from customers.services.interactions import withdraw_interaction
from messaging.models import (
    AddressRule,
    IncomingMail,
    MailKind,
    MailPlace,
    MatchedBy,
    Unsure,
)
from messaging.rules.names_of_senders import likely_name
from messaging.services.mail_talks import log_mail


class SortedMeanwhile(Refused):
    """Somebody else was quicker; `mail` is as it lies now."""

    def __init__(self, mail: IncomingMail) -> None:
        super().__init__(_("Somebody has sorted this mail meanwhile."))
        self.mail = mail


def _locked(mail: IncomingMail) -> IncomingMail:
    return still_there(IncomingMail.objects.select_for_update().filter(pk=mail.pk))


def _waiting(mail: IncomingMail) -> IncomingMail:
    row = _locked(mail)
    if row.place == MailPlace.MATCHED:
        raise SortedMeanwhile(row)
    return row


@transaction.atomic
def assign_mail(
    *,
    actor: User,
    mail: IncomingMail,
    customer: Customer,
    now: datetime,
    following: bool = False,
) -> IncomingMail:
    """Put a mail on a customer's file; a person's mail goes on the timeline. Audited.

    `following`: from now on, mails from this address go there by themselves; refused for a mail
    without a readable sender, and where the address was tied to somebody else. Raises
    `SortedMeanwhile` for a mail that is on a file already. Locks the mail.
    """
    row = _waiting(mail)
    row.place, row.matched_by, row.customer = MailPlace.MATCHED, MatchedBy.PERSON, customer
    row.sorted_by, row.sorted_at = actor, now
    if row.kind != MailKind.AUTOMATIC:
        row.interaction = log_mail(mail=row, customer=customer, now=now)
    row.save()
    if following:
        _add_rule(actor, row, customer, now)
    details = {"customer": customer.pk, "following": following}
    audit.record(actor=actor, action="mail.assigned", target=row, details=details)
    return row


def _add_rule(actor: User, mail: IncomingMail, customer: Customer, now: datetime) -> None:
    if not mail.from_key:
        raise Refused(_("This mail does not say who wrote it."), field="following")
    rule, _made = AddressRule.objects.get_or_create(
        key=mail.from_key,
        defaults={"customer": customer, "created_by": actor, "created_at": now},
    )
    if rule.customer_id != customer.pk:
        raise Refused(_("Mails from this address go to another customer."), field="following")


@transaction.atomic
def create_customer_from_mail(
    *,
    actor: User,
    mail: IncomingMail,
    fields: CustomerFields,
    now: datetime,
    following: bool = False,
) -> Customer:
    """A new customer with the sender's address, and the mail on their file; audited.

    Raises `TakenByAnother` where the address is somebody's, and as `assign_mail` does.
    """
    row = _waiting(mail)
    address = NewIdentity(IdentityKind.EMAIL, row.from_address)
    customer = create_customer(
        actor=actor, now=now, fields=fields, identities=[address] if row.from_address else []
    )
    assign_mail(actor=actor, mail=row, customer=customer, now=now, following=following)
    return customer


def fields_from(mail: IncomingMail, fields: CustomerFields | None = None) -> CustomerFields:
    """What a form for a new customer begins with: the sender's name as far as it can be told."""
    first, last = likely_name(mail.from_name)
    return replace(fields or CustomerFields(), first_name=first, last_name=last)


@transaction.atomic
def set_aside_mail(*, actor: User, mail: IncomingMail, now: datetime) -> IncomingMail:
    """Put a mail aside that belongs to no customer; audited. Locks the mail."""
    row = _waiting(mail)
    if row.place == MailPlace.SET_ASIDE:
        return row
    row.place, row.sorted_by, row.sorted_at = MailPlace.SET_ASIDE, actor, now
    row.save(update_fields=["place", "sorted_by", "sorted_at"])
    audit.record(actor=actor, action="mail.set_aside", target=row)
    return row


@transaction.atomic
def take_mail_back(*, actor: User, mail: IncomingMail, now: datetime) -> IncomingMail:
    """Lay a mail among the unsorted again, off the customer's file and timeline, with the rule
    that was made as it was put there; audited. One that lies there already stays. Locks the mail.
    """
    row = _locked(mail)
    if row.place == MailPlace.UNSORTED:
        return row
    before = {"customer": row.customer_id, "place": row.place}
    _drop_rule_of(row)
    interaction, row.interaction = row.interaction, None
    row.place, row.matched_by, row.customer = MailPlace.UNSORTED, "", None
    row.reason = row.reason or Unsure.TAKEN_BACK
    row.sorted_by, row.sorted_at = actor, now
    row.save()
    if interaction:
        withdraw_interaction(actor=actor, interaction=interaction)
    audit.record(actor=actor, action="mail.taken_back", target=row, details=before)
    return row


def _drop_rule_of(mail: IncomingMail) -> None:
    """The rule that was made as the mail was put on the file; its instant tells it from others."""
    if mail.sorted_at and mail.customer_id:
        rules = AddressRule.objects.filter(key=mail.from_key, customer=mail.customer_id)
        rules.filter(created_at=mail.sorted_at).delete()


@transaction.atomic
def drop_rule(*, actor: User, rule: AddressRule) -> None:
    """Mails from the address do not go to the customer by themselves any more; audited."""
    audit.record(
        actor=actor,
        action="mail.rule_dropped",
        target=rule,
        details={"customer": rule.customer_id},
    )
    rule.delete()

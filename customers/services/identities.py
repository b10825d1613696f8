"""Contacts of a customer: e-mails, phones, customer numbers; added, removed, put first.

An e-mail address and a customer number belong to one customer: a second one is refused, and
told whose it is. A phone may be a family's: it is accepted, and both are noted as possible
duplicates.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Refused
from core.services import audit
from core.services.shop import get_shop
from customers.locks import lock_contacts
from customers.models import Customer, Identity, IdentityKind, PossibleDuplicate
from customers.rules.identity_keys import email_key, external_key, phone_key
from customers.services.search import index_customers
from customers.services.suppressions import recognise

MOST_IDENTITIES = 30
SAME_PHONE = "phone"


class TakenByAnother(Refused):
    """The contact belongs to `owner`, somebody else."""

    def __init__(self, message: str, *, field: str, owner: Customer) -> None:
        super().__init__(message, field=field)
        self.owner = owner


@dataclass(frozen=True, slots=True)
class NewIdentity:
    """A contact as it was written; `key` is worked out from it."""

    kind: IdentityKind
    value: str


def key_of(kind: str, value: str, country: str) -> str:
    """The form in which the contact is compared; refuses what is none."""
    if kind == IdentityKind.EMAIL:
        key, message = email_key(value), _("Enter an e-mail address such as anna@example.com.")
    elif kind == IdentityKind.PHONE:
        key, message = phone_key(value, country), _("Enter a phone number such as +48 600 123 456.")
    else:
        key, message = external_key(value), _("Enter a customer number.")
    if not key or len(value) > 254:
        raise Refused(message, field=kind)
    return key


def _country_of(customer: Customer, kind: str) -> str:
    """How a phone without its country's code is read: as the customer's, else the shop's."""
    return customer.country or (get_shop().country if kind == IdentityKind.PHONE else "")


def find_owner(kind: str, key: str, *, besides: Customer | None) -> Customer | None:
    """The other customer who has this contact, if any; the oldest of several."""
    taken = Identity.objects.filter(kind=kind, key=key).select_related("customer")
    if besides and besides.pk:
        taken = taken.exclude(customer=besides)
    identity = taken.order_by("pk").first()
    return identity.customer if identity else None


def _refuse_taken(kind: str, owner: Customer) -> None:
    if kind == IdentityKind.EMAIL:
        message = _("This e-mail address belongs to another customer.")
    else:
        message = _("This number belongs to another customer.")
    raise TakenByAnother(message, field=kind, owner=owner)


def note_possible_duplicate(
    *, first: Customer, second: Customer, reason: str, now: datetime
) -> None:
    """Note that the two may be one person; once per pair."""
    low, high = sorted([first, second], key=lambda customer: customer.pk)
    PossibleDuplicate.objects.get_or_create(
        first=low, second=high, defaults={"reason": reason, "created_at": now}
    )


@transaction.atomic
def attach_identity(*, customer: Customer, new: NewIdentity, now: datetime) -> Identity:
    """Give the customer a contact, the first of its kind as the primary one. The caller
    records the act. Raises `TakenByAnother`, or `Refused` for what is no contact or is there."""
    value = new.value.strip()
    key = key_of(new.kind, value, _country_of(customer, new.kind))
    lock_contacts(customer.pk)
    other = find_owner(new.kind, key, besides=customer)
    if other and new.kind != IdentityKind.PHONE:
        _refuse_taken(new.kind, other)
    present = list(customer.identities.all())
    if any((has.kind, has.key) == (new.kind, key) for has in present):
        raise Refused(_("This customer has that contact already."), field=new.kind)
    if len(present) >= MOST_IDENTITIES:
        raise Refused(_("This customer has too many contacts already."), field=new.kind)
    identity = Identity(customer=customer, kind=new.kind, value=value, key=key, created_at=now)
    identity.is_primary = not any(has.kind == new.kind for has in present)
    _insert(identity)
    if new.kind == IdentityKind.EMAIL:
        recognise([key])
    if other:
        note_possible_duplicate(first=customer, second=other, reason=SAME_PHONE, now=now)
    return identity


def _insert(identity: Identity) -> None:
    """Save; a rival who was faster by an instant is met as if they had been there before."""
    try:
        with transaction.atomic():
            identity.save(force_insert=True)
    except IntegrityError:
        owner = find_owner(identity.kind, identity.key, besides=identity.customer)
        if owner is None:
            raise Refused(
                _("This customer has that contact already."), field=identity.kind
            ) from None
        _refuse_taken(identity.kind, owner)


@transaction.atomic
def add_identity(
    *, actor: User | None, customer: Customer, kind: str, value: str, now: datetime
) -> Identity:
    """Add a contact to the customer, audited. Raises as `attach_identity` does."""
    new = NewIdentity(IdentityKind(kind), value)
    identity = attach_identity(customer=customer, new=new, now=now)
    _record(actor, "identity.added", customer, kind)
    return identity


@transaction.atomic
def remove_identity(*, actor: User | None, identity: Identity) -> None:
    """Take a contact off the file; the oldest of its kind left becomes the primary one. One that
    is gone already changes nothing. Refuses the only thing known about somebody."""
    customer, kind = identity.customer, identity.kind
    lock_contacts(customer.pk)
    row = customer.identities.filter(pk=identity.pk).first()
    if row is None:
        return
    if not customer.name_key and customer.identities.count() == 1:
        raise Refused(_("Give a name, an e-mail address or a phone number."))
    row.delete()
    heir = customer.identities.filter(kind=kind).order_by("created_at", "pk").first()
    if row.is_primary and heir:
        heir.is_primary = True
        heir.save(update_fields=["is_primary"])
    _record(actor, "identity.removed", customer, kind)


@transaction.atomic
def make_primary(*, actor: User | None, identity: Identity) -> None:
    """Put the contact before all others of its kind; one that is there already changes nothing."""
    lock_contacts(identity.customer_id)
    same_kind = Identity.objects.filter(customer=identity.customer, kind=identity.kind)
    others = same_kind.exclude(pk=identity.pk).filter(is_primary=True)
    changed = others.update(is_primary=False)
    changed += same_kind.filter(pk=identity.pk, is_primary=False).update(is_primary=True)
    identity.is_primary = True
    if changed:
        _record(actor, "identity.primary", identity.customer, identity.kind)


def _record(actor: User | None, action: str, customer: Customer, kind: str) -> None:
    index_customers([customer.pk])
    audit.record(actor=actor, action=action, target=customer, details={"kind": kind})

"""Customers as commands name them: by the external id of imports."""

from datetime import datetime

from customers.models import Customer, Identity, IdentityKind
from customers.services.customers import CustomerFields, create_customer
from customers.services.identities import NewIdentity, TakenByAnother, key_of
from loyalty.errors import unknown_customer


def customer_named(number: str) -> Customer:
    """The customer with this number. Raises `LoyaltyRefused` where there is none."""
    found = _find(number)
    if found is None:
        raise unknown_customer()
    return found


def customer_named_or_made(number: str, now: datetime) -> Customer:
    """The customer with this number, made where nobody has it; several may ask at once."""
    found = _find(number)
    if found is not None:
        return found
    named = NewIdentity(IdentityKind.EXTERNAL, number)
    try:
        return create_customer(actor=None, now=now, fields=CustomerFields(), identities=[named])
    except TakenByAnother:
        return customer_named(number)


def _find(number: str) -> Customer | None:
    key = key_of(IdentityKind.EXTERNAL, number, "")
    rows = Identity.objects.filter(kind=IdentityKind.EXTERNAL, key=key)
    identity = rows.select_related("customer").first()
    return identity.customer if identity else None

"""What a marketer sees of contact data: enough to tell two people apart, not to reach them.

Pages never decide for themselves: they ask here, so that no template forgets.
"""

from accounts.models import Role, User
from customers.models import Customer, Identity, IdentityKind

DOTS = "•••"


def sees_contacts(user: User) -> bool:
    """Whether the person reads e-mails, phones and street addresses in full."""
    return user.role != Role.MARKETER


def sees_internal(user: User) -> bool:
    """Whether the person reads notes, what was said, and what was promised."""
    return user.role != Role.MARKETER


def mask_email(value: str) -> str:
    """'jana@example.pl' -> 'j•••@example.pl'."""
    local, at, domain = value.rpartition("@")
    return f"{local[:1]}{DOTS}@{domain}" if at else DOTS


def mask_phone(value: str) -> str:
    """'+48 600 123 456' -> '•••56'."""
    digits = [char for char in value if char.isdigit()]
    return DOTS + "".join(digits[-2:]) if len(digits) > 4 else DOTS


def mask_address(value: str) -> str:
    """The address of a consent, whichever kind it is; empty stays empty."""
    if not value:
        return ""
    return mask_email(value) if "@" in value else mask_phone(value)


def shown_address(user: User, value: str) -> str:
    """An address as this reader may see it."""
    return value if sees_contacts(user) else mask_address(value)


def mask_identity(identity: Identity) -> str:
    """A contact masked by its kind. Customer numbers stay: nobody can be reached by them, unless
    a shop uses addresses as numbers."""
    if identity.kind == IdentityKind.EMAIL:
        return mask_email(identity.value)
    if identity.kind == IdentityKind.PHONE:
        return mask_phone(identity.value)
    return mask_email(identity.value) if "@" in identity.value else identity.value


def shown_identity(user: User, identity: Identity) -> str:
    """A contact as this reader may see it."""
    return identity.value if sees_contacts(user) else mask_identity(identity)


def shown_name(user: User, customer: Customer, contact: Identity | str = "") -> str:
    """The customer's name; without one their contact (or an address of theirs) as this reader
    may see it, else the number of the file."""
    if isinstance(contact, Identity):
        return name_or(customer, shown_identity(user, contact))
    return name_or(customer, shown_address(user, contact))


def name_or(customer: Customer, contact: str) -> str:
    """The customer's name; without one this contact, masked already where it has to be, else
    the number of the file."""
    return str(customer) or contact or f"№ {customer.pk}"

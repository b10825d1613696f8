"""Customers: made from a name and a contact, changed by people who may have looked away.

Whoever saves a file that somebody else changed since it was opened is told, and nothing is
overwritten in silence.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Branch, User
from core.clock import local_date
from core.errors import Refused
from core.services import audit
from core.services.shop import get_shop
from customers.models import Customer
from customers.observers import announce_customer
from customers.rules.birthdays import FIRST_YEAR, YearlyDay, exists, is_past
from customers.services.identities import NewIdentity, attach_identity
from customers.services.search import index_customers
from customers.services.tags import set_tags


class ChangedMeanwhile(Refused):
    """Somebody saved the file after it was opened; `present` is what stands on it now."""

    def __init__(self, present: Customer) -> None:
        super().__init__(
            _(
                "Somebody changed this file after you opened it. Look at what stands there now, "
                "then save again."
            )
        )
        self.present = present


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFields:
    """All that people write about a customer, but contacts and tags. Empty means unknown."""

    first_name: str = ""
    last_name: str = ""
    language: str = ""
    timezone: str = ""
    birth_year: int | None = None
    birth_month: int | None = None
    birth_day: int | None = None
    address: str = ""
    city: str = ""
    postcode: str = ""
    country: str = ""
    notes: str = ""
    found_us: str = ""
    preferred_channel: str = ""
    contact_hint: str = ""
    owner: User | None = None
    branch: Branch | None = None
    joined_on: date | None = None


FIELD_NAMES = tuple(field.name for field in fields(CustomerFields))


def _check_birthday(new: CustomerFields, today: date) -> None:
    if new.birth_month is None and new.birth_day is None and new.birth_year is None:
        return
    if new.birth_month is None or new.birth_day is None:
        raise Refused(_("Give day and month of the birthday, or neither."), field="birth_day")
    birthday = YearlyDay(new.birth_month, new.birth_day, new.birth_year)
    if not exists(birthday):
        raise Refused(_("This day is not in the calendar."), field="birth_day")
    if not is_past(birthday, today) or (new.birth_year or FIRST_YEAR) < FIRST_YEAR:
        raise Refused(_("Nobody was born then yet."), field="birth_year")


def _check(new: CustomerFields, now: datetime) -> None:
    today = local_date(now, get_shop().zone)
    _check_birthday(new, today)
    if new.joined_on and new.joined_on > today:
        raise Refused(_("This day is still to come."), field="joined_on")


@transaction.atomic
def create_customer(
    *,
    actor: User | None,
    now: datetime,
    fields: CustomerFields,
    identities: Sequence[NewIdentity] = (),
    tags: Iterable[str] = (),
) -> Customer:
    """A new customer; a name or one contact is enough.

    Raises `TakenByAnother` for an e-mail or number that somebody has. A phone that somebody
    has is accepted, and noted as a possible duplicate. `joined_on` is today where not given.
    """
    _check(fields, now)
    customer = Customer(**_values(fields), created_at=now, updated_at=now)
    customer.set_name_key()
    customer.joined_on = customer.joined_on or local_date(now, get_shop().zone)
    if not customer.name_key and not identities:
        raise Refused(_("Give a name, an e-mail address or a phone number."), field="first_name")
    customer.save()
    for new in identities:
        attach_identity(customer=customer, new=new, now=now)
    set_tags(customer=customer, names=tags)
    index_customers([customer.pk])
    audit.record(actor=actor, action="customer.created", target=customer)
    announce_customer(customer, now)
    return customer


def _values(new: CustomerFields) -> dict[str, object]:
    return {name: getattr(new, name) for name in FIELD_NAMES}


@transaction.atomic
def update_customer(
    *,
    actor: User | None,
    now: datetime,
    customer: Customer,
    fields: CustomerFields,
    seen_at: datetime | None,
    tags: Iterable[str] | None = None,
) -> Customer:
    """Change a customer's file; returns the row as it stands. Locks the row.

    `seen_at` is `updated_at` as the editor saw it; `ChangedMeanwhile` where the file has moved
    on, None skips the check. `tags` None leaves the tags alone.
    """
    _check(fields, now)
    row = Customer.objects.select_for_update().get(pk=customer.pk)
    if seen_at is not None and row.updated_at != seen_at:
        raise ChangedMeanwhile(row)
    before = {name: getattr(row, name) for name in FIELD_NAMES}
    for name, value in _values(fields).items():
        setattr(row, name, value)
    row.set_name_key()
    if not row.name_key and not row.identities.exists():
        raise Refused(_("Give a name, an e-mail address or a phone number."), field="first_name")
    changed = sorted(name for name in FIELD_NAMES if getattr(row, name) != before[name])
    if tags is not None and set_tags(customer=row, names=tags):
        changed.append("tags")
    if changed:
        row.updated_at = now
        row.save()
        index_customers([row.pk])
        audit.record(
            actor=actor, action="customer.changed", target=row, details={"fields": changed}
        )
    return row


def fields_of(customer: Customer) -> CustomerFields:
    """What stands on the file, ready to be changed in part with `dataclasses.replace`."""
    return CustomerFields(**{name: getattr(customer, name) for name in FIELD_NAMES})

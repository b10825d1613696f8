"""Whose a document is: found by external id or e-mail, made where nobody has them.

The external id wins. A document that names both joins them on one customer, unless that
customer has another external id or the e-mail is somebody else's: then the two customers are
noted as possible duplicates.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from django.db.models import Exists, Min, OuterRef

from core.bulk import insert_rows, reserve_ids, rows_by_keys
from customers.models import Customer, Identity, IdentityKind, PossibleDuplicate
from customers.rules.documents import Document
from customers.services.search import index_customers
from customers.services.suppressions import recognise

SAME_EMAIL = "email"


@dataclass(slots=True)
class Known:
    """Who has which key, as the documents of one chunk need it."""

    by_external: dict[str, int]
    by_email: dict[str, int]
    with_external: set[int]


@dataclass(slots=True)
class Found:
    """What finding customers brought to light."""

    made: list[int] = field(default_factory=list)
    contacts: list[tuple[int, str, str, str]] = field(default_factory=list)
    pairs: set[tuple[int, int]] = field(default_factory=set)


class CustomerStore(Protocol):
    """Where known keys come from, and where new customers go: the file, or a dry run's notes."""

    def known(self, externals: list[str], emails: list[str]) -> Known: ...

    def reserve(self, count: int) -> Sequence[int]: ...

    def keep(self, found: Found, now: datetime) -> None: ...


def name_customers(documents: Iterable[Document], store: CustomerStore, now: datetime) -> Found:
    """Set `customer_id` of each document that names somebody. In the caller's transaction."""
    naming = [
        document
        for document in documents
        if document.customer_id is None and (document.external or document.email)
    ]
    if not naming:
        return Found()
    externals = {document.external for document in naming if document.external}
    emails = {document.email for document in naming if document.email}
    known = store.known(list(externals), list(emails))
    unknown = len(externals - known.by_external.keys()) + len(emails - known.by_email.keys())
    ids = iter(store.reserve(unknown)) if unknown else iter(())
    found = Found()
    for document in naming:
        document.customer_id = _customer_of(document, known, found, ids)
    if found.contacts or found.pairs:
        store.keep(found, now)
    return found


def _customer_of(document: Document, known: Known, found: Found, ids: Iterable[int]) -> int:
    external, email = document.external, document.email
    owner = known.by_email.get(email) if email else None
    customer = known.by_external.get(external) if external else owner
    if customer is None:
        if owner is not None and owner not in known.with_external:
            customer = owner
        else:
            customer = next(iter(ids))
            found.made.append(customer)
    if external and external not in known.by_external:
        known.by_external[external] = customer
        known.with_external.add(customer)
        found.contacts.append((customer, IdentityKind.EXTERNAL, external, external))
    if email and owner is None:
        known.by_email[email] = customer
        found.contacts.append((customer, IdentityKind.EMAIL, email, document.email_written))
    elif owner is not None and owner != customer:
        found.pairs.add((min(owner, customer), max(owner, customer)))
    return customer


class CustomerFile:
    """The customer file itself."""

    def known(self, externals: list[str], emails: list[str]) -> Known:
        """The owners of the keys."""
        by_external = _owners(IdentityKind.EXTERNAL, externals)
        by_email = _owners(IdentityKind.EMAIL, emails)
        with_external: set[int] = set()
        if externals and by_email:
            identities = Identity.objects.filter(kind=IdentityKind.EXTERNAL)
            theirs = identities.filter(customer__any_of=list(set(by_email.values())))
            with_external = set(theirs.values_list("customer_id", flat=True))
        return Known(by_external, by_email, with_external)

    def reserve(self, count: int) -> Sequence[int]:
        """Ids for new customers."""
        return reserve_ids(Customer, count)

    def keep(self, found: Found, now: datetime) -> None:
        """Write the new customers, their contacts and the pairs; index them for search."""
        insert_rows(Customer, NEW_CUSTOMER, (_new_customer(pk, now) for pk in found.made))
        add_contacts(found.contacts, now=now, new_customers=found.made)
        note_pairs(found.pairs, reason=SAME_EMAIL, now=now)
        index_customers({customer for customer, *_rest in found.contacts})


def _owners(kind: IdentityKind, keys: list[str]) -> dict[str, int]:
    if not keys:
        return {}
    return dict(rows_by_keys(Identity, ("key", "customer_id"), key="key", keys=keys, kind=kind))


_TEXTS = (
    "first_name",
    "last_name",
    "name_key",
    "language",
    "timezone",
    "address",
    "city",
    "postcode",
    "country",
    "notes",
    "found_us",
    "preferred_channel",
    "contact_hint",
)
NEW_CUSTOMER = ("id", "created_at", "updated_at", *_TEXTS)


def _new_customer(pk: int, now: datetime) -> tuple[object, ...]:
    return (pk, now, now, *[""] * len(_TEXTS))


def add_contacts(
    contacts: Sequence[tuple[int, str, str, str]], *, now: datetime, new_customers: Iterable[int]
) -> None:
    """Insert (customer, kind, key, value) contacts; the first of its kind becomes primary."""
    new, rows, first = set(new_customers), [], set()
    for customer, kind, key, value in contacts:
        is_primary = customer in new and (customer, kind) not in first
        first.add((customer, kind))
        rows.append((customer, str(kind), value, key, is_primary, now))
    columns = ("customer_id", "kind", "value", "key", "is_primary", "created_at")
    insert_rows(Identity, columns, rows)
    recognise(key for _customer, kind, key, _value in contacts if kind == IdentityKind.EMAIL)
    _make_first_primary([row[0] for row in rows if row[0] not in new])


def _make_first_primary(customers: list[int]) -> None:
    """Give each of these customers' kinds of contact a primary one where there is none."""
    if not customers:
        return
    primary = Identity.objects.filter(
        customer=OuterRef("customer"), kind=OuterRef("kind"), is_primary=True
    )
    lacking = Identity.objects.filter(~Exists(primary), customer__any_of=customers)
    oldest = lacking.values("customer", "kind").annotate(oldest=Min("pk"))
    ids = [row["oldest"] for row in oldest]
    Identity.objects.filter(pk__in=ids).update(is_primary=True)


def note_pairs(pairs: Iterable[tuple[int, int]], *, reason: str, now: datetime) -> None:
    """Note (lower id, higher id) pairs of customers who may be one person; once per pair."""
    PossibleDuplicate.objects.bulk_create(
        [
            PossibleDuplicate(first_id=first, second_id=second, reason=reason, created_at=now)
            for first, second in sorted(pairs)
        ],
        ignore_conflicts=True,
    )

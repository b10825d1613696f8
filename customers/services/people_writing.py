"""Writing what an import of customers changed, many customers at a time."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from core import clock
from core.bulk import insert_rows
from core.text import fold, squeeze
from customers.models import (
    ConsentAction,
    ConsentEntry,
    ConsentSource,
    Customer,
    CustomerTag,
    Purpose,
    Tag,
)
from customers.rules.people import Consent
from customers.services.customer_lookup import NEW_CUSTOMER, add_contacts
from customers.services.people_states import (
    FIELDS,
    PersonState,
    load_from_file,
    owners_on_file,
    reserve_customers,
)
from customers.services.search import index_customers

_NUMBERS = ("birth_year", "birth_month", "birth_day", "joined_on")
_COLUMNS = (*NEW_CUSTOMER, *_NUMBERS)


class PeopleFile:
    """The customer file itself, as an import of customers reads and writes it."""

    def owners(self, kind: str, keys: Sequence[str]) -> dict[str, list[int]]:
        """Who has each of the keys, oldest first."""
        return owners_on_file(kind, keys)

    def load(self, ids: Iterable[int]) -> dict[int, PersonState]:
        """The states of these customers, whose files nobody else changes until the batch is
        written."""
        return load_from_file(ids, lock=True)

    def reserve(self, count: int) -> Sequence[int]:
        """Ids for new customers."""
        return reserve_customers(count)

    def keep(self, states: Iterable[PersonState], now: datetime) -> None:
        """Write new and changed customers with their contacts, tags and consents."""
        changed = [state for state in states if state.is_changed]
        new = [state for state in changed if state.is_new]
        insert_rows(Customer, _COLUMNS, [_row(state, now) for state in new])
        _update([state for state in changed if not state.is_new])
        contacts = [
            (state.pk, contact.kind, contact.key, contact.value)
            for state in changed
            for contact in state.new_contacts
        ]
        add_contacts(contacts, now=now, new_customers=[state.pk for state in new])
        _add_tags(changed)
        _add_consents(changed, now)
        index_customers(state.pk for state in changed)


def _name_key(state: PersonState) -> str:
    names = (state.fields.get("last_name") or "", state.fields.get("first_name") or "")
    return fold(squeeze(" ".join(names)))[:300]


def _row(state: PersonState, now: datetime) -> list[object]:
    known: dict[str, object] = {
        "id": state.pk,
        "created_at": now,
        "updated_at": now,
        "name_key": _name_key(state),
    }
    known |= {name: value for name, value in state.fields.items() if value is not None}
    return [known.get(name, None if name in _NUMBERS else "") for name in _COLUMNS]


def _update(states: Sequence[PersonState]) -> None:
    """Write the columns in which any of the customers changed.

    `updated_at` is this moment, not the beginning of the import, and is set for new tags and
    contacts too: whoever has one of the files open is told when they save.
    """
    moment, columns, rows = clock.now(), {"name_key", "updated_at"}, []
    for state in states:
        if not state.changed_fields:
            continue
        columns |= state.changed_fields
        row = Customer(pk=state.pk, **{name: state.fields[name] for name in FIELDS})
        row.name_key, row.updated_at = _name_key(state), moment
        rows.append(row)
    Customer.objects.bulk_update(rows, sorted(columns), batch_size=200)
    added = [state for state in states if state.new_tags or state.new_contacts]
    touched = {state.pk for state in added} - {row.pk for row in rows}
    Customer.objects.filter(pk__any_of=touched).update(updated_at=moment)


def _add_tags(states: Iterable[PersonState]) -> None:
    wanted = [(state.pk, tag) for state in states for tag in state.new_tags]
    if not wanted:
        return
    spelled: dict[str, str] = {}
    for _customer, tag in wanted:
        spelled.setdefault(fold(tag)[:120], tag)
    new = [Tag(name=name, key=key) for key, name in sorted(spelled.items())]
    Tag.objects.bulk_create(new, ignore_conflicts=True)
    ids = dict(Tag.objects.filter(key__any_of=list(spelled)).values_list("key", "pk"))
    CustomerTag.objects.bulk_create(
        [CustomerTag(customer_id=pk, tag_id=ids[fold(tag)[:120]]) for pk, tag in wanted],
        ignore_conflicts=True,
    )


def _add_consents(states: Iterable[PersonState], now: datetime) -> None:
    ConsentEntry.objects.bulk_create(
        _entry(state, address, consent, now)
        for state in states
        for address, consent in state.new_consents
    )


def _entry(state: PersonState, address: str, consent: Consent, now: datetime) -> ConsentEntry:
    return ConsentEntry(
        customer_id=state.pk,
        address=address,
        purpose=Purpose.MARKETING,
        action=ConsentAction.GRANTED,
        text=consent.text,
        text_hash=hashlib.sha256(consent.text.encode()).hexdigest(),
        language=state.fields.get("language") or "",
        source=ConsentSource.IMPORT,
        source_note=consent.source,
        occurred_at=consent.at,
        recorded_at=now,
    )

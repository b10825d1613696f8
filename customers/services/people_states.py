"""What stands on the files of the customers that an import meets, and writing what it changes.

Both a real import and a dry run work on the same states; the real one writes them to the file,
the dry one to a temporary SQLite file, where later rows of the same file find them again.
"""

import json
import sqlite3
from collections.abc import Container, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from core.bulk import reserve_ids, rows_by_keys
from core.text import fold
from customers.models import (
    ConsentAction,
    ConsentEntry,
    Customer,
    CustomerTag,
    Identity,
    IdentityKind,
    Purpose,
)
from customers.rules.people import Consent, Person
from customers.rules.tags import MOST_TAGS

FIELDS = (
    "first_name",
    "last_name",
    "language",
    "timezone",
    "birth_year",
    "birth_month",
    "birth_day",
    "address",
    "city",
    "postcode",
    "country",
    "notes",
    "joined_on",
)


@dataclass(slots=True)
class Contact:
    """A contact to be added."""

    kind: str
    key: str
    value: str


@dataclass(slots=True)
class PersonState:
    """One customer's file as far as an import may change it; the `new_*` are not written yet.

    `stored` are the fields as they stand on file: two rows of one file that contradict each
    other change nothing in the end when the later one's value is there already.
    """

    pk: int
    fields: dict[str, Any]
    contacts: set[tuple[str, str]] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)
    consented: set[str] = field(default_factory=set)
    has_withdrawn: bool = False
    is_new: bool = False
    stored: dict[str, Any] = field(default_factory=dict)
    new_contacts: list[Contact] = field(default_factory=list)
    new_tags: list[str] = field(default_factory=list)
    new_consents: list[tuple[str, Consent]] = field(default_factory=list)

    @property
    def changed_fields(self) -> set[str]:
        """The names of the fields that are not as they stand on file."""
        return {name for name in self.fields if self.fields[name] != self.stored.get(name)}

    @property
    def is_changed(self) -> bool:
        """Whether anything is to be written."""
        return self.is_new or self.fields != self.stored or bool(self._news())

    def _news(self) -> int:
        return len(self.new_contacts) + len(self.new_tags) + len(self.new_consents)

    def apply(self, person: Person, withdrawn: Container[str] = ()) -> bool:
        """Take over what the row says; whether that changed anything.

        Cells that say nothing change nothing; tags are added; consent is granted only for an
        address of this customer, where none is on file and none was ever withdrawn, be it by
        somebody who had the address before (`withdrawn`): a file never grants again.
        """
        before, news = dict(self.fields), self._news()
        self.fields.update(person.fields)
        self._add_tags(person)
        if person.phone:
            self.add_contact(IdentityKind.PHONE, person.phone, person.phone_written)
        self._consent(person, withdrawn)
        return before != self.fields or news != self._news()

    def _add_tags(self, person: Person) -> None:
        for tag in person.tags:
            if fold(tag) in self.tags:
                continue
            if len(self.tags) >= MOST_TAGS:
                person.has_tags_left_out = True
                return
            self.tags.add(fold(tag))
            self.new_tags.append(tag)

    def add_contact(self, kind: str, key: str, value: str) -> None:
        """Add a contact that is not there yet."""
        if (kind, key) not in self.contacts:
            self.contacts.add((kind, key))
            self.new_contacts.append(Contact(str(kind), key, value))

    def _consent(self, person: Person, withdrawn: Container[str]) -> None:
        address = person.email or person.phone
        if person.consent is None:
            return
        kind = IdentityKind.EMAIL if person.email else IdentityKind.PHONE
        if address and (kind, address) not in self.contacts:
            person.is_consent_elsewhere = True
            return
        if self.has_withdrawn or address in withdrawn or address in self.consented:
            return
        self.consented.add(address)
        self.new_consents.append((address, person.consent))


class StateStore(Protocol):
    """Where states come from and go to."""

    def owners(self, kind: str, keys: Sequence[str]) -> dict[str, list[int]]: ...

    def load(self, ids: Iterable[int]) -> dict[int, PersonState]: ...

    def reserve(self, count: int) -> Sequence[int]: ...

    def keep(self, states: Iterable[PersonState], now: datetime) -> None: ...


def owners_on_file(kind: str, keys: Sequence[str]) -> dict[str, list[int]]:
    """Who has each of the keys, oldest first."""
    owners: dict[str, list[int]] = {}
    rows = Identity.objects.filter(kind=kind, key__any_of=list(keys)).order_by("pk")
    for key, customer in rows.values_list("key", "customer_id"):
        owners.setdefault(key, []).append(customer)
    return owners


def load_from_file(ids: Iterable[int], *, lock: bool = False) -> dict[int, PersonState]:
    """The states of these customers: five queries however many they are.

    With `lock` nobody else changes their files or contacts before the caller's transaction ends;
    rows are locked in the order of their ids.
    """
    wanted = list(ids)
    rows = Customer.objects.filter(pk__any_of=wanted).order_by("pk")
    if lock:
        rows = rows.select_for_update(no_key=True)
    states = {row["pk"]: _state(row.pop("pk"), row) for row in rows.values("pk", *FIELDS)}
    contacts = Identity.objects.filter(customer__any_of=wanted)
    for customer, kind, key in contacts.values_list("customer_id", "kind", "key"):
        states[customer].contacts.add((kind, key))
    tags = CustomerTag.objects.filter(customer__any_of=wanted)
    for customer, key in tags.values_list("customer_id", "tag__key"):
        states[customer].tags.add(key)
    entries = ConsentEntry.objects.filter(customer__any_of=wanted, purpose=Purpose.MARKETING)
    for customer, address, action in entries.values_list("customer_id", "address", "action"):
        states[customer].consented.add(address)
        withdrawn = action == ConsentAction.WITHDRAWN
        states[customer].has_withdrawn = states[customer].has_withdrawn or withdrawn
    return states


def _state(pk: int, fields: dict[str, Any]) -> PersonState:
    return PersonState(pk, fields, stored=dict(fields))


def withdrawn_addresses(addresses: Iterable[str]) -> set[str]:
    """Those of the addresses for which anybody ever took back consent to offers; one query,
    none where there are no addresses. Inside a transaction."""
    action, purpose = str(ConsentAction.WITHDRAWN), str(Purpose.MARKETING)
    rows = rows_by_keys(
        ConsentEntry, ["address"], key="address", keys=addresses, action=action, purpose=purpose
    )
    return {address for (address,) in rows}


def reserve_customers(count: int) -> Sequence[int]:
    """Ids for new customers."""
    return reserve_ids(Customer, count)


class PlannedPeople:
    """A dry run's notes on top of the file: nothing of them is ever written to it."""

    def __init__(self) -> None:
        self._last = 0
        self._notes = sqlite3.connect("", check_same_thread=False)
        self._notes.execute("PRAGMA journal_mode=OFF")
        self._notes.execute("CREATE TABLE states (customer INTEGER PRIMARY KEY, state TEXT)")
        self._notes.execute("CREATE TABLE contacts (kind TEXT, key TEXT, customer INTEGER)")
        self._notes.execute("CREATE INDEX contacts_by_key ON contacts (kind, key)")

    def owners(self, kind: str, keys: Sequence[str]) -> dict[str, list[int]]:
        """Owners on file, then planned ones."""
        owners = owners_on_file(kind, keys)
        planned = self._notes.execute(
            "SELECT key, customer FROM contacts"
            " WHERE kind = ? AND key IN (SELECT value FROM json_each(?))",
            (str(kind), json.dumps(list(keys))),
        )
        for key, customer in planned:
            owners.setdefault(key, []).append(customer)
        return owners

    def load(self, ids: Iterable[int]) -> dict[int, PersonState]:
        """States as they would be by now."""
        wanted = list(ids)
        noted = self._notes.execute(
            "SELECT state FROM states WHERE customer IN (SELECT value FROM json_each(?))",
            (json.dumps(wanted),),
        )
        planned = {state.pk: state for (text,) in noted if (state := _from_json(text))}
        return load_from_file(pk for pk in wanted if pk > 0 and pk not in planned) | planned

    def reserve(self, count: int) -> Sequence[int]:
        """Negative ids, which no customer on file has."""
        first = self._last - 1
        self._last -= count
        return range(first, self._last - 1, -1)

    def keep(self, states: Iterable[PersonState], now: datetime) -> None:
        """Note the states and their new contacts."""
        for state in states:
            contacts = [(new.kind, new.key, state.pk) for new in state.new_contacts]
            self._notes.executemany("INSERT INTO contacts VALUES (?, ?, ?)", contacts)
            self._notes.execute(
                "INSERT OR REPLACE INTO states VALUES (?, ?)", (state.pk, _to_json(state))
            )


def _to_json(state: PersonState) -> str:
    plain = asdict(PersonState(state.pk, state.fields, state.contacts, state.tags))
    plain |= {"consented": list(state.consented), "has_withdrawn": state.has_withdrawn}
    return json.dumps(
        plain, default=lambda value: list(value) if isinstance(value, set) else value.isoformat()
    )


def _from_json(text: str) -> PersonState:
    plain = json.loads(text)
    joined = plain["fields"].get("joined_on")
    plain["fields"]["joined_on"] = date.fromisoformat(joined) if joined else None
    return PersonState(
        plain["pk"],
        plain["fields"],
        {(kind, key) for kind, key in plain["contacts"]},
        set(plain["tags"]),
        set(plain["consented"]),
        plain["has_withdrawn"],
        stored=dict(plain["fields"]),
    )

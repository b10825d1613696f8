"""Which customer each row of a file is: by number, by e-mail, by phone and name."""

from collections.abc import Iterator, Sequence

from core.text import fold
from customers.models import IdentityKind
from customers.rules.people import Person
from customers.services.people_states import PersonState, StateStore, withdrawn_addresses


class Matching:
    """The customers of one batch of rows, found or newly planned; rows are taken in order."""

    def __init__(self, people: Sequence[Person], store: StateStore) -> None:
        externals = {person.external for person in people if person.external}
        emails = {person.email for person in people if person.email}
        phones = {person.phone for person in people if person.phone}
        self._external = _first(store.owners(IdentityKind.EXTERNAL, list(externals)))
        self._email = _first(store.owners(IdentityKind.EMAIL, list(emails)))
        self._phone = store.owners(IdentityKind.PHONE, list(phones))
        known = {*self._external.values(), *self._email.values()}
        known.update(pk for owners in self._phone.values() for pk in owners)
        self.states = store.load(known)
        consenting = [person for person in people if person.consent]
        addresses = {person.email or person.phone for person in consenting}
        self.withdrawn = withdrawn_addresses(addresses - {""})
        self.pairs: set[tuple[int, int]] = set()
        self.gave = False
        self._ids: Iterator[int] = iter(store.reserve(len(people)))

    def state_of(self, person: Person) -> PersonState:
        """The customer the row is, made where nobody fits."""
        pk = self._known(person)
        if pk is None:
            pk = next(self._ids)
            self.states[pk] = PersonState(pk, {}, is_new=True)
        return self.states[pk]

    def _known(self, person: Person) -> int | None:
        if person.external and person.external in self._external:
            return self._external[person.external]
        if person.email and person.email in self._email:
            owner = self._email[person.email]
            if not person.external or not self._has_number(owner):
                return owner
            return None
        if person.external or person.email:
            return None
        return self._by_phone(person)

    def _has_number(self, pk: int) -> bool:
        return any(kind == IdentityKind.EXTERNAL for kind, _key in self.states[pk].contacts)

    def _by_phone(self, person: Person) -> int | None:
        """A phone may be a family's: the name must be the same too."""
        for pk in self._phone.get(person.phone, []):
            fields = self.states[pk].fields
            name = f"{fields.get('last_name') or ''} {fields.get('first_name') or ''}"
            if fold(name) == person.name_key:
                return pk
        return None

    def give_contacts(self, person: Person, state: PersonState) -> None:
        """Add the row's number and e-mail to its customer; `gave` tells whether any was new.

        An e-mail that is another customer's stays theirs, and the pair is noted.
        """
        before = len(state.new_contacts)
        if person.external and person.external not in self._external:
            self._external[person.external] = state.pk
            state.add_contact(IdentityKind.EXTERNAL, person.external, person.external)
        if person.email:
            owner = self._email.setdefault(person.email, state.pk)
            if owner == state.pk:
                state.add_contact(IdentityKind.EMAIL, person.email, person.email_written)
            else:
                self.pairs.add((min(owner, state.pk), max(owner, state.pk)))
        if person.phone:
            owners = self._phone.setdefault(person.phone, [])
            if state.pk not in owners:
                owners.append(state.pk)
        self.gave = len(state.new_contacts) > before


def _first(owners: dict[str, list[int]]) -> dict[str, int]:
    return {key: ids[0] for key, ids in owners.items()}

"""Contacts: added, removed, put first."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError

from core.errors import Refused
from core.models import AuditEntry
from customers.models import Customer, Identity, PossibleDuplicate
from customers.services import identities
from customers.services.identities import (
    TakenByAnother,
    add_identity,
    make_primary,
    note_possible_duplicate,
    remove_identity,
)
from tests.factories.customers import NOON, CustomerFactory, IdentityFactory

pytestmark = pytest.mark.django_db


def add(customer: Customer, value: str, kind: str = "email") -> Identity:
    return add_identity(actor=None, customer=customer, kind=kind, value=value, now=NOON)


def primaries(customer: Customer) -> list[str]:
    return list(customer.identities.filter(is_primary=True).values_list("value", flat=True))


def test_the_first_of_a_kind_comes_first() -> None:
    customer = CustomerFactory()

    add(customer, "a@example.pl")
    add(customer, "b@example.pl")
    add(customer, "+48 600 123 456", "phone")

    assert primaries(customer) == ["a@example.pl", "+48 600 123 456"]
    assert AuditEntry.objects.filter(action="identity.added").count() == 3


def test_putting_one_first_puts_the_others_back() -> None:
    customer = CustomerFactory()
    add(customer, "a@example.pl")
    second = add(customer, "b@example.pl")

    make_primary(actor=None, identity=second)

    assert primaries(customer) == ["b@example.pl"]


def test_removing_the_first_leaves_the_oldest_first() -> None:
    customer = CustomerFactory()
    first = add(customer, "a@example.pl")
    add(customer, "b@example.pl")
    add(customer, "c@example.pl")

    remove_identity(actor=None, identity=first)

    assert primaries(customer) == ["b@example.pl"]
    assert AuditEntry.objects.get(action="identity.removed").details == {"kind": "email"}


def test_removing_another_changes_no_order() -> None:
    customer = CustomerFactory()
    add(customer, "a@example.pl")
    second = add(customer, "b@example.pl")

    remove_identity(actor=None, identity=second)

    assert primaries(customer) == ["a@example.pl"]


def test_the_same_contact_twice_is_refused() -> None:
    customer = CustomerFactory()
    add(customer, "a@example.pl")

    with pytest.raises(Refused) as refused:
        add(customer, "A@EXAMPLE.pl")

    assert not isinstance(refused.value, TakenByAnother)


def test_too_many_contacts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identities, "MOST_IDENTITIES", 1)
    customer = CustomerFactory()
    add(customer, "a@example.pl")

    with pytest.raises(Refused):
        add(customer, "b@example.pl")


def test_a_rival_who_was_faster_is_met_as_an_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    owner = IdentityFactory(value="a@example.pl").customer
    answers = iter([None, owner])
    monkeypatch.setattr(identities, "find_owner", lambda *a, **k: next(answers))

    with pytest.raises(TakenByAnother) as refused:
        add(CustomerFactory(), "a@example.pl")

    assert refused.value.owner == owner


def test_the_database_itself_refuses_a_second_owner() -> None:
    IdentityFactory(value="a@example.pl")

    with pytest.raises(IntegrityError):
        IdentityFactory(value="a@example.pl")


def test_a_pair_is_noted_once_whoever_comes_first() -> None:
    one, two = CustomerFactory(), CustomerFactory()

    for first, second in ((two, one), (one, two)):
        note_possible_duplicate(
            first=first, second=second, reason="phone", now=NOON + timedelta(days=1)
        )

    pair = PossibleDuplicate.objects.get()
    assert (pair.first, pair.second) == (one, two)


@pytest.mark.parametrize(
    ("country", "value", "key"),
    [("PL", "600 123 456", "+48600123456"), ("CZ", "601 123 456", "+420601123456")],
)
def test_a_phone_is_read_as_in_the_customers_country(country: str, value: str, key: str) -> None:
    customer = CustomerFactory(country=country)

    assert add(customer, value, "phone").key == key


@pytest.mark.parametrize("written", ["0048 600-100.200", "600100200", "+48 600 100 200"])
def test_a_national_number_is_the_same_phone_as_with_its_country(written: str) -> None:
    family = CustomerFactory()
    add(family, "+48600100200", "phone")
    customer = CustomerFactory()

    assert add(customer, written, "phone").key == "+48600100200"
    pair = PossibleDuplicate.objects.get()
    assert (pair.first, pair.second) == (family, customer)


def test_the_customers_country_comes_before_the_shops() -> None:
    assert add(CustomerFactory(country="CZ"), "777 123 456", "phone").key == "+420777123456"
    assert add(CustomerFactory(), "12345", "phone").key == "12345"


def test_the_migration_completes_national_numbers() -> None:
    alone = IdentityFactory(kind="phone", value="600 100 200", key="600100200")
    czech = IdentityFactory(
        customer__country="CZ", kind="phone", value="777123456", key="777123456"
    )
    both = IdentityFactory(kind="phone", value="600 100 300", key="600100300")
    IdentityFactory(customer=both.customer, kind="phone", value="+48600100300", is_primary=False)

    import_module("customers.migrations.0024_national_numbers")._complete(apps, None)

    keys = [Identity.objects.get(pk=row.pk).key for row in (alone, czech, both)]
    assert keys == ["+48600100200", "+420777123456", "600100300"]

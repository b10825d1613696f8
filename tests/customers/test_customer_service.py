"""Making and changing customers."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from core.errors import Refused
from core.models import AuditEntry
from customers.models import Customer, Identity, IdentityKind, PossibleDuplicate, Tag
from customers.reports import tag_names
from customers.services.customers import (
    ChangedMeanwhile,
    CustomerFields,
    create_customer,
    fields_of,
    update_customer,
)
from customers.services.identities import NewIdentity, TakenByAnother
from customers.services.tags import set_tags
from tests.factories.accounts import UserFactory
from tests.factories.customers import NOON, CustomerFactory, IdentityFactory

pytestmark = pytest.mark.django_db
EMAIL, PHONE = IdentityKind.EMAIL, IdentityKind.PHONE


def make(*identities: NewIdentity, tags: tuple[str, ...] = (), **fields: object) -> Customer:
    return create_customer(
        actor=None, now=NOON, fields=CustomerFields(**fields), identities=identities, tags=tags
    )


def test_a_name_and_one_contact_are_enough() -> None:
    clerk = UserFactory()

    made = create_customer(
        actor=clerk,
        now=NOON,
        fields=CustomerFields(first_name=" Łucja ", last_name="Nowak  Żak"),
        identities=[NewIdentity(EMAIL, "Lucja@Example.PL")],
    )

    assert (made.first_name, made.last_name) == ("Łucja", "Nowak Żak")
    assert made.name_key == "nowak zak lucja"
    assert made.joined_on == date(2026, 11, 21)
    identity = made.identities.get()
    assert (identity.key, identity.is_primary) == ("lucja@example.pl", True)
    entry = AuditEntry.objects.get(action="customer.created")
    assert (entry.actor, entry.object_id) == (clerk.label, str(made.pk))


def test_since_when_is_the_shops_day_not_greenwichs() -> None:
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)

    made = create_customer(actor=None, now=late, fields=CustomerFields(first_name="Anna"))

    assert made.joined_on == date(2026, 11, 22)


def test_nobody_at_all_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        make()

    assert refused.value.field == "first_name"
    assert not Customer.objects.exists()


def test_a_contact_without_a_name_is_accepted() -> None:
    assert make(NewIdentity(PHONE, "+48 600 123 456")).identities.count() == 1


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        (EMAIL, "anna@example.pl", " ANNA@example.pl"),
        (IdentityKind.EXTERNAL, "C-1", "C-1 "),
    ],
)
def test_a_second_owner_is_refused_and_nothing_is_made(
    kind: IdentityKind, first: str, second: str
) -> None:
    owner = make(NewIdentity(kind, first), first_name="Anna")

    with pytest.raises(TakenByAnother) as refused:
        make(NewIdentity(kind, second), first_name="Jan")

    assert refused.value.owner == owner
    assert refused.value.field == kind
    assert Customer.objects.count() == Identity.objects.count() == 1


def test_a_familys_phone_is_accepted_and_noted() -> None:
    anna = make(NewIdentity(PHONE, "+48 600 123 456"), first_name="Anna")
    jan = make(NewIdentity(PHONE, "600123456"), first_name="Jan", country="PL")

    pair = PossibleDuplicate.objects.get()

    assert (pair.first, pair.second, pair.reason) == (anna, jan, "phone")


@pytest.mark.parametrize(
    ("kind", "value"),
    [(EMAIL, "anna"), (PHONE, "twelve"), (EMAIL, "a" * 300 + "@b.pl"), (PHONE, "12")],
)
def test_what_is_no_contact_is_refused_beside_its_field(kind: IdentityKind, value: str) -> None:
    with pytest.raises(Refused) as refused:
        make(NewIdentity(kind, value), first_name="Anna")

    assert refused.value.field == kind
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    ("year", "month", "day", "field"),
    [
        (None, 4, 31, "birth_day"),
        (2001, 2, 29, "birth_day"),
        (None, None, 3, "birth_day"),
        (1985, None, None, "birth_day"),
        (2027, 1, 1, "birth_year"),
        (2026, 11, 22, "birth_year"),
        (1899, 1, 1, "birth_year"),
    ],
)
def test_impossible_birthdays_are_refused(
    year: int | None, month: int | None, day: int | None, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        make(first_name="Anna", birth_year=year, birth_month=month, birth_day=day)

    assert refused.value.field == field


@pytest.mark.parametrize(("year", "month", "day"), [(None, 2, 29), (2000, 2, 29), (None, 5, 3)])
def test_birthdays_may_lack_their_year(year: int | None, month: int, day: int) -> None:
    made = make(first_name="Anna", birth_year=year, birth_month=month, birth_day=day)

    made.refresh_from_db()
    assert (made.birth_year, made.birth_month, made.birth_day) == (year, month, day)


def test_nobody_joins_in_the_future() -> None:
    with pytest.raises(Refused) as refused:
        make(first_name="Anna", joined_on=date(2026, 11, 22))

    assert refused.value.field == "joined_on"


def test_two_spellings_are_one_tag() -> None:
    made = make(first_name="Anna", tags=("Ceramics", " ceramics", "Żaba", ""))

    assert tag_names(made) == ["Ceramics", "Żaba"]


@pytest.mark.parametrize("tags", [("x" * 61,), tuple(f"tag {n}" for n in range(31))])
def test_too_long_or_too_many_tags_are_refused(tags: tuple[str, ...]) -> None:
    with pytest.raises(Refused) as refused:
        make(first_name="Anna", tags=tags)

    assert refused.value.field == "tags"


def change(customer: Customer, seen_at: datetime | None = None, **changes: object) -> Customer:
    return update_customer(
        actor=None,
        now=NOON + timedelta(hours=1),
        customer=customer,
        fields=replace(fields_of(customer), **changes),
        seen_at=seen_at,
    )


def test_a_change_names_its_fields_in_the_audit_trail_but_not_their_values() -> None:
    customer = CustomerFactory()

    changed = change(customer, seen_at=customer.updated_at, city="Gdańsk", last_name="Żak")

    assert (changed.city, changed.name_key) == ("Gdańsk", "zak anna")
    assert changed.updated_at == NOON + timedelta(hours=1)
    details = AuditEntry.objects.get(action="customer.changed").details
    assert details == {"fields": ["city", "last_name"]}


def test_who_comes_second_is_told_and_overwrites_nothing() -> None:
    customer = CustomerFactory()
    opened = customer.updated_at
    change(customer, seen_at=opened, city="Gdańsk")

    with pytest.raises(ChangedMeanwhile) as refused:
        change(customer, seen_at=opened, city="Brno")

    assert refused.value.present.city == "Gdańsk"
    customer.refresh_from_db()
    assert customer.city == "Gdańsk"


def test_saving_without_a_change_leaves_no_trace() -> None:
    customer = CustomerFactory()

    change(customer, seen_at=customer.updated_at)

    customer.refresh_from_db()
    assert customer.updated_at < NOON
    assert not AuditEntry.objects.filter(action="customer.changed").exists()


def test_tags_alone_are_a_change() -> None:
    customer = CustomerFactory()

    update_customer(
        actor=None,
        now=NOON,
        customer=customer,
        fields=fields_of(customer),
        seen_at=None,
        tags=["blue"],
    )

    assert tag_names(customer) == ["blue"]
    assert AuditEntry.objects.get().details == {"fields": ["tags"]}


@pytest.mark.parametrize("name", ["Paris, France", "a|b", ",", "|"])
def test_a_tag_that_would_be_two_in_a_form_or_file_is_refused(name: str) -> None:
    with pytest.raises(Refused) as refused:
        set_tags(customer=CustomerFactory(), names=["vip", name])

    assert refused.value.field == "tags"
    assert not Tag.objects.exists()


def test_the_last_thing_known_about_somebody_cannot_be_taken() -> None:
    customer = CustomerFactory()

    with pytest.raises(Refused) as refused:
        change(customer, first_name="", last_name="")

    assert refused.value.field == "first_name"


def test_a_contact_is_enough_to_lose_the_name() -> None:
    identity = IdentityFactory()

    assert str(change(identity.customer, first_name="", last_name="")) == ""

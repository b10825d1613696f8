"""Making and editing a file over HTTP: nothing is lost, nothing is asked twice, nothing breaks."""

from collections.abc import Callable
from datetime import date
from itertools import product

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from customers.forms.customer import CustomerForm, initial_of
from customers.models import Customer, Identity, ImportantDate, PossibleDuplicate
from customers.reports import tag_names
from customers.services.tags import set_tags
from tests.factories.customers import CustomerFactory, IdentityFactory, ImportantDateFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
NEW = {"first_name": "Łucja", "email": "lucja@example.pl"}
NASTY = [
    "\x00",
    "\u202e",
    "🌱" * 200,
    "x" * 1_000_000,
    "٣٤",
    "1e400",
    "NaN",
    "-0",
    str(2**31),
    str(2**63),
    "../",
    "a\r\nb",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "' OR 1=1",
]


def post_new(client: Client, **changes: str) -> object:
    return client.post(reverse("customers:new"), NEW | changes)


def test_a_name_and_one_contact_make_a_file(sign_in: SignIn) -> None:
    response = post_new(sign_in("support"), tags="ceramics, blue", birth_day="3", birth_month="5")

    made = Customer.objects.get()
    assert response.headers["Location"] == reverse("customers:customer", args=[made.pk])
    assert (made.first_name, made.birth_day, made.birth_month) == ("Łucja", 3, 5)
    assert tag_names(made) == ["blue", "ceramics"]
    assert Identity.objects.get().value == "lucja@example.pl"


@pytest.mark.parametrize("missing", ["first_name", "email"])
def test_one_of_them_is_not_enough_and_nothing_is_lost(sign_in: SignIn, missing: str) -> None:
    response = post_new(sign_in("support"), **{missing: ""}, city="Gdańsk")

    assert response.status_code == 422
    assert missing in response.context["form"].errors
    assert "Gdańsk" in response.content.decode()
    assert not Customer.objects.exists()


def test_a_second_owner_of_an_address_is_linked(sign_in: SignIn) -> None:
    owner = IdentityFactory(value="lucja@example.pl").customer

    response = post_new(sign_in("support"))

    assert response.status_code == 422
    text = response.content.decode()
    assert f'<a href="/customers/{owner.pk}/">Anna Nowak</a>' in text
    assert Customer.objects.count() == 1


def test_a_name_with_markup_in_that_link_is_text(sign_in: SignIn) -> None:
    IdentityFactory(value="lucja@example.pl", customer=CustomerFactory(first_name="<script>"))

    text = post_new(sign_in("support")).content.decode()

    assert "&lt;script&gt; Nowak</a>" in text


@pytest.mark.parametrize("written", ["+48600123456", "600123456", "0048 600-123.456"])
def test_a_phone_of_somebody_else_warns(sign_in: SignIn, written: str) -> None:
    IdentityFactory(kind="phone", value="+48 600 123 456")

    response = sign_in("support").post(
        reverse("customers:new"), NEW | {"phone": written}, follow=True
    )

    assert "Anna Nowak has the same phone number." in response.content.decode()
    assert PossibleDuplicate.objects.count() == 1


@pytest.mark.parametrize("extension", ["wew. 12", "ext. 12", "kl. 12", "int. 12"])
def test_a_number_with_an_extension_is_taken_and_shown_as_it_was_written(
    sign_in: SignIn, extension: str
) -> None:
    client, written = sign_in("support"), f"+48 22 123 45 67 {extension}"

    response = client.post(reverse("customers:new"), NEW | {"phone": written}, follow=True)

    phone = Identity.objects.get(kind="phone")
    assert (phone.key, phone.value) == ("+48221234567", written)
    assert f'href="tel:+48221234567">{written}</a>' in response.content.decode()
    again = client.post(
        reverse("customers:contacts", args=[phone.customer_id]),
        {"kind": "phone", "value": "+48 22 123 45 67"},
    )
    assert "This customer has that contact already." in again.content.decode()


@pytest.mark.parametrize(
    ("query", "field", "value"),
    [
        ("email=a@b.pl", "email", "a@b.pl"),
        ("phone=600", "phone", "600"),
        ("name=Anna+Nowak+Kot", "last_name", "Nowak Kot"),
        ("name=Anna", "first_name", "Anna"),
    ],
)
def test_what_was_searched_for_is_not_asked_again(
    sign_in: SignIn, query: str, field: str, value: str
) -> None:
    form = sign_in("support").get(f"/customers/new/?{query}").context["form"]

    assert form[field].value() == value


TYPED = ("first_name", "email", "phone", "external", "tags", "birth_day", "birth_year")
TYPED += ("joined_on", "notes", "seen_at")
CHOSEN = ("birth_month", "owner", "branch", "language", "timezone", "country")
# A choice only asks whether it was offered, or is the number of a row.
NO_CHOICE = ("\x00", "x" * 1_000_000, "٣٤", "-0", str(2**63))


@pytest.mark.parametrize(("field", "text"), [*product(TYPED, NASTY), *product(CHOSEN, NO_CHOICE)])
def test_bad_input_is_never_a_server_error(sign_in: SignIn, field: str, text: str) -> None:
    response = post_new(sign_in("support"), **{field: text})

    assert response.status_code in {302, 400, 422}
    assert Customer.objects.count() == (response.status_code == 302)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("joined_on", "0001-01-01"),
        ("joined_on", "9999-12-31"),
        ("joined_on", "2026-02-31"),
        ("birth_year", "10000"),
        ("timezone", "Mars/Base"),
        ("owner", "999999"),
        ("owner", str(2**70)),
        ("country", "ZZ"),
        ("tags", ",".join("tag" + str(n) for n in range(31))),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(sign_in: SignIn, field: str, value: str) -> None:
    response = post_new(sign_in("support"), **{field: value})

    assert response.status_code == 422
    assert field in response.context["form"].errors


def as_text(values: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}


def as_posted(customer: Customer, **changes: object) -> dict[str, object]:
    initial = initial_of(customer, tag_names(customer)) | changes
    return {name: value for name, value in initial.items() if value is not None}


def test_an_edit_saves_what_changed_and_keeps_the_rest(sign_in: SignIn) -> None:
    customer = CustomerFactory(timezone="Europe/Prague", language="eo", notes="Likes blue")
    address = reverse("customers:edit", args=[customer.pk])

    response = sign_in("support").post(address, as_posted(customer, city="Brno"))

    assert response.status_code == 302
    customer.refresh_from_db()
    assert (customer.city, customer.language, customer.notes) == ("Brno", "eo", "Likes blue")


def test_who_comes_second_sees_what_changed_and_may_insist(sign_in: SignIn) -> None:
    customer = CustomerFactory()
    address = reverse("customers:edit", args=[customer.pk])
    stale = as_posted(customer, city="Brno")
    client = sign_in("support")
    client.post(address, as_posted(customer, city="Gdańsk"))

    told = client.post(address, stale)

    assert told.status_code == 422
    assert ("City", "Gdańsk") in told.context["meanwhile"]
    assert 'value="Brno"' in told.content.decode()
    seen = told.context["form"]["seen_at"].value()
    assert client.post(address, stale | {"seen_at": seen}).status_code == 302
    customer.refresh_from_db()
    assert customer.city == "Brno"


def test_who_comes_second_sees_the_tags_of_the_first(sign_in: SignIn) -> None:
    customer = CustomerFactory()
    set_tags(customer=customer, names=["Blue"])
    address = reverse("customers:edit", args=[customer.pk])
    stale, client = as_posted(customer, city="Brno"), sign_in("support")
    client.post(address, as_posted(customer, tags="blue, tea|vip"))

    told = client.post(address, stale)

    form = told.context["form"]
    assert told.context["meanwhile"] == []
    assert (form["city"].value(), form["tags"].value()) == ("Brno", "Blue, tea, vip")
    assert tag_names(customer) == ["Blue", "tea", "vip"]


def test_fields_left_alone_take_what_is_on_file_and_only_clashes_are_told(
    sign_in: SignIn, cast: dict[str, User]
) -> None:
    customer = CustomerFactory(notes="one\ntwo", city="Kraków", joined_on=date(2024, 5, 1))
    set_tags(customer=customer, names=["vip"])
    address = reverse("customers:edit", args=[customer.pk])
    mine = {"city": "Brno", "first_name": "Ania", "tags": "vip, tea", "notes": "one\r\ntwo"}
    stale, client = as_posted(customer, **mine), sign_in("support")
    theirs = {"city": "Gdańsk", "last_name": "Lis", "tags": "vip, gold", "birth_day": 3}
    theirs |= {"birth_month": 5, "owner": cast["manager"].pk, "joined_on": "2024-06-01"}
    client.post(address, as_posted(customer, **theirs))

    told = client.post(address, stale)

    assert told.context["meanwhile"] == [("City", "Gdańsk"), ("Tags", "gold, vip")]
    again = {field.name: field.value() for field in told.context["form"]}
    assert client.post(address, as_text(again)).status_code == 302
    customer.refresh_from_db()
    assert (customer.first_name, customer.last_name, customer.city) == ("Ania", "Lis", "Brno")
    assert (customer.birth_day, customer.birth_month) == (3, 5)
    assert (customer.owner, customer.joined_on) == (cast["manager"], date(2024, 6, 1))
    assert tag_names(customer) == ["tea", "vip"]


def test_a_form_that_does_not_say_what_it_showed_is_told_of_all_that_differs(
    sign_in: SignIn,
) -> None:
    customer = CustomerFactory()
    address = reverse("customers:edit", args=[customer.pk])
    bare = as_posted(customer, city="Brno", seen_at=customer.updated_at.isoformat())
    client = sign_in("support")
    client.post(address, as_posted(customer, last_name="Lis"))

    told = client.post(address, bare)

    assert told.context["meanwhile"] == [("Last name", "Lis"), ("City", "")]


@pytest.mark.parametrize("seen", ["x", "2026-01-01", "2026-13-01T00:00:00+00:00"])
def test_a_broken_token_is_refused(seen: str) -> None:
    form = CustomerForm({"first_name": "Anna", "seen_at": seen})

    assert not form.is_valid()
    assert "seen_at" in form.errors


def test_fields_that_are_not_the_forms_change_nothing(sign_in: SignIn) -> None:
    customer = CustomerFactory()
    extra = {"name_key": "evil", "id": "1", "created_at": "2000-01-01", "updated_at": "x"}

    sign_in("support").post(
        reverse("customers:edit", args=[customer.pk]), as_posted(customer, **extra)
    )

    before = customer.created_at
    customer.refresh_from_db()
    assert (customer.name_key, customer.created_at) == ("nowak anna", before)


def test_contacts_are_added_put_first_and_removed(sign_in: SignIn) -> None:
    first = IdentityFactory(value="a@example.pl")
    customer, client = first.customer, sign_in("support")
    address = reverse("customers:contacts", args=[customer.pk])

    client.post(address, {"kind": "email", "value": "b@example.pl"})
    second = Identity.objects.get(key="b@example.pl")
    client.post(reverse("customers:contact_primary", args=[customer.pk, second.pk]))
    client.post(reverse("customers:contact_remove", args=[customer.pk, first.pk]))

    left = customer.identities.get()
    assert (left, left.is_primary) == (second, True)
    assert "b@example.pl" in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("kind", "value"),
    [("email", "x"), ("phone", "x"), ("pigeon", "a@b.pl"), ("email", ""), ("email", "\x00@b.pl")],
)
def test_what_is_no_contact_is_refused(sign_in: SignIn, kind: str, value: str) -> None:
    address = reverse("customers:contacts", args=[CustomerFactory().pk])

    response = sign_in("support").post(address, {"kind": kind, "value": value})

    assert response.status_code == 422
    assert not Identity.objects.exists()


@pytest.mark.parametrize("act", ["contact_remove", "contact_primary"])
def test_another_customers_contact_is_not_found(sign_in: SignIn, act: str) -> None:
    foreign = IdentityFactory(is_primary=False)
    address = reverse(f"customers:{act}", args=[CustomerFactory().pk, foreign.pk])

    assert sign_in("support").post(address).status_code == 404
    foreign.refresh_from_db()
    assert not foreign.is_primary


def test_dates_are_added_and_removed(sign_in: SignIn) -> None:
    customer, client = CustomerFactory(), sign_in("support")
    address = reverse("customers:dates", args=[customer.pk])

    client.post(address, {"label": "Name day", "day": "29", "month": "2"})
    row = ImportantDate.objects.get()
    assert "29 February" in client.get(address).content.decode()
    client.post(reverse("customers:date_remove", args=[customer.pk, row.pk]))

    assert not ImportantDate.objects.exists()


@pytest.mark.parametrize(("day", "month"), [("31", "4"), ("0", "1"), ("x", "1"), ("1", "13")])
def test_days_not_in_the_calendar_are_refused(sign_in: SignIn, day: str, month: str) -> None:
    address = reverse("customers:dates", args=[CustomerFactory().pk])

    response = sign_in("support").post(address, {"label": "x", "day": day, "month": month})

    assert response.status_code == 422


def test_another_customers_date_is_not_found(sign_in: SignIn) -> None:
    foreign = ImportantDateFactory()
    address = reverse("customers:date_remove", args=[CustomerFactory().pk, foreign.pk])

    assert sign_in("support").post(address).status_code == 404
    assert ImportantDate.objects.count() == 1

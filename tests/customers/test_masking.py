"""What a marketer sees of contact data."""

import pytest

from accounts.models import Role, User
from customers import masking
from customers.models import Customer, Identity

MARKETER, SUPPORT = User(role=Role.MARKETER), User(role=Role.SUPPORT)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("jana@example.pl", "j•••@example.pl"),
        ("@example.pl", "•••@example.pl"),
        ("no address", "•••"),
        ("a@b@example.pl", "a•••@example.pl"),
    ],
)
def test_emails_keep_a_letter_and_the_domain(value: str, expected: str) -> None:
    assert masking.mask_email(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("+48 600 123 456", "•••56"), ("1234", "•••"), ("", "•••"), ("12345", "•••45")],
)
def test_phones_keep_two_digits(value: str, expected: str) -> None:
    assert masking.mask_phone(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("", ""), ("a@b.pl", "a•••@b.pl"), ("+48600123456", "•••56")]
)
def test_addresses_of_consents_are_masked_by_their_kind(value: str, expected: str) -> None:
    assert masking.mask_address(value) == expected


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.MANAGER, Role.ADMIN])
def test_others_see_everything(role: Role) -> None:
    user = User(role=role)

    assert masking.sees_contacts(user)
    assert masking.sees_internal(user)
    assert masking.shown_address(user, "jana@example.pl") == "jana@example.pl"


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("email", "jana@example.pl", "j•••@example.pl"),
        ("phone", "600 123 456", "•••56"),
        ("external", "C-117", "C-117"),
        ("external", "jana@example.pl", "j•••@example.pl"),
    ],
)
def test_contacts_are_masked_by_their_kind(kind: str, value: str, expected: str) -> None:
    identity = Identity(kind=kind, value=value)

    assert masking.shown_identity(MARKETER, identity) == expected
    assert masking.shown_identity(SUPPORT, identity) == value


@pytest.mark.parametrize(
    ("customer", "contact", "user", "expected"),
    [
        (Customer(pk=7, first_name="Anna"), "a@b.pl", MARKETER, "Anna"),
        (Customer(pk=7), "anna@b.pl", MARKETER, "a•••@b.pl"),
        (Customer(pk=7), "anna@b.pl", SUPPORT, "anna@b.pl"),
        (Customer(pk=7), "", SUPPORT, "№ 7"),
        (Customer(pk=7), Identity(kind="external", value="C-117"), MARKETER, "C-117"),
        (Customer(pk=7), Identity(kind="external", value="a@b.pl"), MARKETER, "a•••@b.pl"),
        (Customer(pk=7), Identity(kind="phone", value="600123456"), MARKETER, "•••56"),
        (Customer(pk=7), Identity(kind="email", value="anna@b.pl"), SUPPORT, "anna@b.pl"),
    ],
)
def test_a_name_is_never_missing(
    customer: Customer, contact: Identity | str, user: User, expected: str
) -> None:
    assert masking.shown_name(user, customer, contact) == expected

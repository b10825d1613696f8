"""The product does not start where suppressed addresses would not be found."""

import pytest

from customers.checks import address_key_fits
from customers.services.suppressions import forget_address
from tests.factories.permission import SuppressionFactory

pytestmark = pytest.mark.django_db


def errors() -> list[str | None]:
    return [error.id for error in address_key_fits(databases=["default"])]


def test_with_its_own_key_it_starts(settings) -> None:
    assert errors() == []
    SuppressionFactory()
    assert errors() == []


def test_with_another_key_it_does_not(settings) -> None:
    SuppressionFactory()

    settings.ADDRESS_KEY = "another"

    assert errors() == ["customers.E001"]
    assert address_key_fits(databases=None) == []


def test_where_only_keys_are_left_nothing_can_be_said(settings) -> None:
    SuppressionFactory()
    forget_address(address="anna@example.pl")

    settings.ADDRESS_KEY = "another"

    assert errors() == []

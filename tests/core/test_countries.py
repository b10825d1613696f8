"""The shop's country, read from its zone or else its currency."""

import pytest

from core.countries import country_of


@pytest.mark.parametrize(
    ("timezone", "currency", "country"),
    [
        ("Europe/Warsaw", "EUR", "PL"),
        ("Europe/Prague", "CZK", "CZ"),
        ("Europe/Bucharest", "RON", "RO"),
        ("Poland", "", "PL"),
        ("Asia/Calcutta", "INR", "IN"),
        ("UTC", "PLN", "PL"),
        ("Etc/UTC", "CZK", "CZ"),
        ("UTC", "EUR", ""),
        ("UTC", "XXX", ""),
        ("", "", ""),
    ],
)
def test_the_zone_says_it_else_the_currency(timezone: str, currency: str, country: str) -> None:
    assert country_of(timezone, currency) == country

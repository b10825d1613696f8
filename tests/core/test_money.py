from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import (
    Money,
    known_currencies,
    major_text,
    minor_digits,
    plain_sign,
    to_major,
    to_minor,
)


@pytest.mark.parametrize(
    ("currency", "digits"), [("PLN", 2), ("CZK", 2), ("RON", 2), ("JPY", 0), ("KWD", 3)]
)
def test_minor_digits_follow_iso_4217(currency: str, digits: int) -> None:
    assert minor_digits(currency) == digits


@pytest.mark.parametrize(
    ("currency", "sign"),
    [("USD", "$"), ("CAD", "$"), ("EUR", "€"), ("GBP", "£"), ("PLN", ""), ("XAF", "")],
)
def test_a_plain_sign_is_what_is_no_letter(currency: str, sign: str) -> None:
    assert plain_sign(currency) == sign


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("79.99", "PLN", 7999),
        ("0.005", "PLN", 1),
        ("0.0049", "PLN", 0),
        ("2.345", "EUR", 235),
        ("-2.345", "EUR", -235),
        ("100.5", "JPY", 101),
        ("1.2345", "KWD", 1235),
    ],
)
def test_to_minor_rounds_once_half_up(amount: str, currency: str, minor: int) -> None:
    assert to_minor(Decimal(amount), currency) == minor


@given(st.integers(-(10**15), 10**15), st.sampled_from(["PLN", "JPY", "KWD"]))
def test_minor_and_major_round_trip(minor: int, currency: str) -> None:
    assert to_minor(to_major(minor, currency), currency) == minor


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (7999, "PLN", "79.99"),
        (0, "PLN", "0.00"),
        (-5, "PLN", "-0.05"),
        (100, "JPY", "100"),
        (10**12, "EUR", "10000000000.00"),
    ],
)
def test_major_text_is_plain(minor: int, currency: str, text: str) -> None:
    assert major_text(minor, currency) == text


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("pl", "4\xa0218,40\xa0zł"),
        ("cs", "4\xa0218,40\xa0PLN"),
        ("ro", "4.218,40\xa0PLN"),
        ("en_GB", "PLN\xa04,218.40"),
    ],
)
def test_money_is_shown_in_the_readers_locale(locale: str, text: str) -> None:
    assert Money(421840, "PLN").display(locale) == text


def test_known_currencies_hold_the_four_first() -> None:
    assert {"PLN", "CZK", "RON", "EUR"} <= known_currencies()
    assert "XYZ" not in known_currencies()

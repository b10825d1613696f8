from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.rules.flaws import Flaw
from customers.rules.numbers import Mark, parse_number, proof, unit_of, written_unit

POINT, COMMA = Mark.POINT, Mark.COMMA


@pytest.mark.parametrize(
    ("written", "value", "proved"),
    [
        ("0", "0", None),
        ("139", "139", None),
        ("139.12", "139.12", POINT),
        ("139,12", "139.12", COMMA),
        ("12,5", "12.5", COMMA),
        ("1234.567", "1234.567", POINT),
        ("0.125", "0.125", POINT),
        ("0,125", "0.125", COMMA),
        (".5", "0.5", POINT),
        ("1.234,56", "1234.56", COMMA),
        ("1,234.56", "1234.56", POINT),
        ("1.234.567", "1234567", COMMA),
        ("1,234,567.8", "1234567.8", POINT),
        ("1 234", "1234", None),
        ("1 234,5", "1234.5", COMMA),
        ("1\u00a0234,567", "1234.567", COMMA),
        ("1\u202f234.50", "1234.50", POINT),
        ("1'234.50", "1234.50", POINT),
        ("-5", "-5", None),
        ("- 5,00", "-5.00", COMMA),
        ("\u22125", "-5", None),
        ("(12,50)", "-12.50", COMMA),
        ("+7.25", "7.25", POINT),
        ("12,50 zł", "12.50", COMMA),
        ("€ 12.00", "12.00", POINT),
        ("-12.00 €", "-12.00", POINT),
        ("100,- Kč", "100", None),
        ("PLN 1 234,50", "1234.50", COMMA),
    ],
)
def test_a_number_that_means_one_thing_is_read(written, value, proved):
    assert parse_number(written) == Decimal(value)
    assert proof(written) == proved


@pytest.mark.parametrize("written", ["1.234", "1,234", "12.345", "123,456", "-1.234", "1.234 zł"])
def test_a_number_that_could_mean_two_things_is_refused(written):
    with pytest.raises(Flaw) as caught:
        parse_number(written)

    assert caught.value.code == "ambiguous_number"
    assert proof(written) is None


@pytest.mark.parametrize(
    ("written", "mark", "value"),
    [
        ("1.234", POINT, "1.234"),
        ("1.234", COMMA, "1234"),
        ("1,234", COMMA, "1.234"),
        ("1,234", POINT, "1234"),
        ("12,50", POINT, "12.50"),
    ],
)
def test_the_column_decides_where_the_value_does_not(written, mark, value):
    assert parse_number(written, mark) == Decimal(value)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "-",
        "abc",
        "NaN",
        "inf",
        "1e400",
        "1e5",
        "0x10",
        "٣٤",
        "１２",
        "--5",
        "(-5)",
        "5.",
        "1,2,3",
        "1.23.45",
        "12,5.3",
        "1,00,000.00",
        "1 23",
        "1,234,56",
        "12.50 zł zł",
        "zł 12.50 zł",
        "=1+1",
        "1\x00",
        "9" * 5000,
    ],
)
def test_what_is_no_number_is_refused(written):
    with pytest.raises(Flaw) as caught:
        parse_number(written)

    assert caught.value.code in {"not_a_number", "number_too_long"}


@pytest.mark.parametrize("written", ["1" * 16, "0.1234567890123456789"])
def test_too_many_digits_are_refused(written):
    with pytest.raises(Flaw, match="number_too_long"):
        parse_number(written)


@pytest.mark.parametrize(
    ("written", "currency"),
    [
        ("12.50", ""),
        ("12,50 zł", "PLN"),
        ("12 Kč", "CZK"),
        ("12,00 lei", "RON"),
        ("€12", "EUR"),
        ("£1.50", "GBP"),
        ("12 usd", "USD"),
        ("$12", ""),
    ],
)
def test_a_sign_beside_the_digits_names_its_currency(written, currency):
    assert unit_of(written_unit(written)) == currency


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("12.50", ""),
        ("12,50", ""),
        ("12,50 Zł.", "zł"),
        ("$12,50", "$"),
        ("120,5x", "x"),
        ("EUR 5", "eur"),
    ],
)
def test_what_is_written_beside_the_digits_is_kept_apart(written, unit):
    assert written_unit(written) == unit


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_two_decimals_read_back_in_either_convention(value):
    with_point = f"{value:,.2f}"
    with_comma = with_point.translate(str.maketrans(",.", ".,"))

    assert parse_number(with_point) == value
    assert parse_number(with_comma) == value


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text):
    try:
        value = parse_number(text)
    except Flaw:
        return

    assert value.is_finite()
    assert any(char in "0123456789" for char in text)

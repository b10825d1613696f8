"""Numbers are read where they can mean one thing, and refused where they can mean two."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.rules.flaws import Flaw
from customers.rules.numbers import (
    CURRENCY_OF_UNIT,
    LONGEST,
    Mark,
    parse_number,
    proof,
    unit_of,
    written_unit,
)
from tests.customers.rules.files import outcome

POINT, COMMA = Mark.POINT, Mark.COMMA
NBSP, NARROW, THIN, FIGURE = "\u00a0", "\u202f", "\u2009", "\u2007"
# What is written, its value, and the decimal mark that it proves.
CLEAR = [
    ("0", "0", None),
    ("7", "7", None),
    ("007", "7", None),
    ("1234", "1234", None),
    ("999999999999999", "999999999999999", None),
    ("12.5", "12.5", POINT),
    ("12.50", "12.50", POINT),
    ("12,5", "12.5", COMMA),
    ("12,50", "12.50", COMMA),
    ("0.125", "0.125", POINT),
    ("0,125", "0.125", COMMA),
    ("00.125", "0.125", POINT),
    ("1234.567", "1234.567", POINT),
    ("1234,567", "1234.567", COMMA),
    ("12.3456", "12.3456", POINT),
    ("12,3456", "12.3456", COMMA),
    (".5", "0.5", POINT),
    (",5", "0.5", COMMA),
    (".500", "0.500", POINT),
    ("1.234,56", "1234.56", COMMA),
    ("1,234.56", "1234.56", POINT),
    ("1.234.567,8", "1234567.8", COMMA),
    ("1,234,567.8", "1234567.8", POINT),
    ("1.234,567", "1234.567", COMMA),
    ("1,234.567", "1234.567", POINT),
    ("1.234.567", "1234567", COMMA),
    ("1,234,567", "1234567", POINT),
    ("1 234", "1234", None),
    ("1 234 567", "1234567", None),
    ("1 234,50", "1234.50", COMMA),
    ("1 234.50", "1234.50", POINT),
    ("1 234,567", "1234.567", COMMA),
    (f"1{NBSP}234,50", "1234.50", COMMA),
    (f"1{NARROW}234,50", "1234.50", COMMA),
    (f"1{THIN}234{THIN}567,50", "1234567.50", COMMA),
    (f"1{FIGURE}234,50", "1234.50", COMMA),
    ("1'234.50", "1234.50", POINT),
    ("1'234'567", "1234567", None),
    ("12,-", "12", None),
    ("1 299,-", "1299", None),
]


@pytest.mark.parametrize(("text", "value", "mark"), CLEAR)
def test_a_clear_number_is_read_and_proves_its_mark(text, value, mark):
    assert parse_number(text) == Decimal(value)
    assert proof(text) is mark


@pytest.mark.parametrize(("text", "value", "mark"), CLEAR)
def test_a_minus_makes_it_negative_and_proves_no_less(text, value, mark):
    negatives = [before + text for before in ("-", "\u2212", "- ", "  -")]

    assert {parse_number(negative) for negative in negatives} == {-Decimal(value)}
    assert {proof(negative) for negative in negatives} == {mark}


@pytest.mark.parametrize(("text", "value", "mark"), CLEAR)
def test_what_the_column_proves_changes_no_clear_number(text, value, mark):
    assert {parse_number(text, column) for column in (None, POINT, COMMA)} == {Decimal(value)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(12.50)", "-12.50"),
        ("(1 234,50)", "-1234.50"),
        ("( 5 )", "-5"),
        ("(12,50 zł)", "-12.50"),
        ("+5", "5"),
        ("+ 5,25", "5.25"),
        ("  5.25\t", "5.25"),
        (f"{NBSP}5{NBSP}", "5"),
        ("-0", "0"),
        ("-0.00", "0"),
        ("PLN -5", "-5"),
        ("-5 PLN", "-5"),
        ("-£5.25", "-5.25"),
        ("£-5.25", "-5.25"),
        ("($5.25)", "-5.25"),
    ],
)
def test_signs_stand_where_people_put_them(text, value):
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "as_point", "as_comma"),
    [
        ("1.234", "1.234", "1234"),
        ("1,234", "1234", "1.234"),
        ("12.345", "12.345", "12345"),
        ("123,456", "123456", "123.456"),
        ("-1.234", "-1.234", "-1234"),
        ("(1,000)", "-1000", "-1"),
        ("1.000 zł", "1", "1000"),
        ("£2,500", "2500", "2.5"),
    ],
)
def test_three_digits_after_one_mark_are_read_only_as_the_column_proves(text, as_point, as_comma):
    assert proof(text) is None
    assert outcome(parse_number, text) == "ambiguous_number"
    assert parse_number(text, POINT) == Decimal(as_point)
    assert parse_number(text, COMMA) == Decimal(as_comma)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "abc",
        "-",
        ".",
        ",",
        "()",
        "--5",
        "-(5)",
        "(-5)",
        "+-5",
        "5-",
        "5 -",
        "1e5",
        "1e400",
        "1E+400",
        "-1e-400",
        "NaN",
        "nan",
        "sNaN",
        "Infinity",
        "-inf",
        "0x10",
        "1_000",
        "1/2",
        "5%",
        "=1+1",
        "1;2",
        "5.",
        "5,",
        "1..5",
        "1.,5",
        "1.kg",
        "1.x5",
        "1.5x5",
        "1.2.3",
        "1.23.456",
        "1,23,456.00",
        "1234.567.890",
        "1.234,567,8",
        "1,234.567.8",
        "1.234.56",
        "12 34",
        "1 23 456",
        "1 234'567",
        "1'23",
        "' 5",
        "٣٤",
        "１２",
        "Ⅻ",
        "²",
        "1\x002",
        "5\ud800",
        "abcd 5",
        "5 zlotych",
        "zł 5 zł",
        "2011-01-01",
        "8:26",
        "1" * (LONGEST + 1),
        "1" * 1_000_000,
        " ".join(["123"] * 20_000),
    ],
)
def test_what_is_no_number_is_refused_whatever_the_column_proves(text):
    codes = {outcome(parse_number, text, mark) for mark in (None, POINT, COMMA)}

    assert codes == {"not_a_number"}
    assert proof(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1000000000000000", "number_too_long"),
        ("1 000 000 000 000 000", "number_too_long"),
        ("-9223372036854775808", "number_too_long"),
        ("0000000000000000000000001", Decimal(1)),
        ("0.123456789012345678", Decimal("0.123456789012345678")),
        ("0.1234567890123456789", "number_too_long"),
        ("0,1234567890123456789", "number_too_long"),
        ("15.299999999999999", Decimal("15.299999999999999")),
        ("0.30000000000000004", Decimal("0.30000000000000004")),
        ("0,30000000000000004", Decimal("0.30000000000000004")),
        ("-3.3333333333333335", Decimal("-3.3333333333333335")),
        ("7.949999999999999", Decimal("7.949999999999999")),
    ],
)
def test_digits_are_bounded_but_the_noise_of_binary_numbers_is_not_too_much(text, expected):
    assert outcome(parse_number, text) == expected


@pytest.mark.parametrize(
    ("text", "currency", "value"),
    [
        ("12,50 zł", "PLN", "12.50"),
        ("12,50zł", "PLN", "12.50"),
        ("12.50 PLN", "PLN", "12.50"),
        ("PLN 12.50", "PLN", "12.50"),
        ("pln12.50", "PLN", "12.50"),
        ("1 234,50 Kč", "CZK", "1234.50"),
        ("1 299,- Kč", "CZK", "1299"),
        ("99 kc", "CZK", "99"),
        ("45,90 lei", "RON", "45.90"),
        ("1 leu", "RON", "1"),
        ("45.90 RON", "RON", "45.90"),
        ("€12,50", "EUR", "12.50"),
        ("12,50 €", "EUR", "12.50"),
        ("£2.55", "GBP", "2.55"),
        ("GBP2.55", "GBP", "2.55"),
        ("$2.55", "", "2.55"),
        ("12 kr", "", "12"),
        ("12 Ft.", "HUF", "12"),
        ("5 kg", "", "5"),
        ("12.50", "", "12.50"),
        ("-12,50", "", "-12.50"),
        ("₴5,50", "UAH", "5.50"),
    ],
)
def test_a_unit_beside_the_digits_names_its_currency_for_certain_or_not_at_all(
    text, currency, value
):
    assert unit_of(written_unit(text)) == currency
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize(
    ("unit", "currency"),
    [
        ("zł", "PLN"),
        ("zl", "PLN"),
        ("kč", "CZK"),
        ("lei", "RON"),
        ("leu", "RON"),
        ("€", "EUR"),
        ("eur", "EUR"),
        ("usd", "USD"),
        ("zlo", "ZLO"),
        ("łód", ""),
        ("$", ""),
        ("kr", ""),
        ("№", ""),
        ("", ""),
    ],
)
def test_three_letters_are_a_code_unless_they_are_a_word(unit, currency):
    assert unit_of(unit) == currency


def test_each_word_names_a_code():
    assert all(len(code) == 3 and code.isupper() for code in CURRENCY_OF_UNIT.values())


@pytest.mark.parametrize(("mark", "other"), [(POINT, COMMA), (COMMA, POINT)])
def test_the_other_mark_groups(mark, other):
    assert mark.other is other


amounts = st.integers(-(10**14), 10**14).map(lambda minor: Decimal(minor).scaleb(-2))
# Python's format types for grouping, put into the writing of five countries.
STYLES = {
    "plain": ("", "."),
    "warsaw": (NBSP, ","),
    "london": (",", "."),
    "bucharest": (".", ","),
    "zurich": ("'", "."),
}


def written(amount, group, mark):
    text = f"{amount:,.2f}"
    return text.translate({ord(","): group, ord("."): mark})


@given(amounts, st.sampled_from(sorted(STYLES)))
def test_amounts_come_back_from_the_writing_of_any_country(amount, country):
    group, mark = STYLES[country]

    text = written(amount, group, mark)

    assert parse_number(text) == amount
    assert proof(text) is Mark(mark)


@given(amounts, st.sampled_from(sorted(STYLES)), st.sampled_from(["zł", "Kč", "lei", "€", "GBP"]))
def test_a_unit_changes_no_value(amount, country, unit):
    text = written(amount, *STYLES[country])

    assert parse_number(f"{text} {unit}") == amount
    assert unit_of(written_unit(f"{text} {unit}")) == unit_of(unit.lower())


@given(st.text(max_size=30) | st.text(alphabet="0123456789.,' -+()e\u2212zł", max_size=14))
def test_any_text_is_a_number_or_refused_by_name(text):
    for mark in (None, POINT, COMMA):
        result = outcome(parse_number, text, mark)

        assert result in {"not_a_number", "ambiguous_number", "number_too_long"} or (
            result.is_finite() and abs(result) < 10**15
        )


@given(st.text(alphabet="0123456789., '-", max_size=12))
def test_a_number_that_proves_its_mark_needs_no_column(text):
    proved = proof(text)

    if proved is not None:
        assert outcome(parse_number, text) == outcome(parse_number, text, proved)
        assert outcome(parse_number, text) == outcome(parse_number, text, proved.other)


@given(st.text(alphabet="0123456789.,", max_size=10))
def test_a_column_settles_every_ambiguity(text):
    if outcome(parse_number, text) == "ambiguous_number":
        readings = {parse_number(text, mark) for mark in Mark}

        assert len(readings) == 2
        assert max(readings) == 1000 * min(readings)


@settings(max_examples=40)
@given(st.text(max_size=20))
def test_a_unit_is_looked_for_without_other_errors(text):
    try:
        currency = unit_of(written_unit(text))
    except Flaw:
        currency = ""

    assert currency == "" or (len(currency) == 3 and currency.isupper())

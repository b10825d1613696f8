"""Months in addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.rules.month_texts import month_from_text, month_text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2011-03", 24134),
        ("1900-01", 22800),
        ("2999-12", 35999),
        ("2011-13", None),
        ("2011-00", None),
        ("2011-3", None),
        ("1899-12", None),
        ("3000-01", None),
        ("0000-01", None),
        ("", None),
        ("2011-03 ", None),
        ("2011-03\n", None),
        ("٢٠١١-٠٣", None),
        ("-2011-03", None),
        ("2011-03-01", None),
    ],
)
def test_months_are_read_strictly(text: str, number: int | None) -> None:
    assert month_from_text(text) == number


@given(st.integers(22800, 35999))
def test_what_is_written_is_read_back(number: int) -> None:
    assert month_from_text(month_text(number)) == number


@given(st.text())
def test_any_text_is_a_month_or_none(text: str) -> None:
    number = month_from_text(text)

    assert number is None or month_text(number) == text

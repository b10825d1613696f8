"""CSV writing: nothing that runs, nothing that is lost."""

import csv
import io
import itertools
import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.csv_writing import (
    MARK,
    ROWS_AT_ONCE,
    cell_text,
    csv_blocks,
    escape,
    unescape,
)
from core.downloads import csv_response

DANGEROUS = [
    "=1+1",
    "+48 600",
    "-5",
    "@cmd",
    "\tx",
    "\rx",
    "\nx",
    "\x00x",
    "＝1",
    "＋1",
    "－1",
    "＠a",
]


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_that_could_run_gets_an_apostrophe(text: str) -> None:
    assert escape(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Anna", "a=b", " =1", "'", "''", "'Anna", "O'Brien", "5-3"])
def test_harmless_text_stays(text: str) -> None:
    assert escape(text) == text
    assert unescape(text) == text


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("a;=1+1", "a;'=1+1"),
        ("a,=1+1", "a,'=1+1"),
        ("a\t@cmd", "a\t'@cmd"),
        ("a\n=1\r\n+2\r-3", "a\n'=1\r\n'+2\r'-3"),
        ('a;"=1+1"', 'a;"\'=1+1"'),
        ("a;'=1", "a;''=1"),
        ("=a;=b;b=c", "'=a;'=b;b=c"),
        ("a;＝1", "a;'＝1"),
        ("a; =1, -2", "a; =1, -2"),
        ("5-3;4=4", "5-3;4=4"),
    ],
)
def test_a_sign_where_another_country_begins_a_cell_gets_one_too(text: str, cell: str) -> None:
    assert escape(text) == cell
    assert unescape(cell) == text


@given(
    st.text(alphabet="'=+-@;,\"\t\r\n＝a ", max_size=12),
    st.sampled_from([",", ";", "\t"]),
    st.booleans(),
)
def test_no_spreadsheet_begins_a_cell_with_a_sign(text: str, separator: str, quotes: bool) -> None:
    block = "".join(csv_blocks(["n"], [["x", text]])).split("\r\n", 1)[1]
    quoting = csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE
    rows = csv.reader(io.StringIO(block, newline=""), delimiter=separator, quoting=quoting)

    for cell in itertools.chain.from_iterable(rows):
        assert not re.match("[=+\\-@＝]", cell.lstrip('"')), block


def test_an_apostrophe_that_was_there_is_kept_apart_from_ours() -> None:
    assert escape("'=1") == "''=1"
    assert unescape("''=1") == "'=1"
    assert unescape("'=1") == "=1"


@given(st.text(alphabet="'=+-@;,\"\t\r\n\x00＝a ", max_size=12) | st.text(max_size=20))
def test_unescape_is_the_inverse_of_escape(text: str) -> None:
    assert unescape(escape(text)) == text


@given(st.text(alphabet="'=+-@\t\r\n\x00＝a ", min_size=1, max_size=8))
def test_no_escaped_text_begins_with_a_sign(text: str) -> None:
    assert escape(text)[0] not in "=+-@\t\r\n\x00＝"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (0, "0"),
        (-5, "-5"),
        (Decimal("-79.90"), "-79.90"),
        (Decimal("1E+3"), "1000"),
        (True, "true"),
        (False, "false"),
        (date(2026, 2, 28), "2026-02-28"),
        (datetime(2026, 2, 28, 9, 30, tzinfo=UTC), "2026-02-28T09:30:00+00:00"),
        ("-5", "'-5"),
        ("Żółć", "Żółć"),
    ],
)
def test_values_are_written_by_their_type(value: object, expected: str) -> None:
    assert cell_text(value) == expected


def test_a_file_reads_back_to_the_same_rows() -> None:
    rows = [["=1+1", 'say "hi"', "two\nlines", -3], ["Łukasz", "", "a,b;c", Decimal("0.10")]]

    text = "".join(csv_blocks(["name", "-x"], rows))

    assert text.startswith(MARK)
    read = list(csv.reader(io.StringIO(text.removeprefix(MARK), newline="")))
    assert read[0] == ["name", "'-x"]
    assert [unescape(cell) for cell in read[1][:3]] == ["=1+1", 'say "hi"', "two\nlines"]
    assert read[1][3] == "-3"
    assert read[2] == ["Łukasz", "", "a,b;c", "0.10"]


def test_rows_are_taken_only_as_the_file_is_sent() -> None:
    taken = []

    def rows():
        for number in range(ROWS_AT_ONCE * 2 + 1):
            taken.append(number)
            yield [number]

    blocks = csv_blocks(["n"], rows())
    assert taken == []

    next(blocks)
    assert len(taken) == ROWS_AT_ONCE

    assert len(list(blocks)) == 2


def test_no_rows_make_a_file_with_its_header_only() -> None:
    assert "".join(csv_blocks(["a", "b"], [])) == f"{MARK}a,b\r\n"


def test_the_response_is_a_streamed_download() -> None:
    response = csv_response("customers.csv", ["a"], [[1]])

    assert response.streaming
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="customers.csv"'
    assert b"".join(response.streaming_content).decode() == f"{MARK}a\r\n1\r\n"

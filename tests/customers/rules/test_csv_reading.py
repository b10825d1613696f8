"""Rows of files as shops write them: separators, quotes, line ends, blank lines."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.rules.csv_reading import (
    SAMPLE_ROWS,
    Form,
    detect_form,
    fitted,
    read_head,
    rows_of,
    with_form,
)
from tests.customers.rules.files import opener, outcome, rows, utf8_rows


def separator_of(text):
    return detect_form(opener(text.encode())).separator


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a,b,c\n1,2,3\n", ","),
        ("a;b;c\n1;2;3\n", ";"),
        ("a\tb\tc\n1\t2\t3\n", "\t"),
        ("a|b|c\n1|2|3\n", "|"),
        ("a;b\n1,5;2,5\n3,5;4,5\n", ";"),
        ("a;b;c\n1,50;2011-01-01;x, y, z\n2,75;2011-01-02;x, y\n", ";"),
        ("a\tb\n1,5\tx;y\n2,5\tx;y;z\n", "\t"),
        ('a,b\n"1;2;3","4"\n"5;6","7"\n', ","),
        ('"a;b","c;d"\n"1;2","3;4"\n', ","),
        ('name;note\n"Nowak, Anna, Maria";"x,y"\n', ";"),
        ("a|b\n1,2|3,4\n", "|"),
        ("only\n1\n2\n", ","),
        ("a;b", ";"),
        ("a;b;c\n", ";"),
        ('a;b\n"one\ntwo, three";4\n', ";"),
        ("a,b\n1,2\n\n\n3,4\n", ","),
        ("a;b;c\r1;2;3\r4;5;6\r", ";"),
        ("note;a,b\nx;1\ny;2\nz;3\n", ";"),
    ],
)
def test_the_separator_is_the_one_that_makes_regular_rows(text, separator):
    assert separator_of(text) == separator


def test_of_two_regular_separators_the_one_with_more_columns_is_taken():
    assert separator_of("a;b,c;d\n1;2,3;4\n5;6,7;8\n") == ";"


def test_one_irregular_row_of_many_does_not_hide_the_separator():
    text = "a;b;c\n" + "1;2;3\n" * 20 + "broken\n" + "1;2;3\n" * 20

    assert separator_of(text) == ";"


def test_a_last_row_cut_by_the_sample_is_not_held_against_the_separator():
    text = "a;b;c\n" + "1,1;2,2;3,3\n" * 8000

    assert separator_of(text) == ";"


@pytest.mark.parametrize(
    ("first", "separator"),
    [
        ("sep=;", ";"),
        ("sep=,", ","),
        ("SEP=|", "|"),
        ("Sep=;", ";"),
        ("sep=\t", "\t"),
        (" sep=;", ";"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_separator_line_says_the_separator_and_is_no_header(first, separator, end):
    text = end.join([first, separator.join("ab"), separator.join("12"), ""])
    open_raw = opener(text.encode())

    form = detect_form(open_raw)

    assert form == Form("utf-8-sig", separator, has_separator_line=True)
    assert list(rows_of(open_raw, form)) == [(1, ["a", "b"]), (2, ["1", "2"])]


@pytest.mark.parametrize("first", ["sep=", "sep", "separator=;", 'sep="', "sep=ab", "sep=x"])
def test_what_is_no_separator_line_is_a_header(first):
    form = detect_form(opener(f"{first}\n1\n".encode()))

    assert not form.has_separator_line


def test_a_separator_line_is_found_behind_the_mark_of_utf16():
    data = "sep=;\r\nimię;kwota\r\nŻaneta;1,5\r\n".encode("utf-16")

    assert rows(data) == [["imię", "kwota"], ["Żaneta", "1,5"]]


def test_what_a_person_says_is_not_looked_for():
    data = b"a;b,c\n1;2,3\n"

    form = detect_form(opener(data), encoding="cp1252", separator=",")

    assert form == Form("cp1252", ",")
    assert rows(data, encoding="cp1252", separator=",") == [["a;b", "c"], ["1;2", "3"]]


def test_a_persons_separator_beats_the_separator_line():
    form = detect_form(opener(b"sep=;\na|b\n"), separator="|")

    assert form == Form("utf-8-sig", "|", has_separator_line=True)


@pytest.mark.parametrize(
    ("given_form", "expected"),
    [
        ({}, Form("cp1250", ";", has_separator_line=True)),
        ({"encoding": "cp1252"}, Form("cp1252", ";", has_separator_line=True)),
        ({"separator": ","}, Form("cp1250", ",", has_separator_line=True)),
    ],
)
def test_a_person_corrects_only_what_they_name(given_form, expected):
    form = Form("cp1250", ";", has_separator_line=True)

    assert with_form(form, **given_form) == expected


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_all_systems_are_line_ends(end):
    text = end.join(["a,b", "1,2", "3,4", ""])

    assert utf8_rows(text) == [(1, ["a", "b"]), (2, ["1", "2"]), (3, ["3", "4"])]


def test_the_last_row_needs_no_line_end():
    assert utf8_rows("a,b\n1,2") == [(1, ["a", "b"]), (2, ["1", "2"])]


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('"a,b",c', ["a,b", "c"]),
        ('"say ""hi""",c', ['say "hi"', "c"]),
        ('"two\nlines",c', ["two\nlines", "c"]),
        ('"two\r\nlines",c', ["two\r\nlines", "c"]),
        ('"",c', ["", "c"]),
        ('""""', ['"']),
        ('5" pipe,c', ['5" pipe', "c"]),
        ("a'b,c", ["a'b", "c"]),
        (" a , b ", [" a ", " b "]),
        ("a,b,", ["a", "b", ""]),
        (",a", ["", "a"]),
        ("=1+1,@x", ["=1+1", "@x"]),
        ("a\\,b", ["a\\", "b"]),
        ("a\x00b,c", ["a\x00b", "c"]),
        ("a\u2028b,c\u0085", ["a\u2028b", "c\u0085"]),
        ("😀,\u202eabc", ["😀", "\u202eabc"]),
    ],
)
def test_cells_are_read_as_they_were_written(line, cells):
    assert utf8_rows(f"{line}\n") == [(1, cells)]


def test_blank_lines_are_counted_but_not_given():
    text = "a,b\n\n1,2\n   \n\n3,4\n\n"

    assert utf8_rows(text) == [(1, ["a", "b"]), (3, ["1", "2"]), (6, ["3", "4"])]


@pytest.mark.parametrize("blank", [",,", " , , ", '"",,""', "\t,,"])
def test_a_row_of_empty_cells_is_blank_too(blank):
    text = f"a,b,c\n1,2,3\n{blank}\n4,5,6\n{blank}\n"

    assert utf8_rows(text) == [(1, ["a", "b", "c"]), (2, ["1", "2", "3"]), (4, ["4", "5", "6"])]


def test_a_row_of_several_lines_is_one_row():
    text = 'a,b\n"x\ny\nz",1\nlast,2\n'

    assert [number for number, _cells in utf8_rows(text)] == [1, 2, 3]


def test_the_head_has_trimmed_headers_and_the_first_rows():
    data = b"  Order ID ,Date,\n" + b"".join(b"%d,x,y\n" % n for n in range(60))

    head = read_head(opener(data), Form("utf-8-sig", ","))

    assert head.headers == ("Order ID", "Date", "")
    assert len(head.samples) == SAMPLE_ROWS
    assert head.samples[0] == (2, ["0", "x", "y"])
    assert head.samples[-1] == (51, ["49", "x", "y"])


def test_a_head_gives_as_many_rows_as_are_asked_for():
    head = read_head(opener(b"a,b\n1,2\n3,4\n"), Form("utf-8-sig", ","), rows=1)

    assert head.samples == ((2, ["1", "2"]),)


def test_blank_lines_before_the_header_are_passed_over():
    head = read_head(opener(b"\n\na,b\n1,2\n"), Form("utf-8-sig", ","))

    assert head.headers == ("a", "b")
    assert head.samples == ((4, ["1", "2"]),)


@pytest.mark.parametrize(
    ("cells", "width", "expected"),
    [
        (["a", "b"], 2, ["a", "b"]),
        (["a", "b", ""], 2, ["a", "b"]),
        (["a", "b", "", "  ", "\t"], 2, ["a", "b"]),
        (["a"], 3, "too_few_cells"),
        ([], 2, "too_few_cells"),
        (["a", "b", "c"], 2, "too_many_cells"),
        (["a", "b", "", "0"], 2, "too_many_cells"),
    ],
)
def test_cells_fit_the_header_unless_they_are_too_few_or_say_too_much(cells, width, expected):
    assert outcome(fitted, cells, width) == expected


cell = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00"), max_size=8)


@settings(max_examples=40)
@given(
    st.lists(st.lists(cell, min_size=2, max_size=4), min_size=1, max_size=5),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_a_csv_writer_writes_is_read_back(table, separator, end):
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows(table)
    data = buffer.getvalue().encode("utf-8-sig")

    read = list(rows_of(opener(data), Form("utf-8-sig", separator)))

    kept = [(n, cells) for n, cells in enumerate(table, 1) if any(text.strip() for text in cells)]
    assert read == kept


@settings(max_examples=40)
@given(st.lists(cell, max_size=6), st.integers(0, 6))
def test_fitted_cells_have_the_width_and_lose_nothing(cells, width):
    read = outcome(fitted, cells, width)

    if read == "too_many_cells":
        assert any(text.strip() for text in cells[width:])
    elif read == "too_few_cells":
        assert len(cells) < width
    else:
        assert read == cells[:width]
        assert len(read) == width
        assert not "".join(cells[width:]).strip()

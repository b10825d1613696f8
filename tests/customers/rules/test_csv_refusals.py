"""Files that are refused as a whole: not CSV at all, damaged, or senseless."""

import bz2
import gzip
import io
import lzma
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.rules.csv_reading import (
    LONGEST_CELL,
    MOST_COLUMNS,
    Form,
    detect_encoding,
    detect_form,
    opened,
    read_head,
    rows_of,
)
from customers.rules.flaws import FileRefused
from tests.customers.rules.files import opener, outcome, packed

COMMAS = Form("utf-8-sig", ",")


def zipped():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return buffer.getvalue()


def read_all(data, form=COMMAS):
    return list(rows_of(opener(data), form))


def refusal(work, *args):
    with pytest.raises(FileRefused) as refused:
        work(*args)
    return refused.value


FOREIGN = {
    "xlsx": zipped(),
    "empty zip": b"PK\x05\x06" + bytes(18),
    "program": b"MZ\x90\x00\x03\x00\x00\x00" + b"order_id,amount\n",
    "pdf": b"%PDF-1.7\norder_id,amount\n",
    "xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
    "elf": b"\x7fELF\x02\x01\x01" + bytes(64),
    "png": b"\x89PNG\r\n\x1a\n" + bytes(64),
    "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "gif": b"GIF89a" + bytes(32),
    "rtf": b"{\\rtf1\\ansi order_id}",
    "sqlite": b"SQLite format 3\x00" + bytes(84),
    "bzip2": bz2.compress(b"order_id,amount\n1,2\n"),
    "xz": lzma.compress(b"order_id,amount\n1,2\n"),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_file_of_another_kind_is_refused_by_its_bytes(kind):
    assert refusal(detect_form, opener(FOREIGN[kind])).code == "not_csv"


@pytest.mark.parametrize("kind", FOREIGN)
def test_packing_hides_no_file_of_another_kind(kind):
    assert refusal(detect_form, opener(packed(FOREIGN[kind]))).code == "not_csv"


@pytest.mark.parametrize(
    "data",
    [bytes(range(32)) * 40, b"\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c", b"\x00" * 100],
)
def test_control_bytes_are_no_text(data):
    assert refusal(detect_encoding, opener(data)).code == "not_csv"


def test_a_few_stray_control_bytes_are_borne():
    data = b"order_id,amount\n1,2\x0b\n2,3\x00\n"

    assert detect_encoding(opener(data)) == "utf-8-sig"


def test_the_refused_file_is_closed():
    files = []

    def open_raw():
        files.append(io.BytesIO(FOREIGN["xlsx"]))
        return files[-1]

    refusal(opened, open_raw)

    assert [file.closed for file in files] == [True]


def test_a_plain_and_a_packed_file_give_the_same_bytes():
    data = b"order_id,amount\n1,2\n"

    assert opened(opener(data)).read() == data
    assert opened(opener(packed(data))).read() == data


def test_several_packed_parts_are_one_file():
    data = packed(b"a,b\n1,2\n") + packed(b"3,4\n")

    assert read_all(data) == [(1, ["a", "b"]), (2, ["1", "2"]), (3, ["3", "4"])]


LONG = b"order_id,amount\n" + b"".join(b"%d,%d\n" % (n, n * n % 977) for n in range(12_000))


def broken_middle():
    data = bytearray(gzip.compress(LONG, mtime=0))
    for place in range(len(data) // 2, len(data) // 2 + 64):
        data[place] ^= 0xFF
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        b"\x1f\x8b",
        b"\x1f\x8b\x08\x00garbage",
        packed(b"a,b\n1,2\n")[:-6],
        packed(b"a,b\n1,2\n")[:15],
        gzip.compress(LONG, mtime=0)[:-9],
        packed(b"a,b\n1,2\n")[:-8] + bytes(8),
        broken_middle(),
    ],
    ids=["mark", "garbage", "no end", "no data", "cut", "wrong sum", "flipped"],
)
def test_a_damaged_packed_file_is_refused_and_nothing_else_happens(data):
    assert refusal(detect_encoding, opener(data)).code == "broken_gzip"
    assert refusal(read_all, data).code == "broken_gzip"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a,b\n"1,2\n3,4\n', 3),
        ('a,b\n1,"2\n', 2),
        ('a,b\n1,2\n"x"y,3\n', 3),
        ('a,b\n"x" ,3\n', 2),
        ('"', 1),
    ],
)
def test_quotes_that_make_no_sense_refuse_the_whole_file(text, line):
    refused = refusal(read_all, text.encode())

    assert (refused.code, refused.values) == ("unclosed_quote", {"line": line})


def test_a_cell_that_never_ends_is_a_quote_never_closed():
    data = b'a,b\n"' + b"x" * (LONGEST_CELL + 1) + b'",2\n'

    assert refusal(read_all, data).code == "unclosed_quote"


def test_a_long_cell_within_bounds_is_read():
    data = b"a,b\n" + b"x" * 200_000 + b",2\n"

    assert read_all(data)[1] == (2, ["x" * 200_000, "2"])


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"a,b\n\xff,2\n", "utf-8-sig"),
        (b"a,b\n\x81,2\n", "cp1250"),
        (b"a,b\n\x8d,2\n", "cp1252"),
        ("a,b\n".encode("utf-16-le") + b"\x00", "utf-16-le"),
        ("a,b\n".encode("utf-16-le") + b"\x00\xd8,\x00", "utf-16-le"),
    ],
)
def test_bytes_that_the_encoding_does_not_have_refuse_the_file(data, encoding):
    refused = refusal(read_all, data, Form(encoding, ","))

    assert (refused.code, refused.values) == ("wrong_encoding", {"encoding": encoding})


def test_an_encoding_that_a_person_chose_wrongly_is_refused_at_once():
    refused = refusal(lambda: detect_form(opener("ż;b\n".encode()), encoding="utf-16-le"))

    assert refused.code in {"wrong_encoding", "empty_file"}


@pytest.mark.parametrize(
    "data", [b"\xef\xbb\xbf", b"\xef\xbb\xbf\n\n", b"\n", b",,\n , \n", b'""\n']
)
def test_a_file_without_a_header_is_empty(data):
    assert refusal(read_head, opener(data), COMMAS).code == "empty_file"


@pytest.mark.parametrize(("columns", "is_refused"), [(MOST_COLUMNS, False), (501, True)])
def test_more_columns_than_anybody_has_are_refused(columns, is_refused):
    data = ",".join(f"c{n}" for n in range(columns)).encode()

    if is_refused:
        refused = refusal(read_head, opener(data), COMMAS)
        assert (refused.code, refused.values) == ("too_many_columns", {"most": 500})
    else:
        assert len(read_head(opener(data), COMMAS).headers) == 500


def read_wholly(data):
    """How often rows were given; raises what reading raises."""
    open_raw = opener(data)
    form = detect_form(open_raw)
    read_head(open_raw, form)
    numbers = [number for number, cells in rows_of(open_raw, form) if cells]
    assert numbers == sorted(set(numbers))
    return len(numbers)


CODES = {"empty_file", "not_csv", "broken_gzip", "wrong_encoding", "unclosed_quote"}


@given(st.binary(max_size=300))
def test_bytes_of_any_kind_are_read_or_refused_by_name(data):
    result = outcome(read_wholly, data)

    assert result in CODES | {"too_many_columns"} or result > 0


@given(st.binary(max_size=200), st.integers(0, 40))
def test_damage_to_a_packed_file_is_read_or_refused_by_name(noise, place):
    data = bytearray(packed(b"order_id,amount\n1,2\n3,4\n"))
    data[place : place + len(noise)] = noise

    result = outcome(read_wholly, bytes(data))

    assert result in CODES | {"too_many_columns"} or result > 0


@given(st.text(alphabet='a1,;"\n\r\t| ż', max_size=60))
def test_texts_of_marks_only_are_read_or_refused_by_name(text):
    result = outcome(read_wholly, text.encode())

    assert result in CODES or result > 0

import codecs
import gzip
import io

import pytest

from customers.rules.csv_reading import (
    Form,
    detect_encoding,
    detect_form,
    fitted,
    read_head,
    rows_of,
)
from customers.rules.flaws import FileRefused

TABLE = "numer;imię;kwota\n1;Łukasz Żółć;12,50\n2;Jan;7\n"


def opener(content):
    return lambda: io.BytesIO(content)


def rows(content, form=None):
    open_raw = opener(content)
    return list(rows_of(open_raw, form or detect_form(open_raw)))


def refusal(content, read=rows):
    with pytest.raises(FileRefused) as caught:
        read(content)
    return caught.value.code


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TABLE.encode(), "utf-8-sig"),
        (codecs.BOM_UTF8 + TABLE.encode(), "utf-8-sig"),
        (TABLE.encode("utf-16"), "utf-16-le"),
        (TABLE.encode("utf-16-le"), "utf-16-le"),
        (TABLE.encode("utf-16-be"), "utf-16-be"),
        (codecs.BOM_UTF16_BE + TABLE.encode("utf-16-be"), "utf-16-be"),
        (TABLE.encode("cp1250"), "cp1250"),
        ("číslo;jméno\n1;Jiří Dvořák\n".encode("cp1250"), "cp1250"),
        ("id;nume\n1;Ştefan Ţăran\n".encode("cp1250"), "cp1250"),
        ("id;nom\n1;Hélène Lefèvre à Nîmes, garçon\n".encode("cp1252"), "cp1252"),
        ("id;namn\n1;Åsa Öberg\n".encode("cp1252"), "cp1252"),
        ("id;name\n1;Jörg Müller\n".encode("cp1252"), "cp1250"),
        (b"id,amount\n1,2\n", "utf-8-sig"),
    ],
)
def test_the_encoding_is_found(content, encoding):
    assert detect_encoding(opener(content)) == encoding
    assert detect_encoding(opener(gzip.compress(content))) == encoding


def test_letters_far_into_the_file_decide_too():
    content = b"id;name\n" + b"1;x\n" * 100_000 + "2;Łąka\n".encode("cp1250")

    assert detect_encoding(opener(content)) == "cp1250"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1250"])
def test_every_encoding_reads_to_the_same_rows(encoding):
    assert rows(TABLE.encode(encoding)) == [
        (1, ["numer", "imię", "kwota"]),
        (2, ["1", "Łukasz Żółć", "12,50"]),
        (3, ["2", "Jan", "7"]),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(separator):
    content = separator.join(["a", "b", "c"]) + "\n" + separator.join(["1", "x y", "3"]) + "\n"

    assert detect_form(opener(content.encode())).separator == separator


def test_decimal_commas_do_not_pass_for_separators():
    content = b"id;amount;price\n1;12,50;3,20\n2;1,00;7,10\n"

    assert detect_form(opener(content)).separator == ";"


def test_a_spreadsheets_own_line_names_the_separator():
    content = b"sep=|\na|b\n1,5|2\n"

    assert rows(content) == [(1, ["a", "b"]), (2, ["1,5", "2"])]


def test_what_is_given_is_not_looked_for():
    form = detect_form(opener(b"a,b\n"), encoding="cp1252", separator=";")

    assert form == Form("cp1252", ";")


def test_quotes_hold_separators_and_line_ends():
    content = b'id,name\r\n1,"Smith, ""J""\r\nsecond line"\r\n2,x\r\n'

    assert rows(content)[1:] == [(2, ["1", 'Smith, "J"\r\nsecond line']), (3, ["2", "x"])]


def test_blank_rows_are_counted_but_not_given():
    assert rows(b"a,b\n\n1,2\n   \n3,4\n") == [(1, ["a", "b"]), (3, ["1", "2"]), (5, ["3", "4"])]


@pytest.mark.parametrize(
    "content",
    [
        b'id,name\n1,"open\n2,x\n',
        b'id,name\n1,"a"b\n',
        b'id,name\n1,"' + b"x" * 3_000_000 + b"\n",
    ],
)
def test_quotes_that_make_no_sense_refuse_the_whole_file(content):
    assert refusal(content) == "unclosed_quote"


@pytest.mark.parametrize(
    "start",
    [b"PK\x03\x04", b"MZ\x90\x00", b"%PDF-1.7", b"\xd0\xcf\x11\xe0", b"\x89PNG\r\n", b"GIF89a"],
)
def test_other_kinds_of_file_are_refused(start):
    content = start + b"a,b\n1,2\n" * 10

    assert refusal(content) == "not_csv"
    assert refusal(gzip.compress(content)) == "not_csv"


def test_bytes_that_are_no_text_are_refused():
    assert refusal(bytes(range(32)) * 100) == "not_csv"


@pytest.mark.parametrize("content", [b"", b"  \n \n", codecs.BOM_UTF8])
def test_an_empty_file_is_refused(content):
    def read(raw):
        return read_head(opener(raw), detect_form(opener(raw)))

    assert refusal(content, read) == "empty_file"


def test_a_damaged_archive_is_refused():
    content = gzip.compress(TABLE.encode() * 5000)

    assert refusal(content[: len(content) // 2]) == "broken_gzip"
    assert refusal(content[:10] + b"\x00" * 50 + content[60:]) == "broken_gzip"


def test_a_wrong_encoding_is_told():
    form = Form("utf-8-sig", ";")

    assert refusal(TABLE.encode("cp1250"), lambda raw: rows(raw, form)) == "wrong_encoding"


def test_too_many_columns_are_refused():
    content = ",".join(f"c{place}" for place in range(501)).encode() + b"\n"

    def read(raw):
        return read_head(opener(raw), Form("utf-8-sig", ","))

    assert refusal(content, read) == "too_many_columns"


def test_the_head_has_headers_and_first_rows():
    head = read_head(opener(b" a ,b\n1,2\n3,4\n5,6\n"), Form("utf-8-sig", ","), rows=2)

    assert head.headers == ("a", "b")
    assert head.samples == ((2, ["1", "2"]), (3, ["3", "4"]))


@pytest.mark.parametrize(
    ("cells", "fit"),
    [
        (["1", "2", "3"], ["1", "2", "3"]),
        (["1", "2", "3", "", " "], ["1", "2", "3"]),
    ],
)
def test_cells_are_fitted_to_the_header(cells, fit):
    assert fitted(cells, 3) == fit

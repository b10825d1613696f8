"""Rows of customers: one contact is enough, one flaw refuses the row."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.csv_writing import escape
from customers.rules.headers import CUSTOMER_NAMES
from customers.rules.people import LONGEST, PersonReader, PersonReading
from customers.rules.placeholders import something
from tests.customers.rules.files import outcome
from tests.customers.rules.persons import (
    TODAY,
    WARSAW,
    field_of,
    person,
    person_reader,
    refusal,
    with_cell,
)


def test_a_full_row_is_read():
    header = (
        "customer_id;email;phone;first_name;last_name;language;timezone;birthday;address;city;"
        "postcode;country;tags;notes;joined_on"
    )
    line = (
        "17850; Anna@Example.PL ;601 234 567;Anna;Nowak-Żółć;polski;Europe/Warsaw;1990-02-28;"
        "ul. Długa 1;Łódź;90-001;Polska;vip|stały klient;dzwonić rano;2020-01-15"
    )

    read = person(header, line)

    assert (read.external, read.email, read.phone) == ("17850", "anna@example.pl", "+48601234567")
    assert (read.email_written, read.phone_written) == ("Anna@Example.PL", "601 234 567")
    assert read.tags == ("vip", "stały klient")
    assert read.fields == {
        "first_name": "Anna",
        "last_name": "Nowak-Żółć",
        "language": "pl",
        "timezone": "Europe/Warsaw",
        "birth_year": 1990,
        "birth_month": 2,
        "birth_day": 28,
        "address": "ul. Długa 1",
        "city": "Łódź",
        "postcode": "90-001",
        "country": "PL",
        "notes": "dzwonić rano",
        "joined_on": date(2020, 1, 15),
    }
    assert (read.consent, read.lacks_proof, read.name_key) == (None, False, "nowak-zolc anna")


def test_empty_and_missing_cells_say_nothing():
    header = "customer_id;email;phone;first_name;birthday;tags;marketing_consent;joined_on;notes"

    for line in ("17850;;;;;;;;;;", "17850;;;;;;;;", "17850;NULL;-;nan;None;n/a;N/A;(null);#N/A"):
        read = person(header, line)

        assert (read.external, read.email, read.phone) == ("17850", "", "")
        assert (read.fields, read.tags, read.consent) == ({}, (), None)


@pytest.mark.parametrize(
    ("line", "contacts"),
    [
        ("17850;;", ("17850", "", "")),
        (";anna@example.pl;", ("", "anna@example.pl", "")),
        (";;+48601234567", ("", "", "+48601234567")),
        (" 17850.0 ;;", ("17850", "", "")),
        ("007;;", ("007", "", "")),
        (";ŁUKASZ@ŻÓŁĆ.pl;", ("", "łukasz@żółć.pl", "")),
        (";;0048 601-234-567", ("", "", "+48601234567")),
        (";;601 234 567", ("", "", "601234567")),
        ("'-17;;'+48 601 234 567", ("-17", "", "+48601234567")),
        ("7;'-;'-", ("7", "", "")),
    ],
)
def test_one_contact_is_enough(line, contacts):
    read = person("customer_id;email;phone", line)

    assert (read.external, read.email, read.phone) == contacts


@pytest.mark.parametrize(
    ("country", "phone", "key"),
    [
        ("PL", "601 234 567", "+48601234567"),
        ("Czechy", "777 123 456", "+420777123456"),
        ("România", "0721 234 567", "+40721234567"),
        ("UK", "020 7946 0958", "+442079460958"),
        ("Česko", "+48 601 234 567", "+48601234567"),
        ("", "777 123 456", "777123456"),
    ],
)
def test_the_country_says_how_a_number_is_read(country, phone, key):
    assert person("country;phone", f"{country};{phone}").phone == key


@pytest.mark.parametrize(
    ("header", "line", "column", "code"),
    [
        ("customer_id;first_name", ";Anna", "", "nobody"),
        ("customer_id;email;phone", ";;", "", "nobody"),
        ("customer_id;email", "NULL;nan", "", "nobody"),
        ("customer_id;email", f"{'x' * 255};", "customer_id", "broken_customer_id"),
        ("customer_id;email", "1\x002;", "customer_id", "broken_text"),
        ("customer_id;email", "1;anna", "email", "not_an_email"),
        ("customer_id;email", "1;a@b@example.pl", "email", "not_an_email"),
        ("customer_id;email", "1;anna\x00@example.pl", "email", "broken_text"),
        ("customer_id;phone", "1;call me", "phone", "not_a_phone"),
        ("customer_id;phone", "1;1234", "phone", "not_a_phone"),
        ("customer_id;phone", "1;٦٠١٢٣٤٥٦٧", "phone", "not_a_phone"),
        ("customer_id;email", "1;a@example.pl;x", "", "too_many_cells"),
        ("customer_id;email", "1", "", "too_few_cells"),
        ("customer_id;first_name", f"1;{'x' * 121}", "first_name", "too_long"),
        ("customer_id;last_name", "1;No\x00wak", "last_name", "broken_text"),
        ("customer_id;postcode", f"1;{'9' * 21}", "postcode", "too_long"),
        ("customer_id;notes", f"1;{'x' * 10_001}", "notes", "too_long"),
        ("customer_id;notes", "1;\x00", "notes", "broken_text"),
        ("customer_id;language", "1;Klingon", "language", "unknown_language"),
        ("customer_id;country", "1;Atlantis", "country", "unknown_country"),
        ("customer_id;country", "1;ZQ", "country", "unknown_country"),
        ("customer_id;timezone", "1;Warsaw", "timezone", "unknown_zone"),
        ("customer_id;timezone", "1;../etc/passwd", "timezone", "unknown_zone"),
        ("customer_id;birthday", "1;31.02.1990", "birthday", "not_a_date"),
        ("customer_id;birthday", "1;--02-30", "birthday", "not_a_date"),
        ("customer_id;birthday", "1;--13-01", "birthday", "not_a_date"),
        ("customer_id;birthday", "1;--2-3", "birthday", "not_a_date"),
        ("customer_id;birthday", "1;03/04/1990", "birthday", "ambiguous_date"),
        ("customer_id;birthday", "1;1899-12-31", "birthday", "date_out_of_range"),
        ("customer_id;birthday", "1;2026-11-23", "birthday", "future_date"),
        ("customer_id;joined_on", "1;2026-11-23", "joined_on", "future_date"),
        ("customer_id;joined_on", "1;yesterday", "joined_on", "not_a_date"),
        ("customer_id;tags", f"1;{'x' * 61}", "tags", "too_long"),
        ("customer_id;tags", "1;a|b\x00", "tags", "broken_text"),
        ("customer_id;marketing_consent", "1;maybe", "marketing_consent", "unknown_answer"),
    ],
)
def test_one_flaw_refuses_the_row_and_says_where(header, line, column, code):
    assert refusal(person, header, line) == (column, code)


@pytest.mark.parametrize("column", LONGEST)
def test_each_text_may_fill_its_column_but_no_more(column):
    most = LONGEST[column]

    assert field_of(column, "ż" * most) == "ż" * most
    assert refusal(with_cell, column, "ż" * (most + 1)) == (column, "too_long")


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("  Anna  Maria ", "Anna Maria"),
        ("Z\u0307aneta", "Żaneta"),
        ("\u202eanna", "anna"),
        ("O'Brien", "O'Brien"),
        ("'=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("<script>", "<script>"),
        ("{{7*7}}", "{{7*7}}"),
        ("李小龍", "李小龍"),
        ("😀", "😀"),
    ],
)
def test_names_are_kept_clean_but_not_judged(cell, kept):
    assert field_of("first_name", cell) == kept


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("one\r\ntwo", "one\ntwo"),
        ("one\n\n two", "one\n\n two"),
        ("  x  ", "x"),
        ("x" * 10_000, "x" * 10_000),
    ],
)
def test_notes_keep_their_lines(cell, kept):
    assert field_of("notes", cell) == kept


@given(st.text("a=+-@;,'\n ", max_size=12))
def test_notes_come_back_from_our_own_file(text):
    notes = text.strip()

    assert with_cell("notes", escape(notes)).fields.get("notes", "") == something(notes)


def test_one_reader_reads_many_rows_without_mixing_them():
    reader = person_reader("customer_id;first_name;tags")

    anna = reader.read((2, ["1", "Anna", "vip"]))
    jan = reader.read((3, ["2", "", ""]))

    assert (anna.external, anna.fields, anna.tags) == ("1", {"first_name": "Anna"}, ("vip",))
    assert (jan.external, jan.fields, jan.tags) == ("2", {}, ())
    assert jan.row == (3, ["2", "", ""])


ALL = ";".join(CUSTOMER_NAMES)
CODES = {
    "nobody",
    "too_many_cells",
    "too_few_cells",
    "too_long",
    "broken_text",
    "broken_customer_id",
    "not_an_email",
    "not_a_phone",
    "not_a_date",
    "ambiguous_date",
    "date_out_of_range",
    "future_date",
    "too_many_tags",
    "unknown_answer",
    "unknown_country",
    "unknown_language",
    "unknown_zone",
}
cells = st.text(st.characters(blacklist_categories=("Cs",)), max_size=15) | st.sampled_from(
    ["", "a@x.pl", "601234567", "1990-01-01", "--02-29", "PL", "tak", "Europe/Warsaw", "x\x00"]
)


@settings(max_examples=40)
@given(st.lists(cells, min_size=len(CUSTOMER_NAMES) - 1, max_size=len(CUSTOMER_NAMES) + 1))
def test_any_row_is_a_person_or_refused_by_name(row):
    reader = person_reader(ALL)

    result = outcome(reader.read, (2, row))

    if isinstance(result, str):
        assert result in CODES
    else:
        assert result.external or result.email or result.phone


def test_a_reading_without_columns_finds_nobody():
    reader = PersonReader(PersonReading({}, 2, WARSAW, WARSAW, TODAY))

    assert refusal(reader.read, (2, ["1", "2"])) == ("", "nobody")

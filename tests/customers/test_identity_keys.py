import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.rules.identity_keys import MAX_LENGTH, email_key, external_key, phone_key


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("anna@example.pl", "anna@example.pl"),
        ("  Anna.Nowak@Example.PL\t", "anna.nowak@example.pl"),
        ("\u200banna@example.pl\ufeff", "anna@example.pl"),
        ("anna+news@example.co.uk", "anna+news@example.co.uk"),
        ("ŁUKASZ@żółć.pl", "łukasz@żółć.pl"),
        ("z\u0307@example.pl", "ż@example.pl"),
        ("ß@example.de", "ß@example.de"),
        ("o'brien@example.ie", "o'brien@example.ie"),
    ],
)
def test_an_address_has_one_key_however_it_is_written(written, key):
    assert email_key(written) == key


@pytest.mark.parametrize(
    "written",
    [
        "",
        "anna",
        "anna@",
        "@example.pl",
        "anna@example",
        "anna@.pl",
        "anna@-x.pl",
        "an na@example.pl",
        "anna..n@example.pl",
        ".anna@example.pl",
        "a@b@example.pl",
        "Anna <anna@example.pl>",
        "anna@example.pl, jan@example.pl",
        "anna\x00@example.pl",
        "anna\ud800@example.pl",
        "a" * 250 + "@example.pl",
        "a" * 1_000_000,
    ],
)
def test_what_is_no_address_has_no_key(written):
    assert email_key(written) is None


@pytest.mark.parametrize(
    ("written", "country", "key"),
    [
        ("601 234 567", "PL", "+48601234567"),
        ("601-234-567", "pl", "+48601234567"),
        ("+48 601 234 567", "", "+48601234567"),
        ("0048 (601) 234 567", "", "+48601234567"),
        ("+48 601 234 567", "CZ", "+48601234567"),
        ("777 123 456", "CZ", "+420777123456"),
        ("0721 234 567", "RO", "+40721234567"),
        ("0721/234.567", " ro ", "+40721234567"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("601 234 567", "", "601234567"),
        ("601 234 567", "XX", "601234567"),
        ("12345", "PL", "12345"),
    ],
)
def test_a_phone_number_has_one_key_in_any_spelling(written, country, key):
    assert phone_key(written, country) == key


@pytest.mark.parametrize(
    "written", ["", "1234", "call me", "٣٤٥٦٧٨", "1" * 21, "9" * 1_000_000, "+", "5; DROP TABLE"]
)
def test_what_is_no_phone_number_has_no_key(written):
    assert phone_key(written, "PL") is None


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("17850", "17850"),
        (" 17850 ", "17850"),
        ("17850.0", "17850"),
        ("007", "007"),
        ("A-7b", "A-7b"),
        ("a-7B", "a-7B"),
        ("x.0", "x.0"),
        ("0", "0"),
        ("", None),
        ("   ", None),
        ("x" * (MAX_LENGTH + 1), None),
        ("\x00", None),
    ],
)
def test_an_external_number_stays_as_it_is(written, key):
    assert external_key(written) == key


@given(st.text())
def test_keys_are_stable_and_fit_their_column(text):
    for make_key in (email_key, phone_key, external_key):
        key = make_key(text)

        assert key is None or (make_key(key) == key and 0 < len(key) <= MAX_LENGTH)

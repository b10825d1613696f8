"""Keys of people: two spellings of one contact give one key, two contacts never do."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.rules.identity_keys import MAX_LENGTH, email_key, external_key, phone_key

LABEL = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=2, max_size=12)
ADDRESS = st.builds("{}@{}.{}".format, LABEL, LABEL, LABEL)
POLISH = st.integers(500_000_000, 899_999_999).map(str)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("anna@example.pl", "ANNA@EXAMPLE.PL"),
        ("anna@example.pl", "\tanna@example.pl\r\n"),
        ("anna@example.pl", "\u200banna@example.pl\u200e"),
        ("anna@example.pl", "\u00a0anna@example.pl"),
        ("ż@example.pl", "z\u0307@example.pl"),
        ("Ż@example.pl", "z\u0307@example.pl"),
        ("ă@exemplu.ro", "A\u0306@exemplu.ro"),
    ],
)
def test_two_spellings_of_one_address_have_one_key(one, other):
    assert email_key(one) == email_key(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("anna@example.pl", "ana@example.pl"),
        ("anna@example.pl", "anna@example.pl.com"),
        ("anna.n@example.pl", "annan@example.pl"),
        ("anna+news@example.pl", "anna@example.pl"),
        ("ß@example.de", "ss@example.de"),
        ("lukasz@example.pl", "łukasz@example.pl"),
        ("anna@example.pl", "аnna@example.pl"),
        ("x1@example.pl", "x¹@example.pl"),
        ("fi@example.pl", "\ufb01@example.pl"),
    ],
)
def test_two_addresses_never_have_one_key(one, other):
    assert email_key(one) != email_key(other)
    assert None not in (email_key(one), email_key(other))


@pytest.mark.parametrize(
    "written",
    [
        "anna@example",
        "anna@example.p",
        "anna@@example.pl",
        "anna@example..pl",
        "anna@.example.pl",
        "anna@-example.pl",
        ".anna@example.pl",
        "mailto:anna@example.pl",
        "Anna <anna@example.pl>",
        '"anna"@example.pl',
        "anna@example.pl;jan@example.pl",
        "anna(work)@example.pl",
        "anna nowak@example.pl",
        "anna@exam ple.pl",
        "anna@[127.0.0.1]",
        "anna\\@example.pl",
        "anna@example.pl\x00",
        "\ud83d@example.pl",
        "@",
        "a@b",
        "anna@example.pl\nbcc: x@example.pl",
        f"{'a' * (MAX_LENGTH - 9)}@example.pl",
        f"anna@{'.'.join(['ab'] * 500_000)}",
    ],
)
def test_what_no_mail_could_reach_has_no_key(written):
    assert email_key(written) is None


def test_the_longest_address_has_a_key():
    address = f"{'a' * (MAX_LENGTH - 11)}@example.pl"

    assert (len(address), email_key(address)) == (MAX_LENGTH, address)


@pytest.mark.parametrize(
    ("written", "country", "key"),
    [
        ("601234567", "PL", "+48601234567"),
        ("601\u00a0234\u00a0567", "PL", "+48601234567"),
        ("601\u2011234\u2011567", "PL", None),
        ("(+48) 601 234 567", "", "+48601234567"),
        ("+48601234567", "CZ", "+48601234567"),
        ("0048601234567", "RO", "+48601234567"),
        ("601 234 567", "CZ", "+420601234567"),
        ("0721 234 567", "RO", "+40721234567"),
        ("07911 123456", "GB", "+447911123456"),
        ("601234567", " pl ", "+48601234567"),
        ("601234567", "??", "601234567"),
        ("12345", "PL", "12345"),
        ("1234", "PL", None),
        ("601234567 / 602345678", "PL", "601234567602345"),
        ("tel. 601234567", "PL", None),
        ("", "PL", None),
        ("-" * 40, "PL", None),
        ("6" * 41, "PL", None),
        ("601\x00234567", "PL", None),
    ],
)
def test_a_phone_number_is_read_by_its_country(written, country, key):
    assert phone_key(written, country) == key


@pytest.mark.parametrize(
    "extension",
    [
        *(" wew. 12", " wew.12", " WEW 12", ", wew. 12", " wewn. 12", " wewnętrzny 12", " w. 12"),
        *(" ext. 12", " ext 12", " Ext.:12", "ext12", " extension 12", " x12", "x 12", "#12"),
        *(" kl. 12", " kl 12", " klapka 12", " linka 12"),
        *(" int. 12", " int 12", " interior 12"),
        *(" (wew. 12)", " / kl. 12", "; int. 12", " ext 1234567"),
    ],
)
@pytest.mark.parametrize(
    ("number", "country", "key"),
    [
        ("22 123 45 67", "PL", "+48221234567"),
        ("+420 234 567 890", "", "+420234567890"),
        ("(021) 234 5678", "RO", "+40212345678"),
        ("221234567", "", "221234567"),
    ],
)
def test_an_extension_is_no_part_of_the_number(extension, number, country, key):
    assert phone_key(number + extension, country) == key


@pytest.mark.parametrize(
    "written",
    [
        "1234 wew. 56789",
        "wew. 12",
        "22 123 45 67 wew.",
        "22 123 45 67 wew. jan",
        "22 123 45 67 dom 12",
        "22 123 45 67 wew. 12 wew. 13",
        "22 123 45 67 wew. 12345678",
        "22 123 45 67 maxx 12",
    ],
)
def test_what_is_no_extension_is_no_number(written):
    assert phone_key(written, "PL") is None


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("17850.0", "17850"),
        ("0.0", "0"),
        ("17850.00", "17850.00"),
        ("17850.5", "17850.5"),
        ("-17850.0", "-17850.0"),
        ("1.7850E4", "1.7850E4"),
        ("٣.0", "٣.0"),
        (".0", ".0"),
        ("A.0", "A.0"),
        ("  K  17 ", "K 17"),
        ("K-17\u200b", "K-17"),
        ("x" * MAX_LENGTH, "x" * MAX_LENGTH),
        ("x" * (MAX_LENGTH + 1), None),
        ("\u200b", None),
        ("\ud800", None),
        ("__proto__", "__proto__"),
        ("' OR 1=1 --", "' OR 1=1 --"),
        ("9223372036854775808", "9223372036854775808"),
    ],
)
def test_a_number_of_another_system_is_not_judged(written, key):
    assert external_key(written) == key


@settings(max_examples=40)
@given(ADDRESS, st.sampled_from([str.upper, str.title, lambda text: f" {text} "]))
def test_an_address_has_one_key_however_it_is_capitalised(address, rewrite):
    assert email_key(rewrite(address)) == address


@settings(max_examples=40)
@given(ADDRESS, ADDRESS)
def test_other_addresses_have_other_keys(one, other):
    assert (email_key(one) == email_key(other)) == (one == other)


@given(POLISH, st.sampled_from([" ", "-", ".", ""]), st.sampled_from(["", "+48", "0048", "+48 "]))
def test_a_polish_number_has_one_key_in_every_grouping(digits, gap, prefix):
    written = prefix + gap.join([digits[:3], digits[3:6], digits[6:]])

    assert phone_key(written, "PL") == f"+48{digits}"


@given(st.text(max_size=45), st.sampled_from(["", "PL", "cz", "??"]))
def test_a_phone_numbers_key_is_digits_or_none(written, country):
    key = phone_key(written, country)

    assert key is None or key.removeprefix("+").isdecimal()
    assert key is None or 5 <= len(key) <= 16


@given(st.integers(0, 10**18))
def test_a_spreadsheets_whole_number_is_the_number(number):
    assert external_key(f"{number}.0") == external_key(f" {number} ") == str(number)

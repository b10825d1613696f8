"""Signed words: bound to a purpose, hard to forge, and good after a change of secrets."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.signing import BadToken, ExpiredToken, keyed_hash, make_token, read_token

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PARTS = st.lists(st.one_of(st.none(), st.integers(-(2**63), 2**63), st.text(max_size=20)))


@given(PARTS)
def test_what_goes_in_comes_out_and_needs_no_quoting(parts):
    token = make_token("test", parts)

    assert read_token("test", token, now=NOW) == parts
    assert re.fullmatch(r"[A-Za-z0-9_.-]+", token)


def test_a_token_of_another_purpose_is_none():
    with pytest.raises(BadToken):
        read_token("other", make_token("test", [7]), now=NOW)


@pytest.mark.parametrize(
    "token", ["", "a.b", "a.b.c", "a.b.c.d", "....", "x" * 999, "ż.ż.ż", "a b.c.d", "\x00.\x00.c"]
)
def test_what_is_no_token_is_refused(token):
    with pytest.raises(BadToken):
        read_token("test", token, now=NOW)


def test_every_change_of_a_letter_is_noticed():
    token = make_token("test", [7, "newsletter"])
    for place, letter in enumerate(token):
        for other in "Aa0_.":
            if other != letter:
                with pytest.raises(BadToken):
                    read_token("test", token[:place] + other + token[place + 1 :], now=NOW)


def test_a_token_ends_at_its_instant_and_still_says_what_it_was():
    token = make_token("test", [7], expires_at=NOW)

    assert read_token("test", token, now=NOW - timedelta(seconds=1)) == [7]
    with pytest.raises(ExpiredToken) as caught:
        read_token("test", token, now=NOW)
    assert caught.value.parts == [7]


def test_links_outlive_a_change_of_secrets_that_is_told(settings):
    settings.SECRET_KEY = "old"
    token = make_token("test", [7])

    settings.SECRET_KEY = "new"
    with pytest.raises(BadToken):
        read_token("test", token, now=NOW)
    settings.SECRET_KEY_FALLBACKS = ["old"]
    assert read_token("test", token, now=NOW) == [7]
    assert make_token("test", [7]) != token


def test_a_keyed_hash_depends_on_text_purpose_and_key_only(settings):
    settings.ADDRESS_KEY = "one"
    first = keyed_hash("address", "anna@example.pl")
    settings.SECRET_KEY = "changed"

    assert keyed_hash("address", "anna@example.pl") == first
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", first)
    assert keyed_hash("address", "jan@example.pl") != first
    assert keyed_hash("other", "anna@example.pl") != first
    settings.ADDRESS_KEY = "two"
    assert keyed_hash("address", "anna@example.pl") != first

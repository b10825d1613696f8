"""Codes: how they are drawn, read and guarded against slips."""

from hypothesis import given
from hypothesis import strategies as st

from loyalty.rules.coupon_code import (
    ALPHABET,
    BITS,
    LENGTH,
    check_symbol,
    draw,
    is_drawn,
    is_mistyped,
    normal,
    shown,
)

DRAWN = st.text(ALPHABET, min_size=LENGTH - 1, max_size=LENGTH - 1).map(
    lambda text: text + check_symbol(text)
)


def test_enough_chance_and_no_look_alikes():
    assert BITS >= 60
    assert len(set(ALPHABET)) == 31
    assert not set("ILOSU") & set(ALPHABET)


def test_drawn_codes_are_right_and_differ():
    codes = {draw() for _each in range(2_000)}

    assert len(codes) == 2_000
    assert not any(is_mistyped(code) for code in codes)
    assert all(is_drawn(code) and normal(shown(code)) == code for code in codes)


@given(DRAWN, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_one_wrong_symbol_is_noticed(code, place, symbol):
    wrong = code[:place] + symbol + code[place + 1 :]

    assert is_mistyped(wrong) == (wrong != code)


@given(DRAWN)
def test_every_wrong_symbol_and_every_swap_is_noticed(code):
    for place in range(LENGTH):
        for symbol in set(ALPHABET) - {code[place]}:
            assert is_mistyped(code[:place] + symbol + code[place + 1 :])
    for place in range(LENGTH - 1):
        swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        assert is_mistyped(swapped) == (swapped != code)


@given(DRAWN)
def test_it_is_read_however_it_is_typed(code):
    typed = f" {shown(code).lower()} ".replace("0", "o").replace("1", "l").replace("5", "s")

    assert normal(typed) == code
    assert normal(code.replace("V", "u").replace("1", "I")) == code


def test_words_that_people_choose():
    assert normal("święta-10") == "5W1ETA10" == normal("SWIETA 10")
    assert normal("łąka") == normal("LAKA")
    assert not is_mistyped(normal("WELCOME10"))
    assert shown("WE1C0ME10") == "WE1C0ME10"


def test_what_is_no_code():
    for typed in ("", "a/b", "\x00", "\ud800", "😀", "٣٤", "A" * 61, "x" * 1_000_000):
        assert normal(typed) == ""
    assert normal("ＡＢ１２") == "AB12"

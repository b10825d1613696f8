"""Numbers of cards: what the check digit notices."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.rules.cards import as_typed, check_digit, is_right, new_number, written

NUMBERS = st.integers(0, 10**10 - 1).map(lambda chance: new_number(lambda below: chance))


def test_the_example_of_the_source():
    assert check_digit("572") == "4"
    assert check_digit("5724") == "0"


@given(NUMBERS, st.integers(0, 10), st.integers(1, 9))
def test_every_wrong_digit_is_noticed(number, place, more):
    wrong = str((int(number[place]) + more) % 10)

    assert is_right(number)
    assert not is_right(number[:place] + wrong + number[place + 1 :])


@given(NUMBERS, st.integers(0, 9))
def test_every_swap_of_neighbours_is_noticed(number, place):
    left, right = number[place], number[place + 1]
    swapped = number[:place] + right + left + number[place + 2 :]

    assert is_right(swapped) == (left == right)


@pytest.mark.parametrize("wrong", ["", "1", "5724", "x" * 11, "١" * 11, "0" * 12, "²" * 11])
def test_what_is_no_number_is_not_right(wrong):
    assert not is_right(wrong)
    assert as_typed(wrong) == ""


def test_spaces_and_dashes_do_not_matter():
    number = new_number(lambda below: 1_234_567_890)

    assert number[:10] == "1234567890"
    assert written(number) == f"1234 5678 {number[8:]}"
    assert as_typed(f" {number[:4]}-{number[4:8]} {number[8:]}\n") == number
    assert new_number(lambda below: 0) == "00000000000"

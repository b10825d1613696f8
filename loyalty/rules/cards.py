"""Numbers of members' cards: ten random digits and a check digit after Damm.

Damm's digit notices every single wrong digit and every swap of two neighbours; Luhn's misses the
swap of 09 and 90. Source: H. Michael Damm, Total anti-symmetrische Quasigruppen, Marburg 2004.
572 -> 4, so 5724 is right and 5742, 7524 and 5734 are not.
"""

from collections.abc import Callable

RANDOM_DIGITS = 10
LENGTH = RANDOM_DIGITS + 1
_TABLE = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def check_digit(digits: str) -> str:
    """The digit that makes the number right."""
    state = 0
    for digit in digits:
        state = _TABLE[state][int(digit)]
    return str(state)


def is_right(number: str) -> bool:
    """Whether it can be a card's number: eleven ASCII digits of which the last one fits."""
    plain = number.isascii() and number.isdigit() and len(number) == LENGTH
    return plain and check_digit(number) == "0"


def new_number(below: Callable[[int], int]) -> str:
    """A number from a source of chance: `below(n)` is one of 0 to n - 1."""
    digits = f"{below(10**RANDOM_DIGITS):0{RANDOM_DIGITS}d}"
    return digits + check_digit(digits)


def as_typed(text: str) -> str:
    """The number in what somebody typed or a scanner sent, without spaces and dashes; "" where it
    is none."""
    plain = "".join(text.split()).replace("-", "")
    return plain if is_right(plain) else ""


def written(number: str) -> str:
    """'12345678901' -> '1234 5678 901', as it is read aloud."""
    return f"{number[:4]} {number[4:8]} {number[8:]}"

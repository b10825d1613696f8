"""Coupon codes: drawn by chance, easy to read out, and proof against a slip of the finger.

31 symbols, so that places count modulo a prime: ten digits and 21 letters, without those that look
like another one (I, L, O, S, U), which are read as what they look like. A code is 13 drawn symbols,
64.4 random bits, and one check symbol; the sum of the symbols' values, each times its place from 1,
is a multiple of 31.

**Source:** weighted sums modulo a prime, as in ISBN-10; the alphabet follows Crockford's Base32.
"""

import secrets
import unicodedata
from math import log2

ALPHABET = "0123456789ABCDEFGHJKMNPQRTVWXYZ"
PRIME = len(ALPHABET)
DRAWN = 13
LENGTH = DRAWN + 1
BITS = DRAWN * log2(PRIME)
LONGEST_TYPED = 60
_ALIKE = str.maketrans({"I": "1", "L": "1", "O": "0", "S": "5", "U": "V", "Ł": "1"})
_BETWEEN = str.maketrans(dict.fromkeys(" -_.\t\r\n\N{NO-BREAK SPACE}\N{EN DASH}\N{EM DASH}", None))
_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}


def normal(typed: str) -> str:
    """The code as it is kept: without case, spaces, dashes, accents and look-alikes. Empty where it
    cannot be a code."""
    if len(typed) > LONGEST_TYPED:
        return ""
    plain = unicodedata.normalize("NFKD", typed.translate(_BETWEEN)).upper()
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    code = bare.translate(_BETWEEN).translate(_ALIKE)
    return code if all(char in _VALUES for char in code) else ""


def check_symbol(drawn: str) -> str:
    """The symbol that makes the weighted sum a multiple of the prime."""
    rest = -_sum(drawn) * pow(LENGTH, -1, PRIME)
    return ALPHABET[rest % PRIME]


def _sum(symbols: str) -> int:
    return sum(place * _VALUES[symbol] for place, symbol in enumerate(symbols, start=1))


def draw() -> str:
    """A new code in its normal form, from the system's source of chance."""
    drawn = "".join(secrets.choice(ALPHABET) for _place in range(DRAWN))
    return drawn + check_symbol(drawn)


def is_drawn(code: str) -> bool:
    """Whether a normal form has the length of drawn codes; words chosen by people never have."""
    return len(code) == LENGTH


def is_mistyped(code: str) -> bool:
    """Whether a code of a drawn one's length cannot be one: every single wrong symbol and every
    swap of two is noticed."""
    return is_drawn(code) and _sum(code) % PRIME != 0


def shown(code: str) -> str:
    """A drawn code as it is printed: 'XXXXX-XXXX-XXXXX'."""
    return f"{code[:5]}-{code[5:9]}-{code[9:]}" if is_drawn(code) else code

"""Numbers as people and programs write them, read only where they can mean one thing.

'1.234' is one thousand two hundred and thirty-four in Warsaw and a little over one in London.
A value proves its own decimal mark by both marks ('1.234,56'), by a group that is not three
digits long ('12,5', '1234.567'), by a leading zero ('0.125'), by a repeated mark
('1.234.567') or by grouping with spaces ('1 234,567'). A value that proves nothing is read as
the other values of its column prove; where they prove nothing or contradict one another it is
refused, never guessed.
"""

import re
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from core.money import plain_sign
from customers.rules.flaws import Flaw


class Mark(StrEnum):
    """The decimal mark."""

    POINT = "."
    COMMA = ","

    @property
    def other(self) -> "Mark":
        """The mark that then groups thousands."""
        return Mark.COMMA if self is Mark.POINT else Mark.POINT


MOST_WHOLE_DIGITS = 15
# Programs that count in floats write 7.949999999999999.
MOST_DECIMALS = 18
LONGEST = 60

_SIMPLE = re.compile(r"-?[0-9]{1,15}(?:\.(?:[0-9]{1,2}|[0-9]{4,18}))?")
_SPACES = re.compile("[\\s\u00a0\u2007\u2009\u202f]+")
_UNIT = re.compile(r"[^\W\d_]{1,3}\.?|[\u00a3\u20ac$\u20b4]")
_WHOLE = re.compile(
    rf"(?P<before>{_UNIT.pattern})?\s?(?P<body>[-+]?\s?[0-9., ']*[0-9](?:,-)?)"
    rf"\s?(?P<after>{_UNIT.pattern})?"
)
_GROUPED = re.compile(r"[0-9]{1,3}(?:(?P<group>[ '])[0-9]{3})(?:(?P=group)[0-9]{3})*")
_THOUSANDS = {mark: re.compile(rf"[0-9]{{1,3}}(?:\{mark}[0-9]{{3}})+") for mark in Mark}
# A dollar or crown sign may mean several currencies; these mean one.
CURRENCY_OF_UNIT = {
    "zł": "PLN",
    "zl": "PLN",
    "kč": "CZK",
    "kc": "CZK",
    "lei": "RON",
    "leu": "RON",
    "€": "EUR",
    "£": "GBP",
    "₴": "UAH",
    "ft": "HUF",
}
# Words of several currencies: whether one is meant, the receipt says.
_SHARED = {"kr": ("SEK", "NOK", "DKK", "ISK"), "fr": ("CHF",)}


def _split(text: str) -> tuple[bool, str, str]:
    """Whether it is negative, the digits with their marks, and the unit written beside."""
    text = _SPACES.sub(" ", text).strip().replace("\u2212", "-")
    negative = text.startswith("(") and text.endswith(")")
    if negative:
        text = text[1:-1].strip()
    if text.startswith("-") and not negative:
        negative, text = True, text[1:].lstrip()
    match = _WHOLE.fullmatch(text) if len(text) <= LONGEST else None
    if match is None:
        raise Flaw("not_a_number")
    body, before, after = match["body"], match["before"], match["after"]
    if body.startswith(("-", "+")):
        if negative:
            raise Flaw("not_a_number")
        negative, body = body[0] == "-", body[1:].lstrip()
    if before and after:
        raise Flaw("not_a_number")
    return negative, body.removesuffix(",-"), (before or after or "").strip(".").lower()


def _parts(body: str, mark: Mark | None) -> tuple[str, str, Mark | None]:
    """Whole digits, decimals, and the mark that the value proves by itself (None: neither).

    Raises `Flaw("ambiguous_number")` where the value could mean two things and `mark` is None.
    """
    kinds = [kind for kind in Mark if kind in body]
    if not kinds:
        return _whole(body), "", None
    if len(kinds) == 2:
        decimal = Mark(body[max(body.rfind(kind) for kind in Mark)])
        whole, decimals = _cut(body, decimal)
        return _ungroup(whole, decimal.other), decimals, decimal
    (kind,) = kinds
    if body.count(kind) > 1:
        return _ungroup(body, kind), "", kind.other
    whole, decimals = _cut(body, kind)
    if len(decimals) != 3 or not re.fullmatch("[1-9][0-9]{0,2}", whole):
        return _whole(whole) if whole else "0", decimals, kind
    if mark is None:
        raise Flaw("ambiguous_number")
    return (whole, decimals, None) if mark is kind else (whole + decimals, "", None)


def _cut(body: str, mark: Mark) -> tuple[str, str]:
    whole, _mark, decimals = body.partition(mark)
    if not (decimals.isascii() and decimals.isdigit()):
        raise Flaw("not_a_number")
    return whole, decimals


def _whole(digits: str) -> str:
    if digits.isascii() and digits.isdigit():
        return digits
    if _GROUPED.fullmatch(digits):
        return digits.replace(" ", "").replace("'", "")
    raise Flaw("not_a_number")


def _ungroup(digits: str, mark: Mark) -> str:
    if not _THOUSANDS[mark].fullmatch(digits):
        raise Flaw("not_a_number")
    return digits.replace(mark, "")


def proof(text: str) -> Mark | None:
    """The decimal mark that the value proves by itself; None where it proves nothing."""
    if text[-3:-2] == "." and text.isascii() and (text[:-3] + text[-2:]).isdigit():
        return Mark.POINT
    if text.isdigit():
        return None
    try:
        _negative, body, _unit = _split(text)
        return _parts(body, None)[2]
    except Flaw:
        return None


def parse_number(text: str, mark: Mark | None = None) -> Decimal:
    """The exact value. `mark` is what the column proves, None where it proves nothing.

    Raises `Flaw` `not_a_number`, `ambiguous_number` or `number_too_long`. A currency's sign or
    code beside the digits is allowed; `unit_currency` tells which it names.
    """
    if _SIMPLE.fullmatch(text):
        return Decimal(text)
    negative, body, _unit = _split(text)
    whole, decimals, _proof = _parts(body, mark)
    if len(whole.lstrip("0")) > MOST_WHOLE_DIGITS or len(decimals) > MOST_DECIMALS:
        raise Flaw("number_too_long")
    value = Decimal(f"{whole}.{decimals}" if decimals else whole)
    return -value if negative else value


@lru_cache(maxsize=256)
def unit_of(unit: str) -> str:
    """The currency that a written unit names for certain, or ""."""
    if len(unit) == 3 and unit.isascii() and unit.isalpha() and unit not in CURRENCY_OF_UNIT:
        return unit.upper()
    return CURRENCY_OF_UNIT.get(unit, "")


@lru_cache(maxsize=256)
def stands_for(unit: str, currency: str) -> bool:
    """Whether what is written beside an amount may mean the currency: nothing, its code, its
    word, or its sign ('$' for USD and CAD, never for PLN)."""
    if unit_of(unit) == currency or unit in {"", plain_sign(currency)}:
        return True
    return currency in _SHARED.get(unit, ())


def written_unit(text: str) -> str:
    """What stands beside the digits, in lower case ('12,50 Zł.' -> 'zł'), or "" for nothing.

    Raises `Flaw` where the text is no number.
    """
    return "" if _SIMPLE.fullmatch(text) else _split(text)[2]

"""Money is integer minor units with its currency; decimals exist only at the edges.

**Source:** the number of minor digits per currency is ISO 4217's, as Babel (CLDR) ships it.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from babel.numbers import (
    format_currency,
    get_currency_precision,
    get_currency_symbol,
    list_currencies,
)


@cache
def minor_digits(currency: str) -> int:
    """Digits after the point: PLN 2, JPY 0, KWD 3."""
    return int(get_currency_precision(currency))


@cache
def known_currencies() -> frozenset[str]:
    """All currency codes that CLDR knows, upper case."""
    return frozenset(list_currencies())


@cache
def plain_sign(currency: str) -> str:
    """The sign that stands for the currency where it is understood: USD and CAD '$', EUR '€';
    "" where it has only letters (PLN, CHF)."""
    sign = str(get_currency_symbol(currency, locale="en"))
    return "".join(char for char in sign if not char.isalpha())


def to_minor(amount: Decimal, currency: str) -> int:
    """Major units to minor units, rounded once, half up (away from zero)."""
    scaled = amount.scaleb(minor_digits(currency))
    return int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def to_major(minor: int, currency: str) -> Decimal:
    """Minor units to an exact decimal in major units with all its digits: 7999 PLN -> 79.99."""
    return Decimal(minor).scaleb(-minor_digits(currency))


def major_text(minor: int, currency: str) -> str:
    """The decimal string that our formats use: '79.99', never an exponent."""
    return f"{to_major(minor, currency):f}"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units with its currency."""

    minor: int
    currency: str

    @property
    def major(self) -> Decimal:
        """Exact decimal in major units."""
        return to_major(self.minor, self.currency)

    def display(self, locale: str) -> str:
        """As a reader of the locale writes it: '4 218,40 zł'; a code is set apart: 'PLN 7.50'."""
        text = str(format_currency(self.major, self.currency, locale=locale))
        glued = text.removeprefix("-").startswith(self.currency)
        apart = f"{self.currency}\N{NO-BREAK SPACE}"
        return text.replace(self.currency, apart, 1) if glued else text

"""Which country a shop is in, as far as its zone and its currency say it.

**Source:** CLDR's territories of time zones, as Babel ships them; ISO 4217 codes begin with the
country's two letters.
"""

from functools import cache

from babel import Locale
from babel.core import get_global

# CLDR's codes of the world, of unions, and of nowhere.
_NO_COUNTRIES = frozenset({"", "EU", "EZ", "QO", "UN", "XA", "XB", "ZZ", "001"})


@cache
def country_of(timezone: str, currency: str) -> str:
    """The country's two letters: of the zone ('Europe/Warsaw' -> 'PL'), else of the currency
    ('CZK' -> 'CZ'); "" where neither names one."""
    zone = str(get_global("zone_aliases").get(timezone, timezone))
    found = str(get_global("zone_territories").get(zone) or "")
    if found not in _NO_COUNTRIES:
        return found
    found = currency[:2]
    return found if found in Locale("en").territories and found not in _NO_COUNTRIES else ""

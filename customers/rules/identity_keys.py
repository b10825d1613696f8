"""The normalised forms in which e-mails, phones and numbers of other systems are compared.

Two spellings of one address must give one key, or a person stands twice in the file; two
addresses must never give one key, or two people become one.
"""

import re
import unicodedata
from functools import lru_cache

import phonenumbers

from core.text import is_storable, squeeze

MAX_LENGTH = 254
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"\\]+@[^\s@<>()\[\],;:\"\\]+\.[^\s@<>()\[\],;:\"\\.]{2,}")
_NOT_DIGITS = re.compile(r"\D")
_PHONE_MARKS = re.compile(r"[\d\s+().\-/\u2010-\u2015]+")
# Whom to ask for behind the switchboard: 'wew. 12', 'ext 12', 'kl. 12', 'int. 12', '(x12)', '#12'.
_EXTENSION = re.compile(
    r"[\s,;/(]*(?:(?<![^\W\d_])(?:ext(?:ension)?|x|wew(?:n(?:[eę]trzny)?)?|w|kl(?:apka)?|linka"
    r"|int(?:erior)?)|#)[.:]*\s*[0-9]{1,7}\s*\)?$",
    re.IGNORECASE,
)
# Below this many digits it is no phone number that anybody could be called at.
_FEWEST_DIGITS = 5
_MOST_DIGITS = 15


def email_key(value: str) -> str | None:
    """The address in lower case (NFC), or None where it is not an address.

    'Anna.Nowak@Example.PL ' -> 'anna.nowak@example.pl'. Dots and '+' tags stay: only some
    providers ignore them. Not casefolded, since 'ß' and 'ss' are two addresses.
    """
    squeezed = squeeze(value)
    if len(squeezed) > MAX_LENGTH or not is_storable(squeezed):
        return None
    key = unicodedata.normalize("NFC", squeezed.lower())
    local, _at, domain = key.rpartition("@")
    broken = ".." in key or domain.startswith((".", "-")) or local.startswith(".")
    if broken or len(key) > MAX_LENGTH or not _EMAIL.fullmatch(key):
        return None
    return key


@lru_cache(maxsize=4096)
def phone_key(value: str, country: str = "") -> str | None:
    """The number in E.164 where it can be read, else its bare digits; None where it is no number.

    `country` (ISO 3166 alpha-2, any case, "" unknown) says how a number without '+' or '00' is
    read: '601 234 567' with PL -> '+48601234567'. A number that is impossible there keeps its
    digits as its key, so that what people wrote down is never lost and still found. An extension
    is no part of the key: '22 123 45 67 wew. 12' -> '+48221234567'.
    """
    text = squeeze(value)
    if len(text) > 40:
        return None
    text = without_extension(text)
    if not text.isascii() or not _PHONE_MARKS.fullmatch(text):
        return None
    digits = _NOT_DIGITS.sub("", text)
    if not _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS + 5:
        return None
    return _international(text, country) or digits[:_MOST_DIGITS]


def without_extension(text: str) -> str:
    """A phone number without whom to ask for behind it: '22 123 45 67 wew. 1' -> '22 123 45 67'."""
    return _EXTENSION.sub("", text)


def _international(text: str, country: str) -> str | None:
    written = f"+{text[2:]}" if text.startswith("00") else text
    region = country.strip().upper() or None
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def external_key(value: str) -> str | None:
    """A number in another system as it is, without outer white space; None where empty or too long.

    Case and leading zeros tell numbers apart: '007' and '7' are two customers. A whole number
    that a spreadsheet wrote as '17850.0' is '17850'.
    """
    if value.isascii() and value.isalnum() and len(value) <= MAX_LENGTH:
        return value
    text = squeeze(value)
    if not text or len(text) > MAX_LENGTH or not is_storable(text):
        return None
    whole, _point, fraction = text.partition(".")
    if fraction == "0" and whole.isascii() and whole.isdigit():
        return whole
    return text

"""Text as people write it, and the folded form in which it is compared."""

import re
import unicodedata

# Letters that Unicode does not decompose although readers see a base letter with a mark.
_STROKES = str.maketrans(
    {"ł": "l", "đ": "d", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"}
)
_SPACES = re.compile(r"\s+")
# Bidirectional controls can make a name read as another one.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def squeeze(text: str) -> str:
    """NFC, without bidirectional and zero-width controls, inner white space as one space."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", text))).strip()


def fold(text: str) -> str:
    """The form in which names are compared and sorted: no case, no diacritics.

    'Łukasz Żółć' -> 'lukasz zolc'. Scripts without case or marks stay as they are.
    """
    lowered = unicodedata.normalize("NFKD", squeeze(text)).casefold()
    decomposed = unicodedata.normalize("NFKD", lowered)
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return squeeze(plain.translate(_STROKES))


def is_storable(text: str) -> bool:
    """False for text that a database refuses: NUL, lone surrogates."""
    if text.isascii():
        return "\x00" not in text
    return "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def escape_like(text: str) -> str:
    """The text with LIKE's wildcards taken literally (escape character: backslash)."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")

"""Words as search sees them, and which of them are one slip of the finger apart.

A slip is one letter too many, too few, wrong, or two neighbours swapped. Words that are one
slip apart share a variant: the word itself or the word with one letter left out.

**Source:** W. Garbe, symmetric delete spelling correction (SymSpell), 2012; the distance is
Damerau and Levenshtein's in its restricted form (optimal string alignment).
"""

import re
import zlib

from core.text import fold
from customers.rules.identity_keys import without_extension

MOST_WORDS = 6
LONGEST_WORD = 40
# Shorter words are forgiven nothing: half of all three-letter names are one slip apart.
SHORTEST_FORGIVEN = 4
_WORD = re.compile(r"[^\W_]+")
_NOT_DIGITS = re.compile(r"\D")
_PHONE = re.compile(r"\+?[\d\s().\-/]+")


def words_of(text: str) -> list[str]:
    """The folded words of a text, in order, each once, cut to what is stored."""
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in _WORD.findall(fold(text))))


def variants(word: str) -> set[int]:
    """Numbers of the word and of the word with each one letter left out."""
    shorter = (word[:place] + word[place + 1 :] for place in range(len(word)))
    return {zlib.crc32(text.encode()) for text in (word, *shorter)}


def one_slip_apart(first: str, second: str) -> bool:
    """Whether the two words are equal but for one slip."""
    if first == second or abs(len(first) - len(second)) > 1:
        return False
    start = _common(first, second)
    end = _common(first[start:][::-1], second[start:][::-1])
    left, right = first[start : len(first) - end], second[start : len(second) - end]
    if max(len(left), len(right)) <= 1:
        return True
    return len(left) == 2 and left == right[::-1]


def _common(first: str, second: str) -> int:
    """How many letters the two share at the beginning."""
    length = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        length += 1
    return length


def phone_digits(text: str) -> str:
    """The digits of something that looks like a phone number, as they stand inside an
    international number: without 00, the national 0 or an extension. "" where it does not look
    like one.

    '0048 600-123-456' -> '48600123456', '0722 123 456 int. 7' -> '722123456'.
    """
    text = without_extension(text)
    if not text.isascii() or not _PHONE.fullmatch(text):
        return ""
    digits = _NOT_DIGITS.sub("", text)
    if text.lstrip().startswith("+"):
        return digits
    return digits.lstrip("0")

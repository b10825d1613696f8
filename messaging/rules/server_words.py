"""A mail server's own words, fit to be kept and shown: one line, without anybody's address."""

import re
import unicodedata

LONGEST = 500
_MAILBOX = re.compile(r"[^\s<>()\[\],;:\"'@]{1,64}@(?=[^\s<>()\[\],;:\"'@])")


def tidy_words(text: str) -> str:
    """The words in one line of at most 500 characters, control characters left out, each address
    with three dots for its local part: whose it is stands on the message already.

    >>> tidy_words("550 5.1.1 <anna@example.com>:\\r\\n User unknown")
    '550 5.1.1 <…@example.com>: User unknown'
    """
    plain = "".join(one if _is_plain(one) else " " for one in text[: 4 * LONGEST])
    return " ".join(_MAILBOX.sub("…@", plain).split())[:LONGEST]


def _is_plain(character: str) -> bool:
    return unicodedata.category(character)[0] != "C"

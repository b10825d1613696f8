"""The name behind an address, as far as it can be told."""

import re

_NOT_A_NAME = re.compile(r"[@\d<>|/]")


def likely_name(shown: str) -> tuple[str, str]:
    """(first, last) of 'Anna Nowak', 'Nowak, Anna'; one word is a first name; ("", "") for what
    is no name of a person. A proposal for a form, never stored by itself."""
    text = " ".join(shown.strip(" '\"").split())
    if not text or _NOT_A_NAME.search(text) or len(text) > 120:
        return "", ""
    last, comma, first = text.partition(",")
    if comma:
        return first.strip(), last.strip()
    first, _space, last = text.partition(" ")
    return first, last

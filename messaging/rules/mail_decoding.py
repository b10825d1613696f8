"""Words of mails from others, in any charset and however broken, as text that a database takes.

Nothing here raises: what cannot be read is replaced, so that a mail is never lost for its letters.
"""

import base64
import binascii
import codecs
import re
import unicodedata
from collections.abc import Iterator

# Codecs of Python that are no charsets, or take quadratic time.
_NO_CHARSETS = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape"})
_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?]{0,4000})\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)[ \t\r\n]+(?==\?)")
_HEX = re.compile(r"=([0-9A-Fa-f]{2})")
_BREAKS = re.compile(r"[\r\n\t\x00-\x1f\x7f\x85\u2028\u2029]+")


def decoded(data: bytes, charset: str = "") -> str:
    """The bytes as text by their charset; by UTF-8 where that is unknown or wrong, else as
    Windows-1252. The text can be stored."""
    for name in (charset, "utf-8"):
        text = _strictly(data, name)
        if text is not None:
            return storable(text)
    return storable(data.decode("cp1252", "replace"))


def _strictly(data: bytes, charset: str) -> str | None:
    try:
        codec = codecs.lookup(charset.strip().strip("\"'"))
        if codec.name.replace("-", "_") in _NO_CHARSETS:
            return None
        # The standard library knows iso-8859-1, and everybody means Windows-1252 by it.
        name = "cp1252" if codec.name == "iso8859-1" else codec.name
        return data.decode(name)
    except (LookupError, ValueError, TypeError):
        return None


def storable(text: str) -> str:
    """The text without what a database refuses: NUL, lone surrogates."""
    clean = text.replace("\x00", "")
    return clean if clean.isascii() else clean.encode("utf-8", "replace").decode("utf-8")


def raw_header(value: str) -> str:
    """A header as it came, its bytes beyond ASCII read as text."""
    if value.isascii():
        return storable(value)
    return decoded(value.encode("utf-8", "surrogateescape"))


def header_text(value: str) -> str:
    """A header in words: encoded words decoded (RFC 2047), on one line, without control characters
    and those that turn the direction of reading. 'Re: =?utf-8?q?Za=C5=BC=C3=B3=C5=82cenie?=' ->
    'Re: Zażółcenie'."""
    joined = _BETWEEN_WORDS.sub(r"\1", raw_header(value))
    text = "".join(_pieces(joined))
    return _visible(_BREAKS.sub(" ", unicodedata.normalize("NFC", storable(text)))).strip()


def _pieces(text: str) -> Iterator[str]:
    """Plain text and decoded words. Neighbours of one charset are joined first: some programs cut
    a letter in two."""
    end, charset, held = 0, "", b""
    for word in _WORD.finditer(text):
        between = text[end : word.start()]
        if held and (between or word[1].lower() != charset):
            yield decoded(held, charset)
            held = b""
        yield between
        charset, held, end = word[1].lower(), held + _word_bytes(word[2], word[3]), word.end()
    if held:
        yield decoded(held, charset)
    yield text[end:]


def _word_bytes(encoding: str, body: str) -> bytes:
    plain = body.encode("utf-8", "replace")
    if encoding in "qQ":
        spaced = body.replace("_", " ")
        return _HEX.sub(lambda match: chr(int(match[1], 16)), spaced).encode("latin-1", "replace")
    try:
        return base64.b64decode(plain + b"=" * (-len(plain) % 4))
    except (binascii.Error, ValueError):
        return plain


def _visible(text: str) -> str:
    return "".join(char for char in text if char.isascii() or unicodedata.category(char) != "Cf")

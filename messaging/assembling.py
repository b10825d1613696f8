"""A mail as the bytes that travel: headers and two parts, plain text and HTML.

Made for bulk: the standard library's message objects take longer to write a mail than the mail
server takes to receive it. The HTML travels as it is, with what is not ASCII as character
references, or in base64 where its lines are too long; the text in quoted-printable. A header
value with a line break in it is refused, never repaired.
"""

import base64
import binascii
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, formataddr
from functools import lru_cache

import idna

# Nobody who writes into a mail can know it.
BOUNDARY = f"=_{secrets.token_hex(12)}"
# A line may have 998 characters (RFC 5322).
LONGEST_LINE = 990
BASE64_LINE = 76
# An encoded word may be 75 characters long (RFC 2047): 45 bytes in base64 and its frame.
WORD_BYTES = 45
LONGEST_PLAIN = 700
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_ADDRESS = re.compile(
    r"[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]{1,64}@[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]+"
)


class HeaderRefused(ValueError):
    """A value that may not stand in a header, or an address that is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """All that a mail to one person is made of. `return_path` takes bounces; `one_click` is the
    address that mail programs post to, "" for a mail that nobody unsubscribes from. `html` is as
    `travelling` makes it."""

    pk: int
    message_id: str
    from_name: str
    from_address: str
    recipient: str
    return_path: str
    subject: str
    text: str
    html: bytes
    at: datetime
    reply_to: str = ""
    one_click: str = ""
    automatic: bool = True


def wire_address(address: str) -> str:
    """The address as it travels: its domain in ASCII. Raises `HeaderRefused` for what is none."""
    if not _ADDRESS.fullmatch(address) or len(address) > 254:
        raise HeaderRefused("not an address")
    return f"{address.rpartition('@')[0]}@{domain_of(address)}"


def domain_of(address: str) -> str:
    """The domain of an address in ASCII (IDNA 2008: 'straße.de' is another one than 'strasse.de').
    Raises `HeaderRefused` where it is no domain."""
    domain = address.rpartition("@")[2]
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise HeaderRefused("not a domain") from error


def headers_of(letter: Letter) -> list[tuple[str, str]]:
    """The headers that every way of sending sets, in order, not yet encoded."""
    headers = [("Message-ID", letter.message_id), ("Date", _date(letter.at.replace(microsecond=0)))]
    if letter.one_click:
        headers += [
            ("List-Unsubscribe", f"<{letter.one_click}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ]
    if letter.automatic:
        headers.append(("Auto-Submitted", "auto-generated"))
    return [(name, _clean(value)) for name, value in headers]


@lru_cache(maxsize=16)
def _date(second: datetime) -> str:
    return format_datetime(second)


def assemble(letter: Letter) -> bytes:
    """The whole mail with CRLF line ends; raises `HeaderRefused`."""
    headers = [
        ("From", _mailbox(letter.from_name, letter.from_address)),
        ("To", wire_address(letter.recipient)),
        ("Subject", words(" ".join(letter.subject.split()))),
        *headers_of(letter),
        ("MIME-Version", "1.0"),
        ("Content-Type", f'multipart/alternative; boundary="{BOUNDARY}"'),
    ]
    if letter.reply_to:
        headers.insert(2, ("Reply-To", _mailbox("", letter.reply_to)))
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    parts = [_text_part(letter.text), _html_part(letter.html), f"--{BOUNDARY}--\r\n".encode()]
    return b"".join([head.encode(), b"\r\n", *parts])


def _crlf(content: str) -> str:
    unix = content.replace("\r\n", "\n").replace("\r", "\n")
    return unix.replace("\n", "\r\n")


def _text_part(content: str) -> bytes:
    lines = _crlf(content).rstrip("\r\n") + "\r\n"
    body = binascii.b2a_qp(lines.encode(errors="replace"), istext=True)
    return _part_head("plain", "quoted-printable") + body


def travelling(html: str) -> bytes:
    """HTML, or a piece of it, as it travels: CRLF line ends, character references."""
    return _crlf(html).encode("ascii", errors="xmlcharrefreplace")


def _html_part(html: bytes) -> bytes:
    raw = html.rstrip(b"\r\n") + b"\r\n"
    if max(map(len, raw.split(b"\r\n"))) <= LONGEST_LINE:
        return _part_head("html", "7bit") + raw
    encoded = base64.b64encode(raw)
    rows = [encoded[i : i + BASE64_LINE] for i in range(0, len(encoded), BASE64_LINE)]
    return _part_head("html", "base64") + b"\r\n".join(rows) + b"\r\n"


@lru_cache(maxsize=8)
def _part_head(kind: str, encoding: str) -> bytes:
    return (
        f"--{BOUNDARY}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
        f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
    ).encode()


def _clean(value: str) -> str:
    if _CONTROL.search(value):
        raise HeaderRefused("a line break in a header")
    return value


@lru_cache(maxsize=256)
def _mailbox(name: str, address: str) -> str:
    """'Name <address>', the name encoded where it must be."""
    address, name = wire_address(address), _clean(name)
    if name.isascii():
        return formataddr((name, address))
    return f"{words(name)} <{address}>"


def words(text: str) -> str:
    """A header text in ASCII: as it is, or as encoded words (RFC 2047), folded; no word cuts a
    character. Raises `HeaderRefused` for control characters."""
    _clean(text)
    if text.isascii() and len(text) <= LONGEST_PLAIN and "=?" not in text:
        return text
    return "\r\n ".join(map(_word, _cut(text.encode(errors="replace"))))


def _cut(encoded: bytes) -> Iterator[bytes]:
    """UTF-8 in pieces that are short enough for a word."""
    begin = 0
    while begin < len(encoded):
        end = begin + WORD_BYTES
        # Back to where a character begins.
        while end < len(encoded) and encoded[end] & 0xC0 == 0x80:
            end -= 1
        yield encoded[begin:end]
        begin = end


def _word(piece: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(piece).decode('ascii')}?="

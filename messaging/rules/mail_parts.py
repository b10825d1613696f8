"""Mails taken apart whatever they look like: broken headers, wrong lengths, charsets that nobody
knows. Nothing here raises for what stands in a mail."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message

MOST_BYTES = 4_000_000
MOST_PARTS = 200
# Each nested level costs time for each line below it; real reports have three at most.
MOST_BOUNDARIES = 50
LONGEST_HEADER = 10_000
_BROKEN = (ValueError, LookupError, TypeError, AttributeError, MessageError, RecursionError)
_ID = re.compile(r"<[^<>\s]{3,250}>")
_MAILBOX = re.compile(r"[^\s<>()\[\],;:\"]{1,64}@[^\s<>()\[\],;:\"@]{1,253}")


def read_mail(raw: bytes) -> Message | None:
    """The mail; None for what is too deeply nested to be one. Only its beginning is read where it
    is long: reports stand first and quote the mail last."""
    raw = raw[:MOST_BYTES]
    if raw.lower().count(b"boundary") > MOST_BOUNDARIES:
        return None
    try:
        return message_from_bytes(raw, policy=policy.compat32)
    except _BROKEN:
        return None


def parts_of(mail: Message) -> Iterator[Message]:
    """The mail and its parts, outside in, in order; no more than 200."""
    waiting, number = [mail], 0
    while waiting and number < MOST_PARTS:
        part = waiting.pop(0)
        number += 1
        yield part
        inner = part.get_payload()
        if isinstance(inner, list):
            waiting[:0] = [one for one in inner if isinstance(one, Message)]


def kind_of(part: Message) -> str:
    """Its content type in lower case."""
    try:
        return part.get_content_type()
    except _BROKEN:
        return "text/plain"


def parameter_of(part: Message, name: str) -> str:
    """A parameter of its content type in lower case, "" for none."""
    try:
        value = part.get_param(name)
    except _BROKEN:
        return ""
    return (value[2] if isinstance(value, tuple) else str(value or "")).lower()


def header(part: Message, name: str) -> str:
    """A header in one line, decoded; "" where it is missing."""
    try:
        value = part.get(name)
        if value is None:
            return ""
        text = str(value)[:LONGEST_HEADER]
        return " ".join(str(make_header(decode_header(text))).split())
    except _BROKEN:
        return " ".join(repr(str(part[name]))[1:LONGEST_HEADER].split()) if name in part else ""


def headers(part: Message, *names: str) -> list[str]:
    """All headers of these names as they stand, in one line each."""
    found: list[str] = []
    for name in names:
        try:
            values = part.get_all(name, [])
            found += [" ".join(str(value)[:LONGEST_HEADER].split()) for value in values]
        except _BROKEN:
            continue
    return found


def text_of(part: Message) -> str:
    """Its text; in Latin-1 where the charset is unknown, so that ASCII can always be read."""
    try:
        raw = part.get_payload(decode=True)
    except _BROKEN:
        raw = None
    if not isinstance(raw, bytes):
        return ""
    try:
        return raw.decode(part.get_content_charset() or "utf-8")
    except _BROKEN:
        return raw.decode("latin-1")


def body_of(mail: Message) -> str:
    """Its first plain text, "" where there is none."""
    plain = (part for part in parts_of(mail) if kind_of(part) == "text/plain")
    return next(map(text_of, plain), "")


def ids_in(text: str) -> list[str]:
    """The Message-IDs in a header."""
    return _ID.findall(text[:LONGEST_HEADER])


def addresses_in(text: str) -> list[str]:
    """What looks like an address in a header or in a server's words."""
    return [found.strip(".'") for found in _MAILBOX.findall(text[:LONGEST_HEADER])]

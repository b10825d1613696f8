"""A mail from anybody, taken apart: what it says and what is in it, however broken it is.

Nothing here raises. A mail that would take too long to take apart (thousands of parts, parts
within parts within parts) is read by its head only, and says so by `is_whole`.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import Message
from email.utils import collapse_rfc2231_value, getaddresses, parsedate_to_datetime
from typing import TypeVar

from messaging.rules.mail_decoding import decoded, header_text, raw_header, storable
from messaging.rules.mail_files import MailFile, safe_name, safe_type
from messaging.rules.mail_safety import LONGEST_HTML, SafeHtml, cleaned, text_of

LONGEST_TEXT = 500_000
LONGEST_HEADER = 20_000
MOST_PARTS = 1_000
MOST_BOUNDARIES = 100
# Lines times boundaries: what the standard library compares while it takes a mail apart.
MOST_WORK = 4_000_000
MOST_IDS = 100
_BROKEN = (ValueError, LookupError, TypeError, AttributeError, MessageError, RecursionError)
_ID = re.compile(r"<[^<>\s]{1,253}>")
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@[^\s@<>()\[\],;:\"\\]{1,253}")
_ANGLED = re.compile(r"<([^<>]*)>\s*$")
NO_HTML = SafeHtml("", has_remote_images=False)
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Head:
    """The headers of a mail: (name in lower case, value as it came), in order."""

    fields: tuple[tuple[str, str], ...] = ()

    def all(self, *names: str) -> list[str]:
        """The values of headers with these names, from the top."""
        return [value for name, value in self.fields if name in names]

    def first(self, name: str) -> str:
        """The topmost value; "" where there is none."""
        return next(iter(self.all(name)), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedMail:
    """What a mail says.

    `sender` is the address it claims to be from, "" where it names none or several. `sent_at` is
    in UTC, None where it cannot be read. `text` is the plain text, made from the HTML where there
    is none. `is_whole`: nothing was left out.
    """

    head: Head
    message_id: str = ""
    answers: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    sender: str = ""
    sender_name: str = ""
    recipients: str = ""
    subject: str = ""
    sent_at: datetime | None = None
    content_type: str = "text/plain"
    text: str = ""
    html: SafeHtml = NO_HTML
    files: tuple[MailFile, ...] = ()
    is_whole: bool = True


@dataclass(slots=True)
class _Body:
    texts: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    files: list[MailFile] = field(default_factory=list)
    is_whole: bool = True


def parse(raw: bytes) -> ParsedMail:
    """The mail that the bytes are. Never raises."""
    mail, is_whole = _taken_apart(raw)
    body = _body_of(mail) if is_whole else _Body(is_whole=False)
    html = cleaned(storable("\n".join(body.pages)))
    text = "\n".join(body.texts).strip() or text_of(html.html)
    cut = len(text) > LONGEST_TEXT or sum(map(len, body.pages)) > LONGEST_HTML
    head = _head_of(mail)
    sender, name = sender_in(head)
    return ParsedMail(
        head=head,
        message_id=next(iter(ids_in(head.first("message-id"))), ""),
        answers=tuple(ids_in(head.first("in-reply-to"))[:MOST_IDS]),
        references=tuple(ids_in(" ".join(head.all("references")))[-MOST_IDS:]),
        sender=sender,
        sender_name=name,
        recipients=header_text(", ".join(head.all("to", "cc"))[:LONGEST_HEADER]),
        subject=header_text(head.first("subject"))[:400].strip(),
        sent_at=_instant(head.first("date")),
        content_type=_kind(mail),
        text=storable(text[:LONGEST_TEXT]),
        html=html,
        files=tuple(body.files),
        is_whole=body.is_whole and not cut,
    )


def _taken_apart(raw: bytes) -> tuple[Message, bool]:
    """The mail, and whether its body was taken apart too."""
    boundaries = raw.lower().count(b"boundary")
    if boundaries <= MOST_BOUNDARIES and raw.count(b"\n") * (boundaries + 1) <= MOST_WORK:
        whole = _tried(lambda: message_from_bytes(raw, policy=policy.compat32), None)
        if whole is not None:
            return whole, True
    head = re.split(rb"\r?\n\r?\n", raw[:1_000_000], maxsplit=1)[0]
    return _tried(
        lambda: message_from_bytes(head + b"\n\n", policy=policy.compat32), Message()
    ), False


def _tried(reading: Callable[[], Value], otherwise: Value) -> Value:
    try:
        return reading()
    except _BROKEN:
        return otherwise


def _head_of(mail: Message) -> Head:
    fields = ((name.lower(), str(value)[:LONGEST_HEADER]) for name, value in mail.raw_items())
    return Head(tuple((name, _unfolded(value)) for name, value in fields))


def _unfolded(value: str) -> str:
    return re.sub(r"[\r\n]+", "", value)


def ids_in(value: str) -> list[str]:
    """The Message-IDs in a header, with their angle brackets, each once."""
    return list(dict.fromkeys(_ID.findall(raw_header(value))))


def sender_in(head: Head) -> tuple[str, str]:
    """The address and name of whoever claims to have written; ("", name) unless there is exactly
    one From with exactly one address, which two ways of reading agree on: what could be read as
    two senders is nobody's."""
    values = head.all("from")
    name = header_text(_ANGLED.sub("", values[0]).strip(' "'))[:200] if values else ""
    if len(values) != 1:
        return "", name
    value = raw_header(values[0]).strip()
    angled = _ANGLED.search(value)
    plain = (angled[1] if angled else value).strip()
    if not _ADDRESS.fullmatch(plain) or len(plain) > 254 or _addresses(value) != [plain]:
        return "", name
    return plain, name if angled else ""


def _addresses(value: str) -> list[str]:
    try:
        return [address for _name, address in getaddresses([value])]
    except _BROKEN:
        return []


def _instant(value: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(value)
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return at.astimezone(UTC).replace(microsecond=0)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None


def _kind(part: Message) -> str:
    return _tried(part.get_content_type, "text/plain")


def _leaves(mail: Message) -> Iterator[Message]:
    """The parts that hold something, in order; a mail inside the mail counts as one."""
    waiting = [mail]
    while waiting:
        part = waiting.pop()
        inner = part.get_payload()
        if isinstance(inner, list) and _kind(part).partition("/")[0] == "multipart":
            waiting += [one for one in reversed(inner) if isinstance(one, Message)]
        else:
            yield part


def _body_of(mail: Message) -> _Body:
    body = _Body()
    for number, part in enumerate(_leaves(mail)):
        if number >= MOST_PARTS:
            body.is_whole = False
            break
        kind = _kind(part)
        is_file = _disposition(part) == "attachment" or bool(_file_name(part))
        if kind == "text/plain" and not is_file:
            body.texts.append(_text(part))
        elif kind == "text/html" and not is_file:
            body.pages.append(_text(part))
        elif not kind.startswith("multipart/"):
            body.files.append(_file(part, kind))
    return body


def _disposition(part: Message) -> str:
    return _tried(lambda: part.get_content_disposition() or "", "")


def _text(part: Message) -> str:
    data = _tried(lambda: part.get_payload(decode=True), None)
    charset = _tried(lambda: str(part.get_content_charset() or ""), "")
    text = decoded(data, charset) if isinstance(data, bytes) else ""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _file_name(part: Message) -> str:
    """The name as the mail gives it, in either of two ways (RFC 2231, and RFC 2047 against it)."""
    for header, name in (("content-disposition", "filename"), ("content-type", "name")):
        value = _tried(lambda h=header, n=name: part.get_param(n, header=h), None)  # type: ignore[misc]
        if value:
            text = _tried(lambda v=value: collapse_rfc2231_value(v), "")  # type: ignore[misc]
            if text:
                return header_text(str(text)[:1000])
    return ""


def _file(part: Message, kind: str) -> MailFile:
    name = _file_name(part)
    content_id = header_text(str(part.get("content-id", ""))[:300]).strip("<> ")[:255]
    if kind == "message/rfc822":
        return MailFile(safe_name(name or "message.eml"), kind, _inner_mail(part), content_id)
    data = _tried(lambda: part.get_payload(decode=True), None)
    content = data if isinstance(data, bytes) else None
    return MailFile(safe_name(name), safe_type(kind), content, content_id)


def _inner_mail(part: Message) -> bytes | None:
    inner = part.get_payload()
    mail = inner[0] if isinstance(inner, list) and inner else None
    return _tried(mail.as_bytes, None) if isinstance(mail, Message) else None


def content_key(mail: ParsedMail, raw: bytes) -> str:
    """The same for copies of one mail, whichever way they came: of who wrote it, when, under
    which id, and what it says. A relay may encode it anew and adds headers; nothing of that
    counts. Two mails that say the same at different times differ; where a mail names neither its id
    nor its time, all that came with it counts, since one too many is better than one lost."""
    parts = [mail.message_id, mail.sender.lower(), mail.subject, str(mail.sent_at)]
    if not mail.message_id and mail.sent_at is None:
        parts.append(_digest(raw.replace(b"\r", b"")))
    if mail.is_whole:
        parts += [mail.text.strip(), mail.html.html.strip()]
        parts += [f"{file.name} {_digest(file.content or b'')}" for file in mail.files]
    else:
        parts.append(_digest(re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[-1].replace(b"\r", b"")))
    return _digest("\x1f".join(parts).encode("utf-8", "replace"))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

"""Letters of mail servers that come back without the fields of RFC 3464: qmail's, Exim's older
ones, and whatever a mailer daemon writes with the answer of the other server in it.

Deliberately few: a person's letter or a vacation notice must never be taken for one.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message

from messaging.rules.mail_parts import addresses_in, body_of, header, headers, ids_in

LONGEST_BODY = 20_000
# Servers' reports are marked "auto-replied" like vacation notices are (RFC 3834, RFC 3464), so
# only the sender can tell them apart.
_DAEMON = re.compile(
    r"(?:^|[<\s\"])(?:mailer[-_.]?daemon|postmaster|mail[-_]?(?:delivery|subsystem)|mdaemon)\b",
    re.IGNORECASE,
)
_RETURNED = re.compile(
    r"undeliver|failure notice|delivery (?:status|fail|problem|has failed)|returned mail"
    r"|mail delivery (?:failed|system)|could not be delivered|returning message"
    r"|niedostarcz|nie ?dor[eę]cz|zwrot|nie mo[zż]na dostarczy"
    r"|nedoru[cč]|nelze doru[cč]|vr[aá]cen|nelivr|nu a putut fi livrat|unzustellbar",
    re.IGNORECASE,
)
_LATE = re.compile(r"delay|warning|temporar.* deferred|opóźni|opozni|zpožd|întârzi", re.IGNORECASE)
_QMAIL = re.compile(r"^hi\. this is the .{1,80}$", re.IGNORECASE | re.MULTILINE)
_QUOTED = re.compile(
    r"^-{2,}.{0,40}(?:original|copy|below|headers|oryginaln|původní|copia).{0,60}$",
    re.IGNORECASE | re.MULTILINE,
)
_REPLY = re.compile(r"(?<![\d.])[45]\d\d[ -](?:[45]\.\d{1,3}\.\d{1,3}\b)?|#[45]\.\d{1,3}\.\d{1,3}")
_ID_LINE = re.compile(r"^message-id:\s*(<[^<>\s]{3,250}>)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a server's letter says: who was not reached, in the server's words."""

    addresses: frozenset[str]
    words: str
    message_ids: tuple[str, ...]


def read_letter(mail: Message) -> Letter | None:
    """The server's letter that a mail is; None for everybody else's."""
    body = body_of(mail)[:LONGEST_BODY].replace("\r\n", "\n")
    if not _is_of_a_server(mail, body) or _LATE.search(header(mail, "Subject")):
        return None
    said, quoted = _halves(body)
    failed = [
        found for name in headers(mail, "X-Failed-Recipients") for found in addresses_in(name)
    ]
    answer = _answer(said)
    if not failed and not answer:
        return None
    named = failed or addresses_in(answer) or addresses_in(said)[:1]
    ids = [*_ID_LINE.findall(quoted), *_references(mail)]
    return Letter(_small(named), answer, tuple(dict.fromkeys(ids)))


def _is_of_a_server(mail: Message, body: str) -> bool:
    """Whether a mail server wrote it: by its sender and its subject, or as qmail begins."""
    if header(mail, "X-Failed-Recipients") or _QMAIL.match(body.lstrip()):
        return is_of_a_daemon(mail)
    return is_of_a_daemon(mail) and bool(_RETURNED.search(header(mail, "Subject")))


def is_of_a_daemon(mail: Message) -> bool:
    """Whether it says that it comes from a mail server, not from a person."""
    return bool(_DAEMON.search(header(mail, "From")))


def _halves(body: str) -> tuple[str, str]:
    """What the server says, and the mail that it quotes."""
    cut = _QUOTED.search(body)
    if cut is None:
        return body, body
    return body[: cut.start()], body[cut.end() :]


def _answer(said: str) -> str:
    """The paragraph with the other server's answer in one line, "" where nobody answered."""
    paragraphs = re.split(r"\n[ \t]*\n", said)
    found = (text for text in paragraphs if _REPLY.search(text))
    return " ".join(next(found, "").split())


def _references(mail: Message) -> list[str]:
    return ids_in(" ".join(headers(mail, "In-Reply-To", "References")))


def _small(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.lower() for name in names)

"""Reports about mails: that one came back, is late, has arrived, or was marked as unwanted.

Read are delivery status notifications (RFC 3464), complaints (RFC 5965) and the plain letters of
servers that write neither. Only what a server reports counts: vacation notices, other automatic
replies, read receipts and people's answers are no reports (RFC 3834, RFC 8098).

A report says of itself whom it is about; whether that is true is for the reader to find out, by the
signed address that it came to or the Message-ID that it names.
"""

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from enum import StrEnum

from messaging.rules.bounce_classes import Bounce, bounce_of, status_in
from messaging.rules.mail_parts import (
    addresses_in,
    header,
    headers,
    ids_in,
    kind_of,
    parameter_of,
    parts_of,
    read_mail,
    text_of,
)
from messaging.rules.plain_bounces import is_of_a_daemon, read_letter

MOST_RECIPIENTS = 100
LONGEST_WORDS = 500
STATUS_PARTS = ("message/delivery-status", "message/global-delivery-status")
# Where servers write to whom a mail came; the returned mail names its own return path as well.
ARRIVED_AT = (
    *("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To"),
    *("To", "Return-Path", "X-Failed-Sender"),
)
REPORTS = ("multipart/report", *STATUS_PARTS)
_XTEXT = re.compile(r"\+([0-9A-F]{2})")


class Action(StrEnum):
    """What a server did for a recipient (RFC 3464 2.3.3)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


@dataclass(frozen=True, slots=True)
class RecipientReport:
    """What became of a mail to one recipient. `addresses` are the names that the report gives
    them, in small letters; `words` is what the server said, in one line."""

    action: Action
    addresses: frozenset[str] = frozenset()
    status: str = ""
    words: str = ""

    @property
    def bounce(self) -> Bounce | None:
        """How it came back; None where it did not."""
        return bounce_of(self.status, self.words) if self.action is Action.FAILED else None


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """A report about one mail. `recipients` is empty for a complaint.

    `arrived_at` are addresses that the report came to or that the returned mail was to come back
    to; `message_ids` are those of the mail that it is about, with their angle brackets. `at` is
    when the server noticed, None where it does not say. `digest` is equal for copies of one
    report, in whichever mailbox they were found.
    """

    is_complaint: bool
    recipients: tuple[RecipientReport, ...]
    message_ids: tuple[str, ...]
    arrived_at: tuple[str, ...]
    at: datetime | None
    digest: str
    words: str = ""


def read_report(raw: bytes) -> DeliveryReport | None:
    """The report that a mail is; None for any other mail. Never raises."""
    mail = read_mail(raw)
    if mail is None:
        return None
    parts = list(parts_of(mail))
    found = _structured(mail, parts) or _letter(mail)
    if found is None:
        return None
    ids, paths = _references(parts)
    return replace(
        found,
        message_ids=tuple(dict.fromkeys([*found.message_ids, *ids])),
        arrived_at=tuple(dict.fromkeys([*found.arrived_at, *paths])),
        digest=_digest(mail, found),
    )


def _structured(mail: Message, parts: list[Message]) -> DeliveryReport | None:
    if kind_of(mail) not in REPORTS and not is_of_a_daemon(mail):
        return None  # somebody passes on a report about another mail
    for part in parts:
        kind = kind_of(part)
        if kind in STATUS_PARTS:
            return _status_report(part)
        if kind == "message/feedback-report":
            return _complaint(part)
    if parameter_of(mail, "report-type") == "delivery-status":
        # The part that says so lost its name on the way; its fields are still there.
        texts = (part for part in parts if "final-recipient:" in text_of(part).lower())
        return next((_status_report(part) for part in texts), None)
    return None


def _status_report(part: Message) -> DeliveryReport | None:
    about, *others = _groups(part) or [{}]
    if "action" in about or "final-recipient" in about:
        others = [about, *others]
    found = [_recipient(group) for group in others[:MOST_RECIPIENTS]]
    recipients = tuple(one for one in found if one)
    if not recipients:
        return None
    at = about.get("last-attempt-date") or about.get("arrival-date") or ""
    own = [group["last-attempt-date"] for group in others if group.get("last-attempt-date")]
    paths = addresses_in(about.get("x-postfix-sender", ""))
    ids = tuple(ids_in(about.get("x-original-message-id", "")))
    return DeliveryReport(
        False, recipients, ids, tuple(paths), _instant(own[0] if own else at), "", ""
    )


def _groups(part: Message) -> list[dict[str, str]]:
    """The groups of fields; the first is about the mail, each other one about a recipient. Where
    names come twice, the first counts."""
    inner = part.get_payload()
    if isinstance(inner, list):
        blocks = [one for one in inner if isinstance(one, Message)]
        fields = [[(name.lower(), header(one, name)) for name in one] for one in blocks]
        texts = [dict(reversed(some)) for some in fields if some]
        if texts:
            return texts
    return [group for group in map(_fields, re.split(r"\n[ \t]*\n", _unix(text_of(part)))) if group]


def _fields(block: str) -> dict[str, str]:
    unfolded = re.sub(r"\n[ \t]+", " ", block)
    pairs = [line.partition(":") for line in unfolded.split("\n")]
    known = [(name.strip().lower(), value.strip()) for name, colon, value in pairs if colon]
    return dict(reversed(known))


def _recipient(group: dict[str, str]) -> RecipientReport | None:
    try:
        action = Action(group.get("action", "").split("(")[0].strip().lower())
    except ValueError:
        return None
    names = [group.get("final-recipient", ""), group.get("original-recipient", "")]
    words = " ".join(group.get("diagnostic-code", "").split())
    status = status_in(group.get("status", ""))
    return RecipientReport(
        action,
        frozenset(address for name in names for address in addresses_in(_plain(name).lower())),
        status,
        _after_type(words)[:LONGEST_WORDS],
    )


def _plain(typed: str) -> str:
    """ "rfc822; anna@example.com" without its type, signs spelled "+2B" read (RFC 3461)."""
    name = _after_type(typed)
    return _XTEXT.sub(lambda sign: chr(int(sign.group(1), 16)), name) if "+" in name else name


def _after_type(typed: str) -> str:
    kind, semicolon, rest = typed.partition(";")
    return rest.strip() if semicolon and kind.strip().replace("-", "").isalnum() else typed


def _complaint(part: Message) -> DeliveryReport | None:
    groups = _groups(part)
    fields = {name: value for group in reversed(groups) for name, value in group.items()}
    if fields.get("feedback-type", "").lower() not in {"abuse", "fraud", "opt-out", "other"}:
        return None
    kind = fields["feedback-type"].lower()
    if kind == "other" and "auth-failure" in fields:
        return None
    at = _instant(fields.get("arrival-date", "") or fields.get("received-date", ""))
    paths = tuple(addresses_in(fields.get("original-mail-from", "")))
    return DeliveryReport(True, (), (), paths, at, "", kind)


def _letter(mail: Message) -> DeliveryReport | None:
    letter = read_letter(mail)
    if letter is None:
        return None
    recipient = RecipientReport(
        Action.FAILED, letter.addresses, status_in(letter.words), letter.words[:LONGEST_WORDS]
    )
    ids = tuple(letter.message_ids)
    return DeliveryReport(False, (recipient,), ids, (), _instant(header(mail, "Date")), "", "")


def _references(parts: list[Message]) -> tuple[list[str], list[str]]:
    """Message-IDs of the returned mail, and the addresses that the report came to or names."""
    ids: list[str] = []
    paths = [found for name in headers(parts[0], *ARRIVED_AT) for found in addresses_in(name)]
    ids += [found for name in headers(parts[0], "In-Reply-To") for found in ids_in(name)]
    for part in parts[1:]:
        if kind_of(part) in {"text/rfc822-headers", "message/global-headers"}:
            part = read_mail(text_of(part).lstrip().encode("utf-8", "replace")) or part
        ids += [found for name in headers(part, "Message-ID") for found in ids_in(name)]
        paths += [found for name in headers(part, *ARRIVED_AT) for found in addresses_in(name)]
    return ids, paths


def _digest(mail: Message, found: DeliveryReport) -> str:
    """The same for copies of a report: what it is called and what it says, not how it travelled."""
    said = sorted(
        f"{one.action}|{one.status}|{','.join(sorted(one.addresses))}|{one.words}"
        for one in found.recipients
    )
    about = [header(mail, "Message-ID"), header(mail, "Date"), header(mail, "From"), found.words]
    return hashlib.sha256("\n".join([*about, *said]).encode("utf-8", "replace")).hexdigest()


def _instant(text: str) -> datetime | None:
    """The instant in UTC; None where it cannot be read, or names no zone."""
    try:
        at = parsedate_to_datetime(text)
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")

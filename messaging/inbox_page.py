"""One mail that came in, as its page shows it: text, files, what it answers, what was checked."""

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.text import squeeze
from messaging.inbox_list import sender_of
from messaging.mail_timeline import name_of
from messaging.models import (
    IncomingAttachment,
    IncomingMail,
    MailKind,
    MailPlace,
    MatchedBy,
    Unsure,
)
from messaging.outbox_words import tone as state_tone

LONGEST_TEXT = 100_000
_EMPTY_LINES = re.compile(r"\n\s*\n\s*\n+")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at by itself, and what it said."""

    icon: str
    tone: str
    text: str | Promise


@dataclass(frozen=True, slots=True)
class Answered:
    """The mail of ours that this one answers."""

    pk: int
    name: str
    state: str
    tone: str


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file that came along: `fault` says why it was not kept, "" where it was."""

    position: int
    name: str
    size: int
    fault: str


@dataclass(frozen=True, slots=True)
class IncomingPage:
    """A mail in words. `quoted` is the whole text where it says more than `text`, else ""."""

    row: IncomingMail
    sender: str
    recipients: list[str]
    text: str
    quoted: str
    files: list[ShownFile]
    mailboxes: list[str]
    answered: Answered | None
    checks: list[Check]


def page_of(mail: IncomingMail) -> IncomingPage:
    """All that the page shows but who may have written; two queries."""
    copies = mail.copies.select_related("mailbox")
    boxes = {copy.mailbox.name if copy.mailbox else copy.source for copy in copies}
    text = _tidy(mail.shown_text)
    whole = _tidy(mail.text)
    return IncomingPage(
        row=mail,
        sender=sender_of(mail),
        recipients=[line.strip() for line in mail.recipients.splitlines() if line.strip()],
        text=text or whole,
        quoted=whole if text and len(whole) > len(text) else "",
        files=[_file(one) for one in mail.attachments.all()],
        mailboxes=sorted(boxes),
        answered=_answered(mail),
        checks=checks_of(mail),
    )


def _tidy(text: str) -> str:
    return _EMPTY_LINES.sub("\n\n", text[:LONGEST_TEXT]).strip()


def _file(row: IncomingAttachment) -> ShownFile:
    name = squeeze(row.name) or _("unnamed file")
    return ShownFile(row.position, name, row.size, row.get_fault_display() if row.fault else "")


def _answered(mail: IncomingMail) -> Answered | None:
    message = mail.answers
    if message is None:
        return None
    state = str(message.get_state_display())
    return Answered(message.pk, name_of(message), state, state_tone(message.state))


def checks_of(mail: IncomingMail) -> list[Check]:
    """What the automatic checks said: who wrote it, how it was matched or why not."""
    kind = _kind(mail)
    if mail.place == MailPlace.MATCHED:
        by_hand = mail.matched_by == MatchedBy.PERSON
        icon = "person-check" if by_hand else "check2"
        return [kind, Check(icon, "good", mail.get_matched_by_display())]
    if mail.reason:
        forged = mail.reason == Unsure.FORGED
        icon, tone = ("exclamation-triangle", "bad") if forged else ("question-circle", "accent")
        return [kind, Check(icon, tone, mail.get_reason_display())]
    return [kind]


def _kind(mail: IncomingMail) -> Check:
    if mail.kind == MailKind.PERSON:
        return Check("person", "plain", mail.get_kind_display())
    words = str(mail.get_kind_display())
    if mail.kind_reason:
        words = _("%(kind)s (header %(header)s)") % {"kind": words, "header": mail.kind_reason}
    return Check("robot", "info", words)

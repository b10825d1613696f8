"""Mails that come in: each stored once, tied to its customer where that is certain, and otherwise
left to a person.

Whoever brings a mail (a mailbox's reader, a provider's call) may bring it again at any time, and
two may bring it at once: one row comes of it, and one interaction.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from core.services import audit
from customers.models import Identity, IdentityKind
from customers.rules.identity_keys import email_key
from messaging.models import (
    AddressRule,
    IncomingCopy,
    IncomingMail,
    Mailbox,
    MailKind,
    MailPlace,
    MatchedBy,
    Message,
    Sender,
    Unsure,
)
from messaging.rules.delivery_reports import DeliveryReport, read_report
from messaging.rules.incoming_mail import ParsedMail, content_key, parse
from messaging.rules.mail_files import MailFile
from messaging.rules.mail_nature import Kind, Nature, nature_of
from messaging.rules.mail_placing import Doubt, Facts, Placed, answered_id, place
from messaging.rules.mail_quotes import shown_text
from messaging.rules.mail_subjects import subject_key
from messaging.rules.sender_proof import proof_of
from messaging.services.feedback import record_report
from messaging.services.incoming_files import keep_files
from messaging.services.mail_talks import log_mail

WHOLE_MAIL = "message.eml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where a mail was found: the mailbox and its number there, when it arrived there (None:
    now), and the server whose word about senders is believed."""

    mailbox_pk: int | None = None
    uid_validity: int | None = None
    uid: int | None = None
    arrived_at: datetime | None = None
    trusted_server: str = ""


NOWHERE = Found()


@dataclass(frozen=True, slots=True)
class _Whose:
    """What was found out about a mail before it is written."""

    nature: Nature
    placed: Placed
    answers: Message | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One copy of a mail: `key` names it for good ("imap:3:17:204"), `source` says for people where
    it came from, `now` is when it is stored. `mark`: its mailbox's server is to be told."""

    source: str
    key: str
    now: datetime
    found: Found = NOWHERE
    mark: bool = True


def receive_mail(
    *, raw: bytes, source: str, key: str, now: datetime, found: Found = NOWHERE
) -> IncomingMail:
    """Store a mail with its files, and put it on its customer's file; the row, old or new.

    `key` and `source` as `Copy` has them. The same copy again, or another copy of the same mail,
    changes nothing but the list of copies. One transaction; files are written in it before the rows
    that name them.
    """
    copy = Copy(source=source, key=key, now=now, found=found)
    known = _by_copy(key)
    if known:
        return known
    mail = parse(raw)
    digest = content_key(mail, raw)
    report = read_report(raw)
    return _stored(
        _Taken(
            mail, digest, raw, len(raw), whole="" if mail.is_whole else WHOLE_MAIL, report=report
        ),
        copy,
    )


def note_mail(*, head: bytes, size: int, reason: Unsure, copy: Copy) -> IncomingMail:
    """Note a mail of which only the head was read, or nothing (b""): it lies among the unsorted for
    the reason."""
    known = _by_copy(copy.key)
    if known:
        return known
    mail = parse(head)
    told = head + f"\n{size}\n{'' if mail.message_id else copy.key}".encode()
    return _stored(_Taken(mail, _digest(told), head, size, reason=reason), copy)


def note_unreadable(*, raw: bytes, copy: Copy, name: str = WHOLE_MAIL) -> IncomingMail:
    """Keep a mail that could not be taken in: nothing of it is read, the whole is attached under
    the name."""
    known = _by_copy(copy.key)
    if known:
        return known
    reason = Unsure.UNREADABLE
    empty = parse(b"")
    return _stored(_Taken(empty, _digest(raw), raw, len(raw), reason=reason, whole=name), copy)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class _Taken:
    """What is about to be stored: the mail, its key, the bytes, their size; why it must be sorted
    by a person whatever it says ("" where that is not so), the name under which the bytes are kept
    too ("" where they are not), and the report that it is, if any."""

    mail: ParsedMail
    digest: str
    raw: bytes
    size: int
    reason: str = ""
    whole: str = ""
    report: DeliveryReport | None = None


def _by_copy(key: str) -> IncomingMail | None:
    copy = IncomingCopy.objects.select_related("mail").filter(key=key).first()
    return copy.mail if copy else None


@transaction.atomic
def _stored(taken: _Taken, copy: Copy) -> IncomingMail:
    row = _row(taken, _whose(taken, copy.found.trusted_server), copy)
    if taken.reason:
        _leave_unsorted(row, Unsure(taken.reason))
    if _insert(row):
        keep_files(mail=row, files=taken.mail.files, whole=_whole(taken))
        _log(row, copy.now)
        _pass_on(row, taken.report, copy.now)
        details = {"place": row.place, "kind": row.kind, "customer": row.customer_id}
        audit.record(actor=None, action="mail.received", target=row, details=details)
    else:
        row = IncomingMail.objects.get(key=taken.digest)
    _add_copy(row, copy)
    return row


def _whole(taken: _Taken) -> list[MailFile]:
    kind = "message/rfc822" if taken.whole == WHOLE_MAIL else "text/plain"
    return [MailFile(taken.whole, kind, taken.raw)] if taken.whole else []


def _insert(row: IncomingMail) -> bool:
    """Save; False where another copy was faster."""
    if IncomingMail.objects.filter(key=row.key).exists():
        return False
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        if not IncomingMail.objects.filter(key=row.key).exists():
            raise
        return False
    return True


def _add_copy(row: IncomingMail, copy: Copy) -> None:
    found = copy.found
    IncomingCopy.objects.get_or_create(
        key=copy.key,
        defaults={
            "mail": row,
            "source": copy.source[:120],
            "mailbox_id": found.mailbox_pk,
            "uid_validity": found.uid_validity,
            "uid": found.uid,
            "at": copy.now,
            "marked_at": None if copy.mark else copy.now,
        },
    )


def _pass_on(row: IncomingMail, report: DeliveryReport | None, now: datetime) -> None:
    """What a report says is recorded for the message that it is about."""
    if report is not None:
        row.answers_id = record_report(report=report, now=now).message_pk
        row.save(update_fields=["answers"])


def _whose(taken: _Taken, trusted_server: str) -> _Whose:
    """Who wrote it, whom it belongs to, and what it answers. A report is nobody's letter."""
    mail = taken.mail
    if taken.report is not None:
        return _Whose(Nature(Kind.REPORT, "report"), Placed(None, Doubt.UNKNOWN), None)
    own_id = bool(mail.message_id) and Message.objects.filter(message_id=mail.message_id).exists()
    nature = nature_of(mail, own_addresses=own_addresses(), is_own_id=own_id)
    answers = _answered(mail)
    sender = email_key(mail.sender) or ""
    return _Whose(nature, place(_facts(mail, sender, answers, trusted_server)), answers)


def own_addresses() -> set[str]:
    """The addresses from which the shop itself writes, in lower case."""
    rows = Sender.objects.values_list("from_address", "reply_to")
    senders = {address.lower() for row in rows for address in row if address}
    users = Mailbox.objects.filter(username__contains="@").values_list("username", flat=True)
    return senders | {user.lower() for user in users}


def _answered(mail: ParsedMail) -> Message | None:
    named = {*mail.answers, *mail.references}
    rows = Message.objects.filter(message_id__in=named, customer__isnull=False) if named else []
    ours = {row.message_id: row for row in rows}
    found = answered_id(mail.answers, mail.references, ours)
    return ours[found] if found else None


def _facts(mail: ParsedMail, sender: str, answers: Message | None, trusted: str) -> Facts:
    owners = Identity.objects.filter(kind=IdentityKind.EMAIL, key=sender)
    rules = AddressRule.objects.filter(key=sender)
    return Facts(
        sender=sender,
        owner=owners.values_list("customer_id", flat=True).first() if sender else None,
        ruled=rules.values_list("customer_id", flat=True).first() if sender else None,
        answered=answers.customer_id if answers else None,
        proof=proof_of(mail.head, sender, trusted),
    )


def _row(taken: _Taken, whose: _Whose, copy: Copy) -> IncomingMail:
    mail, arrived = taken.mail, copy.found.arrived_at
    row = IncomingMail(
        key=taken.digest,
        raw_size=taken.size,
        message_id=mail.message_id[:255],
        in_reply_to=next(iter(mail.answers), "")[:255],
        references=" ".join(mail.references)[:20_000],
        from_name=mail.sender_name,
        from_address=mail.sender,
        from_key=email_key(mail.sender) or "",
        recipients=mail.recipients,
        subject=mail.subject,
        subject_key=subject_key(mail.subject),
        sent_at=mail.sent_at,
        received_at=min(arrived or copy.now, copy.now),
        text=mail.text,
        shown_text=shown_text(mail.text),
        html=mail.html.html.strip(),
        has_remote_images=mail.html.has_remote_images,
        kind=MailKind(whose.nature.kind),
        kind_reason=whose.nature.reason,
        answers=whose.answers,
    )
    _put(row, whose.placed)
    return row


def _put(row: IncomingMail, placed: Placed) -> None:
    """Where the mail lies. An automatic answer in a customer's thread is kept there; nobody has to
    sort a machine's mail."""
    is_person = row.kind == MailKind.PERSON
    if placed.customer is not None and row.kind in {MailKind.PERSON, MailKind.AUTOMATIC}:
        row.place, row.matched_by = MailPlace.MATCHED, MatchedBy(placed.why)
        row.customer_id = placed.customer
    elif is_person:
        _leave_unsorted(row, Unsure(placed.why))
    else:
        row.place = MailPlace.SET_ASIDE


def _leave_unsorted(row: IncomingMail, reason: Unsure) -> None:
    row.place, row.reason = MailPlace.UNSORTED, reason
    row.matched_by, row.customer_id = "", None


def _log(row: IncomingMail, now: datetime) -> None:
    """A person's mail goes on the timeline; an automatic one is nothing to be answered."""
    if row.kind == MailKind.PERSON and row.customer is not None:
        row.interaction = log_mail(mail=row, customer=row.customer, now=now)
        row.save(update_fields=["interaction"])

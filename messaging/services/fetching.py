"""Reading mailboxes: the due job `messaging.fetch`, with Celery and without it.

Each mail is stored, and the mailbox's place in the row moved on, in one transaction; only then is
its server told anything. So a reader that dies at any moment loses nothing and doubles nothing: it
reads the mail in hand again, and the mail's own content keeps a second copy out, even where the
server has counted its mails anew. One that kills its reader three times is noted and passed over.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.conf import settings
from django.db import Error, InterfaceError, OperationalError, transaction

from core import clock
from core.encryption import Unreadable, decrypt
from core.jobs import DueJob
from messaging.imap import ImapTrouble, OpenMailbox, Place, opened
from messaging.models import IncomingCopy, Mailbox, MailboxTrouble, Unsure
from messaging.rules.imap_words import Listed
from messaging.services.incoming import Copy, Found, note_mail, note_unreadable, receive_mail
from messaging.services.mailboxes import (
    LeaseLost,
    due_mailboxes,
    give_back,
    held,
    note_trouble,
    take_mailbox,
)
from messaging.services.working import turn

logger = logging.getLogger(__name__)
BATCH = 50
MOST_TRIES = 3
Clock = Callable[[], datetime]


def fetch_due(now: datetime) -> int:
    """Read the mailboxes that are due for some seconds by a clock that began at `now`; returns how
    many mails were looked at."""
    ahead, goes_on = now - clock.now(), turn(settings.MAIL_TURN_SECONDS)
    done = 0
    for pk in due_mailboxes(now):
        if goes_on():
            done += read_mailbox(mailbox_pk=pk, now=lambda: clock.now() + ahead, goes_on=goes_on)
    return done


def read_mailbox(*, mailbox_pk: int, now: Clock, goes_on: Callable[[], bool]) -> int:
    """Read what is new in a mailbox, unless somebody else does; returns how many mails were looked
    at. Troubles with its server are written to its row, never raised."""
    mailbox = take_mailbox(mailbox_pk=mailbox_pk, now=now())
    if mailbox is None:
        return 0
    round_ = _Round(mailbox, now, goes_on)
    try:
        with opened(place_of(mailbox), mailbox.folder) as server:
            round_.read(server)
        give_back(mailbox, now(), all_read=round_.all_read)
    except ImapTrouble as trouble:
        note_trouble(
            mailbox, kind=trouble.kind, text=trouble.text, passes=trouble.passes, now=now()
        )
    except Unreadable:
        note_trouble(mailbox, kind=MailboxTrouble.SECRET, text="", passes=False, now=now())
    except LeaseLost:
        logger.info("mailbox %s is read by another process", mailbox.pk)
    return round_.done


def place_of(mailbox: Mailbox) -> Place:
    """Where the mailbox is and how to sign in; raises `Unreadable`."""
    return Place(
        host=mailbox.host,
        port=mailbox.port,
        security=mailbox.security,
        username=mailbox.username,
        password=decrypt(mailbox.secret),
        connect_seconds=settings.MAIL_CONNECT_SECONDS,
        command_seconds=settings.MAIL_COMMAND_SECONDS,
    )


@dataclass(slots=True)
class _Round:
    """One look into a mailbox that this process holds."""

    mailbox: Mailbox
    now: Clock
    goes_on: Callable[[], bool]
    done: int = 0
    all_read: bool = True
    not_moved: ImapTrouble | None = None

    def read(self, server: OpenMailbox) -> None:
        """Read what is new. That read mails cannot be moved keeps no new one from being read: it
        is raised at the end."""
        self._read(server)
        if self.not_moved:
            raise self.not_moved

    def _read(self, server: OpenMailbox) -> None:
        if server.uid_validity != self.mailbox.uid_validity:
            # The server has counted anew: from the beginning, what is known keeps itself out.
            fresh = {"uid_validity": server.uid_validity, "last_uid": 0, "tries": 0}
            held(self.mailbox, self.now(), trying_uid=None, **fresh)
        self._mark(server)
        numbers = server.numbers(self.mailbox.last_uid, self.mailbox.read_since)
        while self.all_read and (batch := list(islice(numbers, BATCH))):
            self._take(server, batch)
        if self.all_read and server.uid_next and server.uid_next - 1 > self.mailbox.last_uid:
            held(self.mailbox, self.now(), last_uid=server.uid_next - 1)

    def _take(self, server: OpenMailbox, numbers: Sequence[int]) -> None:
        mails = server.listed(numbers)
        for number in numbers:
            if not self.goes_on():
                self.all_read = False
                break
            if number in mails:
                self._take_one(server, mails[number])
        self._mark(server)

    def _take_one(self, server: OpenMailbox, mail: Listed) -> None:
        tries = self.mailbox.tries + 1 if self.mailbox.trying_uid == mail.uid else 1
        held(self.mailbox, self.now(), trying_uid=mail.uid, tries=tries)
        if tries > MOST_TRIES:
            self._note(mail, Unsure.LEFT, b"")
        elif mail.size > settings.MAIL_MOST_BYTES:
            self._note(mail, Unsure.TOO_LARGE, server.head(mail.uid))
        elif (raw := server.whole(mail.uid)) == b"":
            self._note(mail, Unsure.LEFT, b"")
        else:
            self._receive(mail, raw)
        self.done += 1

    def _receive(self, mail: Listed, raw: bytes | None) -> None:
        if raw is None:
            return
        copy = self._copy(mail)
        try:
            with transaction.atomic():
                receive_mail(
                    raw=raw, source=copy.source, key=copy.key, now=copy.now, found=copy.found
                )
                self._move_on(mail)
        except (LeaseLost, OperationalError, InterfaceError, OSError):
            # Not the mail's fault but the database's or the disk's: it does not count as a try.
            with suppress(Error, LeaseLost):
                held(self.mailbox, self.now(), trying_uid=None, tries=0)
            raise
        except Exception:
            logger.exception("mail %s of mailbox %s", mail.uid, self.mailbox.pk)
            with transaction.atomic():
                note_unreadable(raw=raw, copy=copy)
                self._move_on(mail)

    def _note(self, mail: Listed, reason: Unsure, head: bytes | None) -> None:
        if head is not None:
            with transaction.atomic():
                copy = self._copy(mail, mark=False)
                note_mail(head=head, size=mail.size, reason=reason, copy=copy)
                self._move_on(mail)

    def _move_on(self, mail: Listed) -> None:
        held(self.mailbox, self.now(), last_uid=mail.uid, trying_uid=None, tries=0)

    def _copy(self, mail: Listed, *, mark: bool = True) -> Copy:
        box = self.mailbox
        found = Found(
            mailbox_pk=box.pk,
            uid_validity=box.uid_validity,
            uid=mail.uid,
            arrived_at=mail.arrived_at,
            trusted_server=box.trusted_server,
        )
        key = f"imap:{box.pk}:{box.uid_validity}:{mail.uid}"
        return Copy(source=f"imap:{box.name}", key=key, now=self.now(), found=found, mark=mark)

    def _mark(self, server: OpenMailbox) -> None:
        """Tell the server what is stored for good, also what a reader that died had not told."""
        copies = IncomingCopy.objects.filter(mailbox=self.mailbox, marked_at=None)
        rows = copies.filter(uid_validity=server.uid_validity).order_by("uid")
        numbers = [
            uid for uid in rows.values_list("uid", flat=True)[: 4 * BATCH] if uid is not None
        ]
        if not numbers:
            return
        if self.mailbox.marks_seen:
            server.mark_seen(numbers)
        if self.mailbox.moves_to and not self._move(server, numbers):
            return
        copies.filter(uid_validity=server.uid_validity, uid__in=numbers).update(
            marked_at=self.now()
        )

    def _move(self, server: OpenMailbox, numbers: Sequence[int]) -> bool:
        """Whether nothing is left to be done: moved, or the server cannot."""
        try:
            server.move(numbers, self.mailbox.moves_to)
        except ImapTrouble as trouble:
            if trouble.kind != MailboxTrouble.FOLDER:
                raise
            self.not_moved = trouble
            return False
        return True


FETCH_KEY = "messaging.fetch"
FETCH_JOB = DueJob(fetch_due, every=timedelta(seconds=15), lease=timedelta(minutes=5), slow=True)

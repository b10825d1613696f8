"""A mailbox at its mail server, by IMAP: read, marked, moved; nothing is ever deleted in it.

Bodies are read by BODY.PEEK, so that reading marks nothing. Every answer is waited for with
patience that ends. What goes wrong is an `ImapTrouble` that says what a person can do about it.
"""

import imaplib
import re
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from messaging.models import MailboxTrouble, Security
from messaging.rules.imap_words import PASSING, Listed, folder_name, listed, search_date, uid_in

# Numbers asked for at once: their answer must fit into a line.
WINDOW = 50_000
# No server has reason to send a larger piece: what is larger than a mail may be is not fetched.
LARGEST_PIECE = 64 * 1024 * 1024
Answer = TypeVar("Answer")
_NOTHING = re.compile(rb'BODY\[[^\]]*\](<0>)? (""|NIL)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a mailbox is, and how long to wait for its server, in seconds."""

    host: str
    port: int
    security: str
    username: str
    password: str
    connect_seconds: float
    command_seconds: float


class ImapTrouble(Exception):
    """The mailbox cannot be read; `kind` says why, `text` is what the server said. `passes`: it
    may pass by itself."""

    def __init__(self, kind: MailboxTrouble, text: str, *, passes: bool = True) -> None:
        super().__init__(f"{kind}: {text}")
        self.kind, self.text, self.passes = kind, text, passes


class _Careful:
    """Refuses pieces larger than any mail that is asked for."""

    def read(self, size: int) -> bytes:
        if size > LARGEST_PIECE:
            raise imaplib.IMAP4.abort(f"a piece of {size} bytes")
        return super().read(size)  # type: ignore[misc, no-any-return]


class _Plain(_Careful, imaplib.IMAP4):
    pass


class _Private(_Careful, imaplib.IMAP4_SSL):
    pass


class OpenMailbox:
    """A folder that is open: `uid_validity` and `uid_next` as its server says."""

    def __init__(self, client: imaplib.IMAP4, uid_validity: int, uid_next: int | None) -> None:
        self._client = client
        self.uid_validity, self.uid_next = uid_validity, uid_next

    def numbers(self, after: int, since: date | None) -> Iterator[int]:
        """The numbers of mails after this one, in order; of mails that arrived on the day `since`
        or later. Asked for bit by bit, so that a mailbox with a million mails answers too."""
        first = after + 1
        while self.uid_next is None or first < self.uid_next:
            last = "*" if self.uid_next is None else str(min(first + WINDOW, self.uid_next) - 1)
            when = ["SINCE", search_date(since)] if since else []
            yield from sorted(n for n in self._search(f"{first}:{last}", when) if n >= first)
            if self.uid_next is None:
                return
            first += WINDOW

    def _search(self, numbers: str, when: Sequence[str]) -> set[int]:
        data = self._said(lambda: self._client.uid("SEARCH", "UID", numbers, *when))
        return {int(word) for line in data if line for word in line.split() if word.isdigit()}

    def listed(self, numbers: Sequence[int]) -> dict[int, Listed]:
        """Size and arrival of mails; those that are gone are missing."""
        if not numbers:
            return {}
        what = "(UID RFC822.SIZE INTERNALDATE)"
        joined = ",".join(map(str, numbers))
        data = self._said(lambda: self._client.uid("FETCH", joined, what))
        found = (listed(_line(answer)) for answer in data if answer)
        return {one.uid: one for one in found if one and one.uid in set(numbers)}

    def whole(self, number: int) -> bytes | None:
        """A mail; None where it is gone, b"" where the server has nothing of it to give."""
        return self._piece(number, "BODY.PEEK[]")

    def head(self, number: int) -> bytes | None:
        """The beginning of a mail's head, at most 64 KB; None where it is gone."""
        return self._piece(number, "BODY.PEEK[HEADER]<0.65536>")

    def _piece(self, number: int, what: str) -> bytes | None:
        data = self._said(lambda: self._client.uid("FETCH", str(number), f"(UID {what})"))
        for at, answer in enumerate(data):
            if isinstance(answer, tuple):
                rest = data[at + 1] if at + 1 < len(data) else b""
                tail = rest if isinstance(rest, bytes) else b""
                if number in (uid_in(answer[0]), uid_in(tail)):
                    return bytes(answer[1])
            elif answer and uid_in(answer) == number and _NOTHING.search(answer):
                return b""
        return None

    def mark_seen(self, numbers: Sequence[int]) -> None:
        """Mark mails as read; those that are gone are no matter."""
        if numbers:
            joined = ",".join(map(str, numbers))
            self._said(lambda: self._client.uid("STORE", joined, "+FLAGS.SILENT", "(\\Seen)"))

    def move(self, numbers: Sequence[int], folder: str) -> bool:
        """Move mails to a folder of the same server; False where the server cannot move."""
        if not self._can_move():
            return False
        joined, name = ",".join(map(str, numbers)), folder_name(folder)
        self._said(lambda: self._client.uid("MOVE", joined, name), MailboxTrouble.FOLDER)
        return True

    def _can_move(self) -> bool:
        """Asked now: many servers, Dovecot among them, tell the most only after the sign-in."""
        data = self._said(self._client.capability)
        return b"MOVE" in b" ".join(line for line in data if line).upper().split()

    def _said(
        self,
        asking: Callable[[], tuple[str, list[Any]]],
        refusal: MailboxTrouble = MailboxTrouble.ANSWER,
    ) -> list[Any]:
        typ, data = asked(asking)
        if typ != "OK":
            raise ImapTrouble(refusal, _words(data))
        return data


@contextmanager
def opened(place: Place, folder: str, *, read_only: bool = False) -> Iterator[OpenMailbox]:
    """The folder of a mailbox; left in good order at the end. Raises `ImapTrouble`."""
    client = _connected(place)
    try:
        _sign_in(client, place)
        yield _selected(client, folder, read_only=read_only)
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            client.logout()


def asked(asking: Callable[[], Answer]) -> Answer:
    """What the server answers; its failures as `ImapTrouble`."""
    try:
        return asking()
    except imaplib.IMAP4.readonly as error:
        raise ImapTrouble(MailboxTrouble.FOLDER, _said_by(error), passes=False) from error
    except ssl.SSLError as error:
        raise ImapTrouble(MailboxTrouble.TLS, _said_by(error)) from error
    except OSError as error:
        raise ImapTrouble(MailboxTrouble.CONNECT, _said_by(error)) from error
    except imaplib.IMAP4.abort as error:
        raise ImapTrouble(MailboxTrouble.CONNECT, _said_by(error)) from error
    except (imaplib.IMAP4.error, ValueError, IndexError, TypeError) as error:
        raise ImapTrouble(MailboxTrouble.ANSWER, _said_by(error)) from error


def _connected(place: Place) -> imaplib.IMAP4:
    context, patience = ssl.create_default_context(), place.connect_seconds

    def connect() -> imaplib.IMAP4:
        if place.security == Security.TLS:
            return _Private(place.host, place.port, ssl_context=context, timeout=patience)
        client = _Plain(place.host, place.port, timeout=patience)
        if place.security == Security.STARTTLS:
            client.starttls(context)
        return client

    client = asked(connect)
    client.sock.settimeout(place.command_seconds)
    return client


def _sign_in(client: imaplib.IMAP4, place: Place) -> None:
    if any(not word.isprintable() for word in (place.username, place.password)):
        raise ImapTrouble(MailboxTrouble.AUTH, "", passes=False)
    try:
        _present(client, place.username, place.password)
    except (imaplib.IMAP4.abort, OSError) as error:
        raise ImapTrouble(MailboxTrouble.CONNECT, _said_by(error)) from error
    except (imaplib.IMAP4.error, UnicodeError) as error:
        text = _said_by(error)
        raise ImapTrouble(MailboxTrouble.AUTH, text, passes=bool(PASSING.search(text))) from error


def _present(client: imaplib.IMAP4, username: str, password: str) -> None:
    """By AUTHENTICATE where the server knows it: LOGIN takes nothing beyond ASCII."""
    if "AUTH=PLAIN" in client.capabilities:
        client.authenticate("PLAIN", lambda _said: f"\0{username}\0{password}".encode())
        return
    quoted = username.replace("\\", "\\\\").replace('"', '\\"')
    client.login(f'"{quoted}"', password)


def _selected(client: imaplib.IMAP4, folder: str, *, read_only: bool) -> OpenMailbox:
    typ, data = asked(lambda: client.select(folder_name(folder), readonly=read_only))
    if typ != "OK":
        text = _words(data)
        raise ImapTrouble(MailboxTrouble.FOLDER, text, passes=bool(PASSING.search(text)))
    validity, following = _number(client, "UIDVALIDITY"), _number(client, "UIDNEXT")
    if validity is None:
        raise ImapTrouble(MailboxTrouble.ANSWER, "no UIDVALIDITY")
    return OpenMailbox(client, validity, following)


def _number(client: imaplib.IMAP4, code: str) -> int | None:
    _typ, data = client.response(code)
    word = data[0] if data else None
    return int(word) if isinstance(word, bytes) and word.isdigit() else None


def _line(answer: bytes | tuple[bytes, bytes]) -> bytes:
    return answer if isinstance(answer, bytes) else b" ".join(answer)


def _words(data: Sequence[Any]) -> str:
    texts = [one.decode("utf-8", "replace") for one in data if isinstance(one, bytes)]
    return _tidy(" ".join(texts))


def _said_by(error: Exception) -> str:
    args = [
        one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for one in error.args
    ]
    return _tidy(" ".join(args) or type(error).__name__)


def _tidy(text: str) -> str:
    return re.sub(r"[\x00-\x20\x7f]+", " ", text).strip()[:300]

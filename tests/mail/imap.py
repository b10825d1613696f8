"""A small IMAP server (RFC 3501 as far as mailboxes are read here), with faults at will."""

import base64
import re
import socketserver
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

ARRIVED = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass
class Lying:
    """A mail in a folder."""

    uid: int
    raw: bytes
    arrived: datetime = ARRIVED
    flags: set[str] = field(default_factory=set)
    # As some servers do for a mail whose file they have lost, or cannot measure.
    is_lost: bool = False
    says_size: bool = True


@dataclass
class Folder:
    """A folder; `put` delivers into it."""

    uid_validity: int = 17
    mails: list[Lying] = field(default_factory=list)
    next_uid: int = 1

    def put(self, raw: bytes, arrived: datetime = ARRIVED) -> Lying:
        mail = Lying(self.next_uid, raw, arrived)
        self.next_uid += 1
        self.mails.append(mail)
        return mail

    def count_anew(self) -> None:
        """As a server does that has lost its index: other numbers for the same mails."""
        self.uid_validity += 1
        for number, mail in enumerate(self.mails, start=1):
            mail.uid = number
        self.next_uid = len(self.mails) + 1


class ImapServer(socketserver.ThreadingTCPServer):
    """Serves one account on a free port of this machine. `before` is called with each command and
    may raise `Drop`; `said` is what clients said."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, *, tls: ssl.SSLContext | None = None, plain_sign_in: bool = True) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.user, self.password = "shop@example.com", 'pa"ss\\wörd'
        self.folders = {"INBOX": Folder()}
        self.refusal = ""
        self.tls, self.plain_sign_in = tls, plain_sign_in
        self.can_move = True
        self.before: Callable[[str], None] = lambda _command: None
        self.said: list[str] = []
        self.lock = threading.RLock()
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def inbox(self) -> Folder:
        return self.folders["INBOX"]

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


class Drop(Exception):
    """The line breaks."""


class _Session(socketserver.StreamRequestHandler):
    server: ImapServer
    disable_nagle_algorithm = True

    def setup(self) -> None:
        if self.server.tls:
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self) -> None:
        self.folder: Folder | None = None
        self.is_known = False
        self.say("* OK ready")
        while line := self.rfile.readline():
            tag, _space, command = line.decode("utf-8").strip().partition(" ")
            self.server.said.append(command)
            try:
                self.server.before(command)
                if not self.answer(tag, command):
                    return
            except Drop:
                return

    def say(self, line: str | bytes) -> None:
        self.wfile.write((line.encode() if isinstance(line, str) else line) + b"\r\n")

    def answer(self, tag: str, command: str) -> bool:
        word, _space, rest = command.partition(" ")
        if word.upper() == "UID":
            word, _space, rest = rest.partition(" ")
            word = f"UID_{word}"
        action = getattr(self, f"do_{word.lower()}", None)
        if action is None:
            self.say(f"{tag} BAD what?")
            return True
        with self.server.lock:
            self.say(f"{tag} {action(rest)}")
        return word.upper() != "LOGOUT"

    def do_capability(self, _rest: str) -> str:
        # As Dovecot does: what it can is told after the sign-in.
        move = " MOVE" if self.server.can_move and self.is_known else ""
        sign_in = " AUTH=PLAIN" if self.server.plain_sign_in else ""
        self.say(f"* CAPABILITY IMAP4rev1{sign_in}{move}")
        return "OK done"

    def do_noop(self, _rest: str) -> str:
        return "OK done"

    def do_logout(self, _rest: str) -> str:
        self.say("* BYE")
        return "OK bye"

    def do_authenticate(self, _rest: str) -> str:
        self.say("+ ")
        said = base64.b64decode(self.rfile.readline()).decode("utf-8").split("\0")
        return self._welcome(said[1], said[2])

    def do_login(self, rest: str) -> str:
        words = re.findall(r'"((?:[^"\\]|\\.)*)"', rest)
        user, password = (re.sub(r"\\(.)", r"\1", word) for word in words)
        return self._welcome(user, password)

    def _welcome(self, user: str, password: str) -> str:
        if self.server.refusal:
            return f"NO {self.server.refusal}"
        if (user, password) != (self.server.user, self.server.password):
            return "NO [AUTHENTICATIONFAILED] wrong user or password"
        self.is_known = True
        return "OK welcome"

    def do_select(self, rest: str) -> str:
        name = rest.strip('"')
        self.folder = self.server.folders.get(name)
        if self.folder is None:
            return "NO [NONEXISTENT] no such folder"
        self.say(f"* {len(self.folder.mails)} EXISTS")
        self.say("* FLAGS (\\Seen \\Deleted)")
        self.say(f"* OK [UIDVALIDITY {self.folder.uid_validity}] valid")
        self.say(f"* OK [UIDNEXT {self.folder.next_uid}] next")
        return "OK [READ-WRITE] open"

    def _chosen(self, numbers: str) -> list[tuple[int, Lying]]:
        assert self.folder is not None
        wanted: set[int] = set()
        for part in numbers.split(","):
            first, _colon, last = part.partition(":")
            end = self.folder.next_uid if last == "*" else int(last or first)
            wanted |= set(range(int(first), end + 1))
        return [(at, m) for at, m in enumerate(self.folder.mails, start=1) if m.uid in wanted]

    def do_uid_search(self, rest: str) -> str:
        words = rest.split()
        found = [mail for _at, mail in self._chosen(words[1])]
        if "SINCE" in words:
            day, month, year = words[-1].split("-")
            since = datetime(int(year), MONTHS.index(month) + 1, int(day), tzinfo=UTC)
            found = [mail for mail in found if mail.arrived >= since]
        self.say(" ".join(["* SEARCH", *(str(mail.uid) for mail in found)]))
        return "OK done"

    def do_uid_fetch(self, rest: str) -> str:
        numbers, _space, what = rest.partition(" ")
        for at, mail in self._chosen(numbers):
            if "BODY.PEEK[]" in what:
                self._piece(at, mail, "BODY[]", mail.raw)
            elif "BODY.PEEK[HEADER]" in what:
                head = mail.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
                self._piece(at, mail, "BODY[HEADER]<0>", head[:65536])
            else:
                day = mail.arrived
                when = f"{day.day:2}-{MONTHS[day.month - 1]}-{day:%Y %H:%M:%S} +0000"
                size = f" RFC822.SIZE {len(mail.raw)}" if mail.says_size else ""
                self.say(f'* {at} FETCH (UID {mail.uid} INTERNALDATE "{when}"{size})')
        return "OK done"

    def _piece(self, at: int, mail: Lying, name: str, data: bytes) -> None:
        self.say(f"* {at} FETCH (FLAGS ())")
        if mail.is_lost:
            self.say(f"* {at} FETCH (UID {mail.uid} {name} NIL)")
            return
        head = f"* {at} FETCH (UID {mail.uid} {name} {{{len(data)}}}\r\n".encode()
        self.say(head + data + b")")

    def do_uid_store(self, rest: str) -> str:
        numbers, _space, _what = rest.partition(" ")
        for _at, mail in self._chosen(numbers):
            mail.flags.add("\\Seen")
        return "OK done"

    def do_uid_move(self, rest: str) -> str:
        numbers, _space, name = rest.partition(" ")
        target = self.server.folders.get(name.strip('"'))
        assert self.folder is not None
        if target is None:
            return "NO [TRYCREATE] no such folder"
        for _at, mail in self._chosen(numbers):
            self.folder.mails.remove(mail)
            target.put(mail.raw).flags |= mail.flags
        return "OK done"

"""A mail server of our own (aiosmtpd) that keeps what it takes and misbehaves on request."""

import asyncio
import re
import threading
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult

DROP, STALL = "drop", "stall"
# What to answer instead, by phase ("MAIL", "RCPT", "DATA", "DOT"): a reply, DROP, STALL or None.
Misbehave = Callable[[str, int], str | None]
MESSAGE_ID = re.compile(rb"^Message-ID: (\S+)", re.MULTILINE)


class Sink:
    """What was taken, in order: recipient and content."""

    def __init__(self) -> None:
        self.port = 0
        self.taken: list[tuple[str, bytes]] = []
        self.sessions = 0
        self.misbehave: Misbehave = lambda phase, number: None
        self.asked: Counter[str] = Counter()
        self._release = threading.Event()

    def copies(self) -> Counter[str]:
        """How often each address got a mail."""
        return Counter(recipient for recipient, _content in self.taken)

    def message_ids(self) -> list[str]:
        """The Message-IDs of all mails taken."""
        found = (MESSAGE_ID.search(content) for _recipient, content in self.taken)
        return [match.group(1).decode() for match in found if match]

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, o: Any):
        answer = await self._answer("MAIL", server)
        if answer is None:
            envelope.mail_from = address
        return answer or "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, o: Any):
        answer = await self._answer("RCPT", server)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.asked["DOT"] += 1
        answer = self.misbehave("DOT", self.asked["DOT"])
        if answer in {None, DROP, STALL}:
            self.taken.append((envelope.rcpt_tos[0], envelope.content))
        return await self._act(answer, server) or "250 taken"

    async def _answer(self, phase: str, server: Any) -> str | None:
        self.asked[phase] += 1
        return await self._act(self.misbehave(phase, self.asked[phase]), server)

    async def _act(self, answer: str | None, server: Any) -> str | None:
        if answer == DROP:
            server.transport.abort()
            return "421 gone"
        if answer == STALL:
            while not self._release.is_set():
                await asyncio.sleep(0.02)
        return None if answer == STALL else answer

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any):
        """Who signs in as `shop` with `open sesame` may send."""
        good = data.login == b"shop" and data.password == b"open sesame"
        return AuthResult(success=good, handled=False)


@contextmanager
def running_sink(*, auth: bool = False) -> Iterator[Sink]:
    """A sink that listens on a free port of this machine, in a thread of its own."""
    sink, loop = Sink(), asyncio.new_event_loop()

    def session() -> SMTP:
        sink.sessions += 1
        warnings.simplefilter("ignore", UserWarning)  # signing in without TLS: on one machine
        options: dict[str, Any] = {"authenticator": sink.authenticate, "auth_required": auth}
        return SMTP(sink, loop=loop, hostname="sink", auth_require_tls=False, **options)

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    # From its own thread: the tests' thread may hold the browser's loop.
    opening = asyncio.run_coroutine_threadsafe(loop.create_server(session, "127.0.0.1", 0), loop)
    server = opening.result(timeout=30)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        sink._release.set()
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=5)

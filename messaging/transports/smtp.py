"""SMTP over one kept connection, which knows how far each message came.

The class of an error says nothing about whether the server took a mail (a line that breaks
before the final dot and one that breaks after it raise the same), so the phase is noted before
each step. Where the server offers PIPELINING, sender, recipient and DATA go in one packet
(RFC 2920): a mail then costs two answers' time instead of four.
"""

import smtplib
import socket
import ssl
from typing import Any

from core.encryption import Unreadable, decrypt
from messaging.assembling import wire_address
from messaging.models import Security, Sender
from messaging.rules.replies import Phase, Reply
from messaging.transports.base import CannotOpen, Handed, Meanwhile, Parcel, Timeouts, nothing

LONGEST_TEXT = 500
CLOSE_SECONDS = 2.0


def open_smtp(sender: Sender, timeouts: Timeouts) -> "SmtpConnection":
    """A connection that is greeted, private as the sender asks, and signed in."""
    return SmtpConnection(sender, timeouts)


class SmtpConnection:
    """One SMTP session."""

    def __init__(self, sender: Sender, timeouts: Timeouts) -> None:
        self.carried, self.usable = 0, True
        self._timeouts, self._phase = timeouts, Phase.CONNECT
        try:
            self._smtp = self._connect(sender)
            self._greet(sender)
        except (OSError, smtplib.SMTPException, Unreadable) as error:
            raise CannotOpen(self._failure(error)) from error
        self._pipelines = self._smtp.has_extn("pipelining")

    def _connect(self, sender: Sender) -> smtplib.SMTP:
        name, patience = socket.gethostname() or "localhost", self._timeouts.connect
        if sender.security == Security.TLS:
            context = ssl.create_default_context()
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                local_hostname=name, timeout=patience, context=context
            )
        else:
            smtp = smtplib.SMTP(local_hostname=name, timeout=patience)
        # smtplib checks the certificate against this.
        smtp._host = sender.host  # type: ignore[attr-defined]
        code, text = smtp.connect(sender.host, sender.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, text)
        assert smtp.sock is not None
        smtp.sock.settimeout(self._timeouts.command)
        return smtp

    def _greet(self, sender: Sender) -> None:
        self._phase = Phase.EHLO
        self._smtp.ehlo_or_helo_if_needed()
        if sender.security == Security.STARTTLS:
            self._phase = Phase.TLS
            self._smtp.starttls(context=ssl.create_default_context())
            self._smtp.ehlo_or_helo_if_needed()
        if sender.username:
            self._phase = Phase.AUTH
            self._smtp.login(sender.username, decrypt(sender.secret))

    def _failure(self, error: Exception) -> Reply:
        """Why the connection could not be made. A sign-in that cannot even be tried (no password
        that can be read, no way that both sides know) is as good as refused; a line that breaks
        during it is not."""
        if isinstance(error, smtplib.SMTPResponseException):
            return self._reply(error.smtp_code, error.smtp_error)
        # smtplib's own errors are errors of the line to Python.
        is_line = not isinstance(error, smtplib.SMTPException | Unreadable)
        broke = is_line or isinstance(error, smtplib.SMTPServerDisconnected)
        return self._reply(535 if self._phase is Phase.AUTH and not broke else 0, str(error))

    def hand_over(self, parcel: Parcel, meanwhile: Meanwhile = nothing) -> Handed:
        """Send one mail; never raises for what the server or the line does."""
        self.carried += 1
        self._phase = Phase.MAIL
        try:
            reply = self._transaction(parcel, meanwhile)
        except (OSError, smtplib.SMTPException) as error:
            # An answer that cannot be read is none, whatever code smtplib makes up for it.
            reply = self._reply(0, str(error))
        self.usable = self.usable and reply.code not in {0, 421}
        return Handed(reply)

    def close(self) -> None:
        """Say goodbye, without waiting long for an answer."""
        usable, self.usable = self.usable, False
        try:
            if usable and self._smtp.sock is not None:
                self._smtp.sock.settimeout(CLOSE_SECONDS)
                self._smtp.quit()
        except (OSError, smtplib.SMTPException):
            pass
        finally:
            self._smtp.close()

    def _transaction(self, parcel: Parcel, meanwhile: Meanwhile) -> Reply:
        recipient = wire_address(parcel.letter.recipient)
        extras = ""
        if not recipient.isascii():
            if not self._smtp.has_extn("smtputf8"):
                return Reply(Phase.RCPT, 553, "5.6.7 the server takes no such address")
            extras = " SMTPUTF8"
        commands = [
            (Phase.MAIL, f"MAIL FROM:<{parcel.letter.return_path}>{extras}"),
            (Phase.RCPT, f"RCPT TO:<{recipient}>"),
            (Phase.DATA, "DATA"),
        ]
        refused = self._pipelined(commands) if self._pipelines else self._stepwise(commands)
        return refused or self._content(parcel.content, meanwhile)

    def _stepwise(self, commands: list[tuple[Phase, str]]) -> Reply | None:
        for phase, command in commands:
            self._phase = phase
            self._put(command)
            reply = self._answer()
            if not _agreed(reply):
                self._reset(reply)
                return reply
        return None

    def _pipelined(self, commands: list[tuple[Phase, str]]) -> Reply | None:
        self._put("\r\n".join(command for _phase, command in commands))
        refused = None
        for phase, _command in commands:
            self._phase = phase
            reply = self._answer()
            if not _agreed(reply) and refused is None:
                refused = reply
        if refused is None:
            return None
        if _agreed(reply):
            # The server waits for a mail that has no recipient: an empty one, which it refuses.
            self._put(".")
            self._answer()
        else:
            self._reset(refused)
        return refused

    def _content(self, content: bytes, meanwhile: Meanwhile) -> Reply:
        """The mail itself. Until the last byte is out the server cannot have taken it."""
        stuffed = content.replace(b"\r\n.", b"\r\n..")
        end = b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n"
        sock = self._socket()
        sock.sendall(stuffed + end)
        self._phase = Phase.DOT
        meanwhile()
        sock.settimeout(self._timeouts.accept)
        reply = self._answer()
        sock.settimeout(self._timeouts.command)
        return reply

    def _reset(self, refused: Reply) -> None:
        """Make the session ready for another message; one that is closing is left alone."""
        if refused.code == 421:
            return
        try:
            self._put("RSET")
            self._answer()
        except (OSError, smtplib.SMTPException):
            self.usable = False

    def _put(self, line: str) -> None:
        self._socket().sendall(line.encode() + b"\r\n")

    def _answer(self) -> Reply:
        code, text = self._smtp.getreply()
        return self._reply(code, text)

    def _socket(self) -> socket.socket:
        if self._smtp.sock is None:
            raise smtplib.SMTPServerDisconnected("the line is closed")
        return self._smtp.sock

    def _reply(self, code: int, text: Any) -> Reply:
        words = text.decode(errors="replace") if isinstance(text, bytes) else str(text)
        return Reply(self._phase, max(code, 0), " ".join(words.split())[:LONGEST_TEXT])


def _agreed(reply: Reply) -> bool:
    """Whether the server wants the next step: 250 or 251 to a command, 354 to DATA."""
    wanted = {354} if reply.phase is Phase.DATA else {250, 251}
    return reply.code in wanted

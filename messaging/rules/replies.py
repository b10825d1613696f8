"""What a mail server's answer means for the message and for whoever sends."""

from dataclasses import dataclass
from enum import StrEnum

from messaging.rules.bounce_classes import Bounce, bounce_of


class Phase(StrEnum):
    """How far the conversation with the mail server had come."""

    CONNECT = "connect"
    EHLO = "ehlo"
    TLS = "tls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    DOT = "dot"


# Before any of these the server has not heard of the message.
OPENING = frozenset({Phase.CONNECT, Phase.EHLO, Phase.TLS, Phase.AUTH})


class Verdict(StrEnum):
    """What follows from an answer."""

    SENT = "sent"
    RETRY = "retry"  # this message again, later
    FAILED = "failed"  # this message never
    UNCERTAIN = "uncertain"  # the server may have taken it
    AGAIN = "again"  # the connection was stale: at once, on a new one
    STOP = "stop"  # nothing can be sent by this sender: a person must look


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: how far it came, the code (0: the line broke or fell silent), the text."""

    phase: Phase
    code: int
    text: str = ""


def judge(reply: Reply, *, reused: bool) -> Verdict:
    """What an answer means; `reused` says that the connection has carried a message before.

    Silence or a broken line after the final dot is uncertain: the server may have taken the
    message (RFC 5321 4.5.3.2.6 asks for ten minutes of patience there). Before the dot it has
    not, and only the answer to the dot can say that it was sent. A refused sign-in or sender
    stops everything rather than fail ten thousand messages.
    """
    if reply.code == 0:
        return _broken(reply.phase, reused=reused)
    if reply.phase is Phase.DOT and 200 <= reply.code < 400:
        return Verdict.SENT
    if reply.phase in OPENING or (reply.phase is Phase.MAIL and reply.code >= 500):
        return Verdict.STOP
    if reply.code == 421 and reused and reply.phase is Phase.MAIL:
        return Verdict.AGAIN
    return Verdict.RETRY if reply.code < 500 else Verdict.FAILED


def _broken(phase: Phase, *, reused: bool) -> Verdict:
    if phase is Phase.DOT:
        return Verdict.UNCERTAIN
    if phase in OPENING:
        return Verdict.STOP
    return Verdict.AGAIN if reused and phase is Phase.MAIL else Verdict.RETRY


def too_fast(reply: Reply) -> bool:
    """Whether the server asks the sender for patience. A put-off recipient (grey-listing, a full
    mailbox) says nothing about the others."""
    if reply.phase is Phase.MAIL:
        return 400 <= reply.code < 500
    return reply.code in {421, 454}


def unknown_address(reply: Reply) -> bool:
    """Whether the server says that nobody is there: a hard bounce."""
    if reply.phase is not Phase.RCPT or reply.code < 500:
        return False
    return bounce_of("", f"{reply.code} {reply.text}") is Bounce.HARD

"""What every way of sending offers: a connection that hands over one letter at a time.

A connection never raises for what the other side does: it answers how far it came. Opening one
raises `CannotOpen` with the answer that says why.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from django.conf import settings

from core.registry import Registry
from messaging.assembling import Letter
from messaging.models import Sender
from messaging.rules.replies import Reply


class CannotOpen(Exception):
    """The connection could not be made; nothing of any message was sent."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.text)
        self.reply = reply


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds of patience: to connect, for an answer, and after the final dot, where giving up
    too early means a mail that may arrive twice (RFC 5321 4.5.3.2.6)."""

    connect: float = field(default_factory=lambda: settings.MAIL_CONNECT_SECONDS)
    command: float = field(default_factory=lambda: settings.MAIL_COMMAND_SECONDS)
    accept: float = field(default_factory=lambda: settings.MAIL_ACCEPT_SECONDS)

    @property
    def longest(self) -> float:
        """How long one message can take at worst."""
        return 4 * self.command + self.accept


@dataclass(frozen=True, slots=True)
class Parcel:
    """A letter ready to go: assembled before the attempt is noted, so that nothing but the
    sending itself lies between the note and the answer."""

    letter: Letter
    content: bytes


@dataclass(frozen=True, slots=True)
class Handed:
    """What came of a parcel; `provider_id` is the provider's own number for it."""

    reply: Reply
    provider_id: str = ""


Meanwhile = Callable[[], None]


def nothing() -> None:
    """Nothing to do meanwhile."""


class Connection(Protocol):
    """A line to where mails go. `carried` counts what it was given; once not `usable` it must be
    closed and never used again."""

    carried: int
    usable: bool

    def hand_over(self, parcel: Parcel, meanwhile: Meanwhile = nothing) -> Handed:
        """Send one mail to one recipient. `meanwhile` is done while the other side thinks, or not
        at all; it never raises."""

    def close(self) -> None:
        """End it politely where possible."""


Open = Callable[[Sender, Timeouts], Connection]
transports: Registry[Open] = Registry("transports")

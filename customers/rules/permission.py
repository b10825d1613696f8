"""Whether a mail may go: what consent, suppression, topics and pauses say together.

Three gates: service mails ask only whether the address is there and lives; marketing needs
consent to marketing; surveys need consent to marketing or surveys, and taking back either stops
them. Birthday greetings are marketing, whatever they are called. A country's rule may drop the
need to ask beforehand, never the right to object. **Source:** docs/consent.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Gate(StrEnum):
    """Which consent a mail has to pass."""

    SERVICE = "service"
    MARKETING = "marketing"
    SURVEY = "survey"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the consent ledger that speaks about the address; `order` breaks ties."""

    purpose: str
    granted: bool
    at: datetime
    order: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a customer and one of their addresses."""

    has_address: bool = True
    suppressed: bool = False
    topic_off: bool = False
    paused_until: datetime | None = None
    lines: tuple[Line, ...] = ()


def gate_of(message_class: str, nature: str) -> Gate:
    """The gate for a class ("service", "marketing", "survey") and the nature of its topic
    ("general", "birthday", "survey"; "" for no topic)."""
    if Gate.SURVEY in (message_class, nature):
        return Gate.SURVEY
    if message_class == Gate.SERVICE and nature != "birthday":
        return Gate.SERVICE
    return Gate.MARKETING


def _newest(lines: Iterable[Line], *purposes: str) -> bool | None:
    """What the newest line of the purposes says; None where there is none."""
    found = [line for line in lines if line.purpose in purposes]
    return max(found, key=lambda line: (line.at, line.order)).granted if found else None


def consent_stop(gate: Gate, lines: Iterable[Line], *, asks_first: bool) -> str:
    """ "" where the ledger lets the mail through, else "withdrawn" or "no_consent".

    A survey goes by the newest line of both purposes, but a consent to offers does not undo an
    objection to surveys. `asks_first` False: silence is enough.
    """
    if gate == Gate.SERVICE:
        return ""
    known = list(lines)
    purposes = ("marketing", "survey") if gate == Gate.SURVEY else ("marketing",)
    newest = _newest(known, *purposes)
    objected = newest is False or (gate == Gate.SURVEY and _newest(known, "survey") is False)
    if objected:
        return "withdrawn"
    return "no_consent" if asks_first and newest is None else ""


def stop(gate: Gate, facts: Facts, now: datetime, *, asks_first: bool = True) -> str:
    """The first reason against sending now, "" where there is none."""
    if not facts.has_address:
        return "no_address"
    if facts.suppressed:
        return "suppressed"
    if found := consent_stop(gate, facts.lines, asks_first=asks_first):
        return found
    if facts.topic_off:
        return "topic_off"
    paused = gate != Gate.SERVICE and facts.paused_until is not None and facts.paused_until > now
    return "paused" if paused else ""


GAPS = {"weekly": timedelta(days=7), "monthly": timedelta(days=30)}


def next_wanted(frequency: str, last_sent_at: datetime | None) -> datetime | None:
    """From when on another marketing mail is welcome; None: at any time."""
    gap = GAPS.get(frequency)
    return last_sent_at + gap if gap and last_sent_at else None

"""The rows of planned messages, made for bulk: no model objects, one tuple each."""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core.bulk import reserve_ids
from customers.suppressions import key_of
from messaging.assembling import domain_of
from messaging.checks import Stop
from messaging.errors import NoVersion
from messaging.models import (
    Message,
    MessageState,
    Reason,
    Send,
    Sender,
    Template,
    TemplateVersion,
)
from messaging.rendering import version_for

# What differs from person to person; all else is the same for all of a plan.
COLUMNS = (
    "id",
    "dedupe_key",
    "inbox_key",
    "message_id",
    "customer_id",
    "template_version_id",
    "context",
    "address",
    "address_key",
    "domain",
    "next_at",
    "state",
    "reason",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """What all messages of a plan have in common."""

    sender: Sender
    template: Template
    message_class: str
    topic: str
    due_at: datetime
    expires_at: datetime | None = None
    priority: int = 50
    send: Send | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A customer as far as planning needs them; `address` is "" where there is none."""

    pk: int
    language: str
    address: str


def mailing_of(send: Send) -> Mailing:
    """What the messages of a send have in common."""
    return Mailing(
        sender=send.sender,
        template=send.template,
        message_class=send.message_class,
        topic=send.topic,
        due_at=send.due_at,
        expires_at=send.expires_at,
        priority=send.priority,
        send=send,
    )


class RowMaker:
    """Makes the rows of one chunk of people."""

    def __init__(self, mailing: Mailing, people: Sequence[Person], now: datetime) -> None:
        self._mailing, self._people, self._now = mailing, people, _utc(now)
        self._due = _utc(mailing.due_at)
        self._domain = domain_of(mailing.sender.from_address)
        self._versions: dict[str, TemplateVersion | None] = {}
        self._words: Iterator[str] = iter(())
        self._inboxes = _Inboxes(mailing.send, people)

    def used_versions(self) -> list[int]:
        """The versions that the rows were made with."""
        return [version.pk for version in self._versions.values() if version]

    def rows(
        self,
        *,
        keys: Mapping[int, str],
        contexts: Mapping[int, Mapping[str, Any]],
        stops: Mapping[int, Stop],
    ) -> list[tuple[Any, ...]]:
        """A row per person in the order of `COLUMNS`, with ids that nobody else has."""
        ids = reserve_ids(Message, len(self._people))
        self._words = _unguessable(len(ids))
        return [
            self._row(pk, person, keys[person.pk], contexts.get(person.pk), stops.get(person.pk))
            for pk, person in zip(ids, self._people, strict=True)
        ]

    def fixed(self) -> dict[str, Any]:
        """The columns that are the same in every row."""
        mailing = self._mailing
        return {
            "sender_id": mailing.sender.pk,
            "send_id": mailing.send.pk if mailing.send else None,
            "message_class": mailing.message_class,
            "topic": mailing.topic,
            "priority": mailing.priority,
            "due_at": self._due,
            "expires_at": _utc(mailing.expires_at),
            "claim_token": "",
            "attempts": 0,
            "phase": "",
            "reply_text": "",
            "provider_id": "",
            "created_at": self._now,
        }

    def _row(
        self,
        pk: int,
        person: Person,
        key: str,
        context: Mapping[str, Any] | None,
        stop: Stop | None,
    ) -> tuple[Any, ...]:
        version, inbox = self._version(person.language), None
        if stop is None or stop.until:
            stop, inbox = self._place(person, version, stop)
        next_at = self._due
        if stop and stop.until:
            next_at = max(self._mailing.due_at, stop.until).astimezone(UTC)
        return (
            pk,
            key,
            inbox,
            f"<{next(self._words)}@{self._domain}>",
            person.pk,
            version.pk if version else None,
            json.dumps(context) if context else "{}",
            person.address,
            self._inboxes.key_of(person),
            person.address.rpartition("@")[2],
            next_at,
            MessageState.QUEUED.value if _waits(stop) else MessageState.SUPPRESSED.value,
            str(stop.reason) if stop else "",
        )

    def _place(
        self, person: Person, version: TemplateVersion | None, stop: Stop | None
    ) -> tuple[Stop | None, str | None]:
        """The person's inbox within the send, or why they get no copy."""
        if version is None:
            return Stop(Reason.NO_TEMPLATE), None
        inbox = self._inboxes.take(person)
        if inbox is None and self._mailing.send is not None:
            return Stop(Reason.SAME_INBOX), None
        return stop, inbox

    def _version(self, language: str) -> TemplateVersion | None:
        """The version for a language, looked for once; None: there is none."""
        if language not in self._versions:
            try:
                self._versions[language] = version_for(self._mailing.template, language)
            except NoVersion:
                self._versions[language] = None
        return self._versions[language]


def _unguessable(number: int) -> Iterator[str]:
    """So many words that nobody can guess, drawn at once."""
    drawn = secrets.token_hex(12 * number)
    return (drawn[place : place + 24] for place in range(0, len(drawn), 24))


def _waits(stop: Stop | None) -> bool:
    return stop is None or stop.until is not None


def _utc(instant: datetime | None) -> datetime | None:
    return instant.astimezone(UTC) if instant else None


class _Inboxes:
    """Which inboxes a send has already: each gets one copy."""

    def __init__(self, send: Send | None, people: Sequence[Person]) -> None:
        self._send = send
        self._keys = {person.pk: key_of(person.address) for person in people if person.address}
        self._taken: set[str | None] = set()
        if send is not None:
            names = {self._name(key) for key in self._keys.values()}
            rows = Message.objects.filter(inbox_key__any_of=names)
            self._taken.update(rows.values_list("inbox_key", flat=True))

    def _name(self, key: str) -> str:
        assert self._send is not None
        return f"addr:{self._send.pk}:{key}"

    def key_of(self, person: Person) -> str:
        """The key under which the address is suppressed, "" without one."""
        return self._keys.get(person.pk, "")

    def take(self, person: Person) -> str | None:
        """The person's place; None where somebody has it, or where there is no send."""
        if self._send is None:
            return None
        name = self._name(self._keys[person.pk])
        if name in self._taken:
            return None
        self._taken.add(name)
        return name

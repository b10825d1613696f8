"""The outbox page: messages by filter, newest first, and how many stand where."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from accounts.models import User
from core import clock
from customers.masking import shown_address, shown_name
from messaging.fates import fate_icon, fate_of, fate_tone, offered_since, with_fate
from messaging.mail_timeline import name_of
from messaging.models import EventKind, Message
from messaging.outbox_words import icon, reason_words, tone
from messaging.progress import in_place

PAGE = 50


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A message in words, its address masked for who may not see it."""

    row: Message
    name: str
    customer: str
    address: str
    tone: str
    icon: str
    reason: str | Promise
    fate: EventKind | None

    @property
    def fate_tone(self) -> str:
        """The tone of its fate's badge."""
        return fate_tone(self.fate) if self.fate else ""

    @property
    def fate_icon(self) -> str:
        """Its fate's icon."""
        return fate_icon(self.fate) if self.fate else ""


@dataclass(frozen=True, slots=True)
class OutboxPage:
    """Some messages; `older` is the id below which the rest stands, None at the end."""

    rows: list[ShownMessage]
    older: int | None


def read_outbox(asked: Mapping[str, Any], before: int | None, user: User) -> OutboxPage:
    """The newest messages that fit, below the id `before`."""
    found = _fitting(asked)
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found.order_by("-pk")[: PAGE + 1])
    shown = [shown_message(row, user) for row in rows[:PAGE]]
    return OutboxPage(shown, rows[PAGE - 1].pk if len(rows) > PAGE else None)


def _fitting(asked: Mapping[str, Any]) -> QuerySet[Message]:
    columns = {
        **{name: name for name in ("state", "reason", "send", "sender", "domain")},
        "kind": "message_class",
    }
    wanted = {columns[name]: asked[name] for name in columns if asked.get(name)}
    rows = Message.objects.filter(**wanted)
    if asked.get("place"):
        rows = rows.filter(in_place(asked["place"]))
    if asked.get("days"):
        rows = rows.filter(offered_since(clock.now() - timedelta(days=asked["days"])))
    if asked.get("fate"):
        rows = rows.filter(with_fate(asked["fate"]))
    rows = rows.select_related("customer", "send", "sender", "template_version__template")
    return rows.defer("template_version__html", "template_version__text", "template_version__mjml")


def shown_message(row: Message, user: User) -> ShownMessage:
    """One message as the user may see it."""
    address = shown_address(user, row.address)
    name = shown_name(user, row.customer, address) if row.customer else ""
    return ShownMessage(
        row,
        name_of(row),
        name,
        address,
        tone(row.state),
        icon(row.state),
        reason_words(row.reason),
        fate_of(row),
    )

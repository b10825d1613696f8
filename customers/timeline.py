"""The timeline: everything that happened with a customer, newest first, from a registry.

Each source answers with one limited query on its own index; the newest of all of them are the
page. So fifty thousand entries cost what twenty do. An app above adds its source in `ready()`.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.core import signing
from django.db.models import Q
from django.utils.functional import Promise

from accounts.models import User
from core.registry import Registry
from customers.models import Customer

SALT = "customers.timeline"
PAGE = 20
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Cursor(NamedTuple):
    """The place of an entry: its instant, its source, its id. Later places come first."""

    at: datetime
    source: str
    pk: int


class BadCursor(ValueError):
    """The text is no cursor of this customer's timeline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line. `text` stands below the title; `opens` says that there is more to see, on the
    page of the entry or in place. Texts are already masked for the reader."""

    at: datetime
    pk: int
    icon: str
    title: str
    text: str = ""
    tone: str = ""
    meta: str = ""
    opens: bool = False
    source: str = ""


Fetch = Callable[[Customer, Cursor | None, int, User], Iterable[Entry]]
# What an opened entry shows: a template and its context; None where there is nothing (more).
Opened = tuple[str, dict[str, object]]
Open = Callable[[Customer, int, User], Opened | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineSource:
    """Where entries come from. `kind` is the filter chip it belongs to, `label` its word.

    `fetch(customer, before, limit, user)` answers the newest `limit` entries before the cursor
    (None: from the top), in one query, in the order of `Cursor`, descending; best as a
    generator, since only those that reach the page are then built.
    """

    key: str
    kind: str
    label: str | Promise
    order: int
    fetch: Fetch
    open: Open | None = None


timeline_sources: Registry[TimelineSource] = Registry("timeline sources")


def before(cursor: Cursor | None, source: str, at: str) -> Q:
    """The filter of a source whose instants stand in the field `at`.

    The first term bounds the index scan; at one instant sources go by name, then by id.
    """
    if cursor is None:
        return Q()
    if source > cursor.source:
        return Q(**{f"{at}__lt": cursor.at})
    bounded = Q(**{f"{at}__lte": cursor.at})
    if source < cursor.source:
        return bounded
    return bounded & (Q(**{f"{at}__lt": cursor.at}) | Q(**{at: cursor.at, "pk__lt": cursor.pk}))


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of the timeline; `older` is the cursor of the rest, "" at its beginning."""

    entries: list[Entry]
    older: str


def _stream(
    source: TimelineSource, customer: Customer, cursor: Cursor | None, limit: int, user: User
) -> Iterator[tuple[Cursor, Entry]]:
    for entry in source.fetch(customer, cursor, limit, user):
        yield Cursor(entry.at, source.key, entry.pk), entry


def kinds() -> list[tuple[str, str | Promise]]:
    """The kinds of all sources with their words, for the chips."""
    words: dict[str, str | Promise] = {}
    for source in sorted(timeline_sources, key=lambda source: source.order):
        words.setdefault(source.kind, source.label)
    return list(words.items())


def read_page(
    *,
    customer: Customer,
    user: User,
    kind: str = "",
    cursor: Cursor | None = None,
    limit: int = PAGE,
) -> Page:
    """The newest entries before the cursor, of one kind or of all, one query per source."""
    sources = [source for source in timeline_sources if kind in {"", source.kind}]
    streams = [_stream(source, customer, cursor, limit + 1, user) for source in sources]
    merged = heapq.merge(*streams, key=lambda placed: placed[0], reverse=True)
    placed = [found for _index, found in zip(range(limit + 1), merged, strict=False)]
    shown = placed[:limit]
    older = dump_cursor(customer, shown[-1][0]) if len(placed) > limit else ""
    return Page([replace(entry, source=place.source) for place, entry in shown], older)


def dump_cursor(customer: Customer, cursor: Cursor) -> str:
    """The cursor as a signed word for an address."""
    micros = (cursor.at - EPOCH) // timedelta(microseconds=1)
    return signing.dumps([customer.pk, micros, cursor.source, cursor.pk], salt=SALT)


def load_cursor(customer: Customer, text: str) -> Cursor | None:
    """The cursor behind the word; None for an empty one. Raises `BadCursor`."""
    if not text:
        return None
    try:
        owner, micros, source, pk = signing.loads(text, salt=SALT)
    except (signing.BadSignature, TypeError, ValueError) as error:
        raise BadCursor(text) from error
    if owner != customer.pk or source not in timeline_sources:
        raise BadCursor(text)
    return Cursor(EPOCH + timedelta(microseconds=micros), source, pk)

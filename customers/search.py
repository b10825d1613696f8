"""Search over everything: one box, several sources, grouped answers.

Apps register what can be found in `search_sources`. A source gets the question as people typed
it and as it compares, and answers with hits, best first.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from django.db import OperationalError, connection, transaction
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from accounts.models import User
from core.registry import Registry
from core.text import fold, is_storable, squeeze
from customers.rules.search_words import MOST_WORDS, phone_digits, words_of

Hits = TypeVar("Hits")
LONGEST_QUESTION = 200
# A question that the indexes do not help with is given up, rather than keep everybody waiting.
MOST_SECONDS = 1


class UnreadableQuestion(ValueError):
    """Text that no database can be asked for."""


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody looks for. `words` are folded, `digits` those of a phone number or ""."""

    text: str
    words: tuple[str, ...]
    digits: str
    user: User
    limit: int


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer: where it leads, what it is called, and a line about it."""

    title: SafeString
    detail: SafeString
    url: str


@dataclass(frozen=True, slots=True)
class SearchSource:
    """A kind of thing that can be found, and the function that finds it."""

    label: str | Promise
    icon: str
    find: Callable[[Question], list[Hit]]


@dataclass(frozen=True, slots=True)
class Found:
    """A source's answers; `more` where there are others than those."""

    key: str
    label: str | Promise
    icon: str
    hits: list[Hit]
    more: bool


@dataclass(slots=True)
class Answer:
    """All sources' answers. `unfinished` where one took too long, `shortened` where the question
    was cut."""

    groups: list[Found] = field(default_factory=list)
    unfinished: bool = False
    shortened: bool = False


search_sources: Registry[SearchSource] = Registry("search sources")


def ask(text: str, *, user: User, limit: int) -> Question | None:
    """The question in a text as typed; None where nothing is asked.

    Raises `UnreadableQuestion` for text that cannot be stored. Longer questions are cut.
    """
    if not is_storable(text):
        raise UnreadableQuestion
    clean = squeeze(text[: LONGEST_QUESTION * 2])[:LONGEST_QUESTION]
    if not clean:
        return None
    words = tuple(words_of(clean)[:MOST_WORDS])
    return Question(clean, words, phone_digits(clean), user, limit)


def search(question: Question) -> Answer:
    """What all sources find, at most `question.limit` each."""
    answer = Answer()
    for key, source in search_sources.items():
        hits = search_within(source.find, question)
        if hits is None:
            answer.unfinished = True
        elif hits:
            shown, more = hits[: question.limit], len(hits) > question.limit
            answer.groups.append(Found(key, source.label, source.icon, shown, more))
    return answer


def search_within(find: Callable[[Question], Hits], question: Question) -> Hits | None:
    """What one way of finding finds; None where it took too long."""
    try:
        with _limited():
            return find(question)
    except OperationalError:
        return None


@contextmanager
def _limited() -> Iterator[None]:
    """Read within `MOST_SECONDS`. On SQLite nothing changes: a transaction would wait for whoever
    writes, and keep others from it."""
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = %s", [MOST_SECONDS * 1000])
        yield


def mark(text: str, wanted: Iterable[str]) -> SafeString:
    """The text as HTML, with each place where a wanted folded word begins a word marked.

    Compared folded: "luk" marks "Łuk" in "Łukasz".
    """
    folded, places = _folded_places(text)
    marked = sorted(_spans(folded, [word for word in wanted if word]))
    pieces, done = [], 0
    for start, end in marked:
        first, last = places[start], places[end - 1] + 1
        if first < done:
            continue
        pieces += [escape(text[done:first]), "<mark>", escape(text[first:last]), "</mark>"]
        done = last
    return mark_safe("".join([*pieces, escape(text[done:])]))  # noqa: S308 (escaped above)


def _folded_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its letters the place in the text it came from."""
    letters, places = [], []
    for place, letter in enumerate(text):
        folded = fold(letter) or (" " if letter.isspace() else "")
        letters.append(folded)
        places += [place] * len(folded)
    return "".join(letters), places


def _spans(folded: str, wanted: list[str]) -> Iterator[tuple[int, int]]:
    for word in wanted:
        start = folded.find(word)
        while start >= 0:
            if start == 0 or not folded[start - 1].isalnum():
                yield start, start + len(word)
            start = folded.find(word, start + 1)


def mark_part(text: str, part: str) -> SafeString:
    """The text as HTML, with the first place of the part marked, whatever the case."""
    start = text.lower().find(part.lower())
    if start < 0 or not part:
        return mark_safe(escape(text))  # noqa: S308 (escaped)
    end = start + len(part)
    return mark_safe(  # noqa: S308 (escaped)
        f"{escape(text[:start])}<mark>{escape(text[start:end])}</mark>{escape(text[end:])}"
    )


def mark_digits(text: str, digits: str) -> SafeString:
    """A phone number as HTML, with the digits marked wherever spaces stand between them."""
    places = [place for place, letter in enumerate(text) if letter.isdigit()]
    plain = "".join(text[place] for place in places)
    start = plain.find(digits)
    if start < 0 or not digits:
        return mark_safe(escape(text))  # noqa: S308 (escaped)
    first, last = places[start], places[start + len(digits) - 1] + 1
    return mark_safe(  # noqa: S308 (escaped)
        f"{escape(text[:first])}<mark>{escape(text[first:last])}</mark>{escape(text[last:])}"
    )

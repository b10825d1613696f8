"""Finding customers by the words of their names, in any order.

PostgreSQL asks its index of words; SQLite walks the index of folded names. Each word of the
question may be said in several ways (itself, a beginning, words a typo apart); all words have
to be found.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from core.text import escape_like
from customers.models import SearchVariant
from customers.rules.search_words import SHORTEST_FORGIVEN, one_slip_apart, variants

# The expression of the index made by migration 0005, letter by letter.
_VECTOR = "to_tsvector('simple', translate(name_key, '-''’.@/_', '       '))"
_SPLIT = "replace(replace(replace(name_key, '-', ' '), '''', ' '), '.', ' ')"
MOST_ALTERNATIVES = 30


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a word of the question may stand in a name."""

    word: str
    beginning: bool = False


Ways = Sequence[Sequence[Way]]


def whole_words(words: Sequence[str]) -> Ways:
    """Each word as it stands."""
    return [[Way(word)] for word in words]


def beginnings(words: Sequence[str]) -> Ways:
    """Each word as the beginning of one."""
    return [[Way(word, beginning=True)] for word in words]


def forgiving(words: Sequence[str]) -> Ways | None:
    """Each word as a beginning or a typo away; None where no word has another one that near."""
    ways, found = [], False
    for word in words:
        near = words_near(word)
        found = found or bool(near)
        ways.append([Way(word, beginning=True), *map(Way, near)])
    return ways if found else None


def words_near(word: str) -> list[str]:
    """Words of the vocabulary one slip from this one, at most `MOST_ALTERNATIVES`."""
    if len(word) < SHORTEST_FORGIVEN:
        return []
    sharing = SearchVariant.objects.filter(variant__in=variants(word))
    candidates = sharing.order_by("word__word").values_list("word__word", flat=True).distinct()
    near = [other for other in candidates if one_slip_apart(word, other)]
    return near[:MOST_ALTERNATIVES]


def customers_named(ways: Ways, limit: int) -> list[int]:
    """Ids of customers whose names hold all the words, in no order; at most `limit`."""
    if not ways:
        return []
    condition, values = (_postgresql if connection.vendor == "postgresql" else _sqlite)(ways)
    statement = f"SELECT id FROM customers_customer WHERE {condition} LIMIT %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, limit])
        return [row[0] for row in cursor.fetchall()]


def _postgresql(ways: Ways) -> tuple[str, list[str]]:
    """Words are letters and digits only, so that quoting them is enough."""
    asked = " & ".join(
        "(" + " | ".join(f"'{way.word}'{':*' if way.beginning else ''}" for way in word) + ")"
        for word in ways
    )
    return f"{_VECTOR} @@ %s::tsquery", [asked]


def _sqlite(ways: Ways) -> tuple[str, list[str]]:
    parts, values = [], []
    for word in ways:
        parts.append(" OR ".join([f"(' ' || {_SPLIT} || ' ') LIKE %s ESCAPE '\\'"] * len(word)))
        values += [f"% {escape_like(way.word)}{'' if way.beginning else ' '}%" for way in word]
    return " AND ".join(f"({part})" for part in parts), values

"""Keeps the search index true.

Names and contacts are found through indexes that the database keeps by itself; only the
vocabulary of names, in which typos are looked up, is written here. Its words are few, and most
customers bring none.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from core.batches import batched
from core.bulk import insert_rows
from core.jobs import DueJob
from customers.models import Customer, SearchVariant, SearchWord
from customers.rules.search_words import variants, words_of

_ADD = {
    "postgresql": "INSERT INTO customers_searchword (word) SELECT unnest(%s::text[]) "
    "ON CONFLICT (word) DO NOTHING RETURNING id, word",
    "sqlite": "INSERT INTO customers_searchword (word) SELECT value FROM json_each(%s) WHERE true "
    "ON CONFLICT (word) DO NOTHING RETURNING id, word",
}
# SQLite takes about a thousand values in one statement.
AT_ONCE = 900


def index_customers(customer_ids: Iterable[int]) -> None:
    """Take the names of these customers into the vocabulary, inside the caller's transaction.

    One statement per 900 customers to read the names, one to add the words, one more where
    some are new.
    """
    add_words(
        name
        for ids in batched(customer_ids, AT_ONCE)
        for name in Customer.objects.filter(pk__in=ids).values_list("name_key", flat=True)
    )


def add_words(names: Iterable[str]) -> int:
    """Take the words of the names into the vocabulary; returns how many were new.

    Words are added in order, so that two writers cannot wait for each other in a circle. Only
    who adds a word adds its variants: whoever meets a word that another transaction is adding
    waits for that one's end.
    """
    words = sorted({word for name in names for word in words_of(name)})
    known = set(SearchWord.objects.filter(word__any_of=words).values_list("word", flat=True))
    new = [word for word in words if word not in known]
    if not new:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_ADD[connection.vendor], [_list_parameter(new)])
        added = cursor.fetchall()
    rows = [[variant, pk] for pk, word in added for variant in sorted(variants(word))]
    insert_rows(SearchVariant, ["variant", "word_id"], rows)
    return len(added)


def _list_parameter(words: list[str]) -> Any:
    return words if connection.vendor == "postgresql" else json.dumps(words)


def _words_in_use() -> set[str]:
    names = Customer.objects.exclude(name_key="").values_list("name_key", flat=True)
    return {word for name in names.iterator(chunk_size=10_000) for word in words_of(name)}


def _gone(used: set[str]) -> Iterator[int]:
    rows = SearchWord.objects.values_list("pk", "word")
    return (pk for pk, word in rows.iterator(chunk_size=10_000) if word not in used)


def rebuild_words(now: datetime) -> int:
    """Make the vocabulary what the names are: drop words that nobody bears any more, add missing
    ones; returns how many. A word that is added while this runs is kept or found next time."""
    used = _words_in_use()
    gone = list(_gone(used))
    with transaction.atomic():
        for part in batched(gone, AT_ONCE):
            SearchVariant.objects.filter(word__in=part).delete()
            SearchWord.objects.filter(pk__in=part).delete()
    with transaction.atomic():
        return len(gone) + add_words(used)


REBUILD_JOB = DueJob(rebuild_words, every=timedelta(days=1), slow=True)

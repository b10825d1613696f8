"""A file's rows, brought together by document, in memory that does not grow with the file.

Rows of one document mostly follow one another, so that the file can be streamed. A first pass
over the whole file finds the documents whose rows lie apart (with a Bloom filter: a document
taken for one of them by mistake only costs a little time), counts the rows, and gathers what
the columns prove about decimal marks and dates. The second pass streams; rows that lie apart
are put aside in a temporary SQLite file and follow at the end, by document.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from customers.rules import dates, numbers
from customers.rules.csv_reading import Form, Opener, Row, rows_of
from customers.rules.flaws import FileRefused

BLOOM_BITS = 2**27
# Beyond this many documents lying apart the whole file is sorted aside.
MOST_APART = 50_000

Key = Callable[[Sequence[str]], str]


class _Seen:
    """A Bloom filter: says 'new' only of what it has not seen."""

    def __init__(self) -> None:
        self._bits = bytearray(BLOOM_BITS // 8)

    def add(self, key: str) -> bool:
        """Whether the key may have been added before."""
        digest = hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8).digest()
        number, seen = int.from_bytes(digest, "big"), True
        for place in (number % BLOOM_BITS, (number >> 32) % BLOOM_BITS):
            byte, bit = place >> 3, 1 << (place & 7)
            if not self._bits[byte] & bit:
                seen = False
                self._bits[byte] |= bit
        return seen


@dataclass(slots=True)
class ColumnProof:
    """What the values of one column prove, as long as they do not contradict one another."""

    place: int
    prove: Callable[[str], str | None]
    proved: str | None = None
    contradicted: bool = False

    def look(self, text: str) -> None:
        """Take one more value into account."""
        proof = self.prove(text)
        if proof is None or proof == self.proved:
            return
        self.contradicted = self.contradicted or self.proved is not None
        self.proved = proof

    @property
    def verdict(self) -> str | None:
        """What is proved; None where nothing is, or both are."""
        return None if self.contradicted else self.proved


@dataclass(frozen=True, slots=True)
class Scan:
    """What the first pass found. `apart` None: so many documents lie apart that all rows are
    to be sorted aside."""

    rows: int
    proofs: dict[str, str | None]
    apart: frozenset[str] | None = frozenset()

    def mark(self, column: str) -> numbers.Mark | None:
        """The decimal mark that the column proves."""
        proved = self.proofs.get(column)
        return numbers.Mark(proved) if proved else None

    def order(self, column: str) -> dates.Order | None:
        """The order of day and month that the column proves."""
        proved = self.proofs.get(column)
        return dates.Order(proved) if proved else None


def scan(
    open_raw: Opener,
    form: Form,
    *,
    number_columns: dict[str, int],
    date_columns: dict[str, int],
    key: Key | None = None,
    most_rows: int | None = None,
) -> Scan:
    """Read the whole file once. Raises `FileRefused` for what cannot be read to its end, for
    a file without rows, and `too_many_rows`."""
    looking = {name: ColumnProof(place, numbers.proof) for name, place in number_columns.items()}
    looking |= {name: ColumnProof(place, dates.proof) for name, place in date_columns.items()}
    columns, apart, seen = list(looking.values()), _Apart(), _Seen() if key else None
    total, last = 0, None
    reading = rows_of(open_raw, form)
    next(reading, None)
    for _number, cells in reading:
        total += 1
        if most_rows is not None and total > most_rows:
            raise FileRefused("too_many_rows", most=most_rows)
        for column in columns:
            if column.place < len(cells) and (text := cells[column.place]):
                column.look(text)
        if key and seen and (this := key(cells)) != last:
            last = this
            # Rows without a number are each a document of their own, wherever they stand.
            if this and seen.add(this):
                apart.add(this)
    if not total:
        raise FileRefused("no_rows")
    proofs = {name: column.verdict for name, column in looking.items()}
    return Scan(total, proofs, apart.keys())


class _Apart:
    def __init__(self) -> None:
        self._keys: set[str] = set()
        self._full = False

    def add(self, key: str) -> None:
        if len(self._keys) < MOST_APART:
            self._keys.add(key)
        else:
            self._full = True

    def keys(self) -> frozenset[str] | None:
        return None if self._full else frozenset(self._keys)


class _Aside:
    """Rows put aside in a temporary file, given back by document."""

    def __init__(self) -> None:
        # An empty name is SQLite's own temporary file: it goes when the connection does.
        self._store = sqlite3.connect("", check_same_thread=False)
        self._store.execute("PRAGMA journal_mode=OFF")
        self._store.execute("CREATE TABLE aside (key TEXT, number INTEGER, cells TEXT)")

    def put(self, key: str, row: Row) -> None:
        number, cells = row
        cells_text = json.dumps(cells)
        self._store.execute("INSERT INTO aside VALUES (?, ?, ?)", (key, number, cells_text))

    def groups(self) -> Iterator[list[Row]]:
        rows = self._store.execute("SELECT key, number, cells FROM aside ORDER BY key, number")
        group: list[Row] = []
        last = None
        for key, number, cells in rows:
            if key != last and group:
                yield group
                group = []
            last = key
            group.append((number, json.loads(cells)))
        if group:
            yield group
        self._store.close()


def document_groups(open_raw: Opener, form: Form, found: Scan, key: Key) -> Iterator[list[Row]]:
    """All rows of the file, those of one document together, always in the same order."""
    aside: _Aside | None = None
    group: list[Row] = []
    last = None
    reading = rows_of(open_raw, form)
    next(reading, None)
    for row in reading:
        this = key(row[1])
        if found.apart is None or this in found.apart:
            aside = aside or _Aside()
            aside.put(this, row)
            continue
        # A row without a number is a document of its own, to be refused by itself.
        if (this != last or not this) and group:
            yield group
            group = []
        last = this
        group.append(row)
    if group:
        yield group
    if aside:
        yield from aside.groups()

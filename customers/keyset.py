"""Pages of a sorted list by key: the next page begins after the last row, whatever came or went
meanwhile, and page 10,000 costs what page 1 costs.

A sort may have rows without a value (no purchase yet): they come last in either direction, as a
section of their own. A cursor holds the section, the value and the id of the row at the edge;
it comes from an address, so it is checked, and garbage is no cursor.
"""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import F, Model, Q, QuerySet
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    LessThan,
    LessThanOrEqual,
)
from django.utils.functional import Promise

from core.text import is_storable

Row = TypeVar("Row", bound=Model)
LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Sort:
    """A column to sort by. `value` reads it from a row as the database compares it.

    `related` names the relation without which a row has no value; "" where all have one.
    `falls` is the direction that people expect first.
    """

    key: str
    label: str | Promise
    column: Any
    kind: type
    value: Callable[[Any], Any]
    related: str = ""
    falls: bool = False

    def expression(self) -> Any:
        """The column as an expression."""
        return F(self.column) if isinstance(self.column, str) else self.column


@dataclass(frozen=True, slots=True)
class Cursor:
    """The edge of a page: rows after it, or before it where `backward`."""

    blank: bool
    value: Any
    pk: int
    backward: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows in order, and the tokens of the pages around them; "" where there are none."""

    rows: list[Row]
    after: str
    before: str


def write_cursor(cursor: Cursor) -> str:
    """The cursor as it stands in an address, without its direction."""
    value = cursor.value.isoformat() if isinstance(cursor.value, datetime) else cursor.value
    text = json.dumps([int(cursor.blank), value, cursor.pk], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(token: str, sort: Sort, *, backward: bool) -> Cursor | None:
    """The cursor of a token that fits the sort; None for anything else."""
    if not 0 < len(token) <= 4000:
        return None
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        blank, value, pk = json.loads(raw)
    except (binascii.Error, ValueError, TypeError, RecursionError):
        return None
    if blank not in (0, 1) or type(pk) is not int or not 0 < pk <= LARGEST:
        return None
    if blank:
        fits = bool(sort.related) and value is None
        return Cursor(True, None, pk, backward) if fits else None
    checked = _checked(value, sort.kind)
    return None if checked is None else Cursor(False, checked, pk, backward)


def _checked(value: object, kind: type) -> Any:
    if kind is int:
        return value if type(value) is int and abs(value) <= LARGEST else None
    if not isinstance(value, str) or len(value) > 300 or not is_storable(value):
        return None
    if kind is str:
        return value
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        return None
    return instant if instant.tzinfo is not None and 1 < instant.year < 9999 else None


def read_page(
    rows: QuerySet[Row], sort: Sort, *, falling: bool, cursor: Cursor | None, size: int
) -> Page[Row]:
    """The page at the cursor, the first one without. `rows` come in no order."""
    backward = cursor is not None and cursor.backward
    found: list[Row] = []
    for blank in _sections(sort, cursor, backward):
        edge = cursor if cursor is not None and cursor.blank == blank else None
        part = _section(rows, sort, blank=blank, falling=falling != backward, edge=edge)
        found += list(part[: size + 1 - len(found)])
        if len(found) > size:
            break
    more = len(found) > size
    found = found[:size]
    if backward:
        found.reverse()
    return _page(
        found, sort, has_next=more or backward, has_previous=more if backward else bool(cursor)
    )


def _page(rows: list[Row], sort: Sort, *, has_next: bool, has_previous: bool) -> Page[Row]:
    if not rows:
        return Page([], "", "")
    last, first = _cursor_of(rows[-1], sort), _cursor_of(rows[0], sort)
    after = write_cursor(last) if has_next else ""
    return Page(rows, after, write_cursor(replace(first)) if has_previous else "")


def _cursor_of(row: Row, sort: Sort) -> Cursor:
    value = sort.value(row)
    return Cursor(value is None, value, row.pk)


def _sections(sort: Sort, cursor: Cursor | None, backward: bool) -> list[bool]:
    """Rows with a value (False) and without (True), in the order in which they are read."""
    order = [False, True] if sort.related else [False]
    order = order[::-1] if backward else order
    return order[order.index(cursor.blank) :] if cursor else order


def _section(
    rows: QuerySet[Row], sort: Sort, *, blank: bool, falling: bool, edge: Cursor | None
) -> QuerySet[Row]:
    if sort.related:
        rows = rows.filter(**{f"{sort.related}__isnull": blank})
    if edge is not None:
        rows = rows.filter(_beyond(sort, edge, falling))
    keys = [F("pk")] if blank else [sort.expression(), F("pk")]
    return rows.order_by(*(key.desc() if falling else key.asc() for key in keys))


def _beyond(sort: Sort, edge: Cursor, falling: bool) -> Q:
    """Rows on the far side of the edge. The first term alone would do for the meaning's half;
    it is what lets the database begin at the edge instead of walking up to it."""
    pk = Q(pk__lt=edge.pk) if falling else Q(pk__gt=edge.pk)
    if edge.blank:
        return pk
    strict, loose = (LessThan, LessThanOrEqual) if falling else (GreaterThan, GreaterThanOrEqual)
    key = sort.expression()
    return Q(loose(key, edge.value)) & (
        Q(strict(key, edge.value)) | (Q(Exact(key, edge.value)) & pk)
    )

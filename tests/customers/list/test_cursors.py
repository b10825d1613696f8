"""Where a page begins, in an address: read back, or not believed."""

import base64
import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.customer_list import SORTS
from customers.keyset import LARGEST, Cursor, read_cursor, write_cursor
from tests.customers.list.people import NOW

CURSORS = {
    "name": st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=90),
    "last": st.integers(-(2**40), 2**40),
    "created": st.integers(0, 10**9).map(lambda seconds: NOW + timedelta(seconds=seconds)),
}


@given(st.sampled_from(sorted(CURSORS)), st.data(), st.integers(1, LARGEST))
def test_a_written_cursor_reads_back(key: str, data: st.DataObject, pk: int) -> None:
    cursor = Cursor(False, data.draw(CURSORS[key]), pk)

    assert read_cursor(write_cursor(cursor), SORTS[key], backward=False) == cursor


@given(st.text(max_size=30) | st.binary(max_size=30).map(repr))
def test_garbage_is_no_cursor(token: str) -> None:
    for sort in SORTS.values():
        cursor = read_cursor(token, sort, backward=False)
        assert cursor is None or write_cursor(cursor)


def token_of(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("sort", "content"),
    [
        ("name", [0, 5, 1]),
        ("name", [0, "a\x00", 1]),
        ("name", [0, "\ud800", 1]),
        ("name", [0, "x" * 301, 1]),
        ("name", [0, "a", 0]),
        ("name", [0, "a", 2**63]),
        ("name", [0, "a", 1.5]),
        ("name", [0, "a", True]),
        ("name", [0, "a", "1"]),
        ("name", [1, None, 1]),
        ("name", [0, None, 1]),
        ("name", [2, "a", 1]),
        ("name", [0, "a"]),
        ("name", "abc"),
        ("name", {"a": 1}),
        ("name", None),
        ("last", [0, "5", 1]),
        ("last", [0, 2**63, 1]),
        ("last", [0, True, 1]),
        ("last", [0, float("nan"), 1]),
        ("last", [1, 5, 1]),
        ("created", [0, "yesterday", 1]),
        ("created", [0, "2026-01-01T00:00:00", 1]),
        ("created", [0, "0001-01-01T00:00:00+00:00", 1]),
        ("created", [0, 5, 1]),
    ],
)
def test_a_cursor_that_does_not_fit_is_none(sort: str, content: object) -> None:
    assert read_cursor(token_of(content), SORTS[sort], backward=False) is None

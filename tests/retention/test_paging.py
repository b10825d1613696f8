"""Lists in pages: nothing twice, nothing skipped, nothing believed from the address."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import Refused
from retention import reports
from retention.reports import Filters, Query
from retention.reports.paging import read_cursor
from retention.rules.periods import Period
from retention.services.rebuild import rebuild
from tests.retention.world import NOW, OPENED, make_world

pytestmark = pytest.mark.django_db
ALL = Period(OPENED + timedelta(days=1), OPENED + timedelta(days=400))


def pages_of(listing: Any, size: int) -> list[Any]:
    found, after = [], ""
    while True:
        page = listing.page(after, size)
        assert len(page.rows) <= size
        found.append(list(page.rows))
        if not (after := page.next):
            return found


@pytest.mark.parametrize("filters", [Filters(), Filters(source="till")])
@pytest.mark.parametrize("size", [1, 3, 50])
def test_pages_hold_every_customer_once_newest_first(filters: Filters, size: int) -> None:
    make_world(31, customers=20, sales=90, span=300)
    rebuild(now=NOW)
    listing = reports.members(Query(ALL, 365, filters=filters), "buyers")

    pages = pages_of(listing, size)

    rows = [row for page in pages for row in page]
    keys = [(row.day, row.customer.pk) for row in rows]
    assert keys == sorted(keys, reverse=True)
    assert len({row.customer.pk for row in rows}) == len(rows) == listing.count()
    assert [len(page) for page in pages[:-1]] == [size] * (len(pages) - 1)


def test_pages_of_purchases_come_with_customer_and_branch() -> None:
    make_world(32, sales=40)
    rebuild(now=NOW)
    listing = reports.sales(Query(ALL), "identified_purchases")

    with CaptureQueriesContext(
        connection,
    ) as queries:
        rows = listing.page("", 20).rows
        named = [(row.customer.pk, row.branch and row.branch.name) for row in rows]

    assert len(named) == 20
    assert len(queries) == 1
    assert [row.local_day for row in rows] == sorted((r.local_day for r in rows), reverse=True)


def test_a_page_of_customers_costs_three_queries() -> None:
    make_world(33)
    rebuild(now=NOW)
    listing = reports.members(Query(ALL), "end")

    with CaptureQueriesContext(connection) as queries:
        rows = listing.page("", 50).rows
        _ = [getattr(row.customer, "summary", None) for row in rows]

    assert rows
    # The keys, whose sums are stale, and the customers with their sums.
    assert len(queries) == 3


@pytest.mark.parametrize(
    "cursor",
    ["x", "1", "1-", "-1-2", "1-2-3", "٣-٤", "9" * 30 + "-1", "1-" + "9" * 30, "\0", "1-2\n"],
)
def test_a_broken_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(Refused):
        read_cursor(cursor)


def test_the_largest_cursor_is_harmless() -> None:
    rebuild(now=NOW)
    listing = reports.members(Query(ALL), "end")

    assert list(listing.page("999999999-999999999999999999").rows) == []
    assert list(reports.sales(Query(ALL), "purchases").page("0-0").rows) == []


def test_kinds_of_lists() -> None:
    query = Query(ALL)

    assert reports.members(query, "end").kind == "customers"
    assert reports.sales(query, "purchases").kind == "purchases"
    assert reports.refunds(query).kind == "refunds"

"""A filtered list is read a few rows at a time by one statement and counted by another."""

from datetime import date

import pytest

from retention import reports
from retention.reports import Filters, Query
from retention.rules.periods import Period
from retention.services.rebuild import rebuild
from tests.retention.worlds.keeping import NOW, open_shop, random_shop

pytestmark = pytest.mark.django_db

PERIOD = Period(date(2025, 3, 1), date(2025, 9, 1))


@pytest.mark.parametrize("window", [60, 365])
@pytest.mark.parametrize("seed", range(3))
def test_pages_together_are_whom_the_number_counts(seed: int, window: int) -> None:
    random_shop(seed, purchases=80)
    rebuild(now=NOW)
    query = Query(PERIOD, window, "PLN", Filters(source="till"))

    for name in reports.MEMBER_LISTS:
        listing = reports.members(query, name)
        found, after, pages = [], "", 0
        while after or not pages:
            page = listing.page(after, size=2)
            found += [(row.day, row.customer.pk) for row in page.rows]
            after, pages = page.next, pages + 1

        assert len(found) == listing.count() == len({pk for _day, pk in found})
        assert found == sorted(found, reverse=True)


def test_somebody_with_two_purchases_at_the_last_instant_stands_there_once() -> None:
    book = open_shop()
    for source in ("till", "till", "web"):
        book.sell("anna", "2025-04-04 12:00", source=source)
    rebuild(now=NOW)

    for source in ("till", "web"):
        query = Query(PERIOD, 90, "PLN", Filters(source=source))
        assert len(reports.members(query, "buyers").page().rows) == 1

"""Every figure and every list against the slow and plain way, over random shops."""

from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest

from core.clock import month_number
from customers.models import CustomerTag, Tag
from retention import reports
from retention.reports import CohortQuery, Filters, Query
from retention.rules.periods import Period, month_of
from retention.services.rebuild import rebuild
from tests.retention import naive
from tests.retention.naive import Naive
from tests.retention.world import NOW, OPENED, World, make_world

pytestmark = pytest.mark.django_db

MARCH = Period(date(2024, 3, 1), date(2024, 4, 1))
PERIODS = [
    (MARCH, 90),
    (MARCH, 365),
    (MARCH, 45),
    (Period(date(2024, 5, 7), date(2024, 5, 14)), 30),
    (Period(date(2024, 5, 7), date(2024, 5, 8)), 1),
    (Period(date(2024, 4, 1), date(2024, 7, 1)), 90),
    (Period(date(2024, 4, 1), date(2024, 7, 1)), 91),
    (Period(date(2024, 2, 10), date(2024, 12, 24)), 40),
    (Period(date(2024, 1, 1), date(2025, 1, 1)), 90),
    (Period(date(2025, 2, 1), date(2025, 3, 1)), 30),
    (Period(date(2025, 3, 1), date(2025, 4, 1)), 30),
    (Period(date(2025, 5, 1), date(2025, 9, 1)), 365),
    (Period(date(2025, 6, 1), date(2025, 7, 1)), 730),
]


def tag_some(world: World) -> tuple[int, frozenset[int]]:
    tag = Tag.objects.create(name="Regulars", key="regulars")
    chosen = world.customers[::2]
    CustomerTag.objects.bulk_create([CustomerTag(customer_id=pk, tag=tag) for pk in chosen])
    return tag.pk, frozenset(chosen)


def filters_of(kind: str, world: World) -> tuple[Filters, frozenset[int]]:
    tag_id, tagged = tag_some(world)
    return {
        "none": (Filters(), frozenset()),
        "branch": (Filters(branch_id=world.branches[0]), frozenset()),
        "source": (Filters(source="web"), frozenset()),
        "tag": (Filters(tag_id=tag_id), tagged),
        "all": (Filters(branch_id=world.branches[0], source="till", tag_id=tag_id), tagged),
    }[kind]


@pytest.mark.parametrize("kind", ["none", "branch", "source", "tag", "all"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_figures_equal_the_plain_way(kind: str, seed: int) -> None:
    world = make_world(seed, customers=15, sales=110, span=480)
    filters, tagged = filters_of(kind, world)
    rebuild(now=NOW)

    for period, window in PERIODS:
        query = Query(period, window, "PLN", filters)
        figures = reports.figures(query)

        expected = Naive(world, query, tagged).counts()
        assert {name: getattr(figures, name) for name in expected} == expected, query


@pytest.mark.parametrize("kind", ["none", "branch", "all"])
@pytest.mark.parametrize("window", [30, 60, 90, 365])
def test_a_series_equals_its_months(kind: str, window: int) -> None:
    world = make_world(4, customers=15, sales=110, span=480)
    filters, tagged = filters_of(kind, world)
    rebuild(now=NOW)
    first = month_number(OPENED)

    series = reports.months(
        first - 1, first + 20, window_days=window, currency="EUR", filters=filters
    )

    assert len(series) == 21
    for number, figures in zip(range(first - 1, first + 20), series, strict=True):
        query = Query(month_of(number), window, "EUR", filters)
        expected = Naive(world, query, tagged).counts()
        if figures.start_net_minor is None:
            del expected["start_net_minor"], expected["lost_net_minor"]
        assert figures.asked == query
        assert {name: getattr(figures, name) for name in expected} == expected, query


@pytest.mark.parametrize("kind", ["none", "branch", "source", "tag", "all"])
def test_every_list_is_as_long_as_its_number(kind: str) -> None:
    world = make_world(5, customers=15, sales=110, span=480)
    filters, tagged = filters_of(kind, world)
    rebuild(now=NOW)

    for period, window in PERIODS:
        query = Query(period, window, "PLN", filters)
        plain = Naive(world, query, tagged)
        for name, people in plain.sets().items():
            listing = reports.members(query, name)
            listed = [row.customer.pk for row in listing.everything()]
            assert (sorted(listed), listing.count()) == (sorted(people), len(people)), name
        for name, sales in plain.purchases().items():
            bought = reports.sales(query, name)
            assert sorted(row.pk for row in bought.everything()) == sorted(sales), name
            assert bought.count() == len(sales)


@pytest.mark.parametrize("kind", ["none", "branch", "source", "tag", "all"])
def test_cohorts_and_their_lists_equal_the_plain_way(kind: str) -> None:
    world = make_world(6, customers=25, sales=120, span=300)
    filters, tagged = filters_of(kind, world)
    rebuild(now=NOW)
    query = CohortQuery(months=14, currency="PLN", filters=filters)
    plain = Naive(world, Query(MARCH, filters=filters), tagged)

    table = reports.cohorts(query)

    assert [row.month for row in table.rows] == sorted(
        month
        for month in range(month_number(OPENED), month_number(OPENED) + 12)
        if naive.cohort_members(plain, month, None)
    )
    for row in table.rows:
        members = naive.cohort_members(plain, row.month, None)
        listing = reports.cohort_members(query, range(row.month, row.month + 1))
        assert {r.customer.pk for r in listing.everything()} == members
        assert (row.size, listing.count()) == (len(members), len(members))
        for k, cell in enumerate(row.cells):
            found = naive.cohort_members(plain, row.month, k)
            listing = reports.cohort_members(query, range(row.month, row.month + 1), k)
            assert {r.customer.pk for r in listing.everything()} == found
            assert (cell.active if cell else 0) == listing.count() == len(found)


def test_cohorts_of_many_years_are_filtered_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_world(6, customers=25, sales=120, span=480)
    filters, _tagged = filters_of("source", world)
    rebuild(now=NOW)
    query = CohortQuery(months=14, filters=filters)
    whole = reports.cohorts(query)

    monkeypatch.setattr(import_module("retention.reports.cohorts"), "MOST_SPANS", 5)

    assert reports.cohorts(query) == whole


@pytest.mark.parametrize("kind", ["none", "branch", "source", "tag", "all"])
def test_repeat_rates_and_their_lists_equal_the_plain_way(kind: str) -> None:
    world = make_world(7, customers=40, sales=90, span=480)
    filters, tagged = filters_of(kind, world)
    rebuild(now=NOW)
    plain = Naive(world, Query(MARCH, filters=filters), tagged)
    last_day = max(sale.day for sale in world.sales if sale.counts)

    rates = reports.repeat_rates(filters)

    assert [rate.horizon for rate in rates] == [30, 60, 90, 365, None]
    for rate in rates:
        asked, returned = naive.repeat_members(plain, rate.horizon, last_day)
        assert (rate.customers, rate.returned) == (len(asked), len(returned))
        for came, people in ((None, asked), (True, returned), (False, asked - returned)):
            listing = reports.repeat_members(rate.horizon, came, filters)
            assert {row.customer.pk for row in listing.everything()} == people
            assert listing.count() == len(people)


def test_refunds_are_listed_in_their_currency() -> None:
    world = make_world(8, sales=80)
    rebuild(now=NOW)
    period = Period(OPENED, OPENED + timedelta(days=480))
    query = Query(period, 365, "EUR")

    listing = reports.refunds(query)

    plain = Naive(world, query)
    expected = [b for b in plain.backs(period.start, period.end) if b.currency == "EUR"]
    assert {row.pk for row in listing.everything()} == {b.id for b in expected}
    assert reports.figures(query).refunds_minor == sum(b.amount for b in expected)


@pytest.mark.parametrize(("period", "window"), PERIODS)
def test_a_comparison_is_two_figures(period: Period, window: int) -> None:
    make_world(9, customers=15, sales=110, span=480)
    rebuild(now=NOW)
    query = Query(period, window)

    found = reports.compare(query)

    before = query.before()
    assert before is not None
    assert (found.now, found.before) == (reports.figures(query), reports.figures(before))
    sales = (found.now.purchases, reports.figures(before).purchases)
    assert found.change("purchases") == float(sales[0] - sales[1])


def test_nothing_to_compare_with_before_the_calendar() -> None:
    rebuild(now=NOW)

    found = reports.compare(Query(Period(date(1, 1, 1), date(1, 2, 1))))

    assert found.before is None
    assert found.change("purchases") is None


def test_an_empty_shop() -> None:
    rebuild(now=NOW)

    assert reports.cohorts(CohortQuery(months=3)).rows == ()
    assert reports.cohorts(CohortQuery(months=3)).mean == (None, None, None)
    assert {rate.rate for rate in reports.repeat_rates()} == {None}
    assert reports.repeat_rates(Filters(source="web")) == reports.repeat_rates()
    assert list(reports.data_months()) == []
    assert list(reports.repeat_members(30).everything()) == []
    assert not reports.figures(Query(MARCH)).is_complete


def test_a_query_has_a_window_of_days() -> None:
    with pytest.raises(ValueError, match="730"):
        Query(MARCH, 731)
    with pytest.raises(ValueError, match="730"):
        Query(MARCH, 0)


@pytest.mark.parametrize("count", [0, 121, -3])
def test_a_series_has_bounds(count: int) -> None:
    with pytest.raises(ValueError, match="120"):
        reports.months(24_000, 24_000 + count, window_days=90, currency="PLN")


def test_a_series_costs_the_same_queries_whatever_its_length(
    django_assert_num_queries: Any,
) -> None:
    make_world(10)
    rebuild(now=NOW)
    first = month_number(OPENED)

    for count in (1, 12, 60):
        with django_assert_num_queries(7):
            reports.months(first, first + count, window_days=90, currency="PLN")

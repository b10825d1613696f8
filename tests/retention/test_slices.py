"""Branches and sources get their numbers when they first sell or give back, and keep them."""

import pytest

from customers.models import Refund
from retention import reports
from retention.models import Slice
from retention.reports import CohortQuery, Filters, Query
from retention.rules.periods import month_of
from retention.services.checking import differences
from retention.services.rebuild import rebuild
from retention.services.refresh import refresh
from tests.retention.naive import Naive
from tests.retention.world import NOW, World, make_world, tell

pytestmark = pytest.mark.django_db
JUNE = 2024 * 12 + 5


@pytest.fixture
def world(db: None) -> World:
    made = make_world(3, customers=10, sales=80, span=300)
    rebuild(now=NOW)
    return made


def numbers() -> set[tuple[int, int, str]]:
    return set(Slice.objects.values_list("pk", "branch_id", "source"))


def test_each_branch_and_source_that_sold_has_one_number(world: World) -> None:
    known = [*world.sales, *world.backs]
    pairs = {(row.branch or 0, row.source) for row in known}

    assert {(branch, source) for _pk, branch, source in numbers()} == pairs
    assert len(numbers()) == len(pairs)


@pytest.mark.parametrize("by", ["a customer", "a guest", "a refund"])
def test_a_new_source_gets_its_number_from_a_refresh(world: World, by: str) -> None:
    before = numbers()
    who = None if by == "a guest" else world.customers[0]
    if by == "a refund":
        back = world.refund(who, world.instant())
        back.source, back.counts = "phone", True
        tell(world.keep_back(back)[0])
        world.backs[-1].source = Refund.objects.get(pk=world.backs[-1].id).source
    else:
        sale = world.purchase(who, world.instant())
        sale.source, sale.counts = "phone", True
        tell(world.keep(sale)[0])

    refresh(now=NOW, limit=100)

    assert before < numbers()
    assert {source for _pk, _branch, source in numbers() - before} == {"phone"}
    check(world, Filters(source="phone"))
    assert differences(now=NOW) == []


def check(world: World, filters: Filters) -> None:
    for month in range(JUNE - 6, JUNE + 6):
        query = Query(month_of(month), 90, "PLN", filters)
        figures = reports.figures(query)
        expected = Naive(world, query).counts()
        assert {name: getattr(figures, name) for name in expected} == expected, query


def test_a_rebuild_keeps_the_numbers(world: World) -> None:
    before = numbers()

    rebuild(now=NOW)

    assert numbers() == before


def test_a_source_that_nobody_used_has_nothing(world: World) -> None:
    nowhere = Filters(source="nowhere")
    query = Query(month_of(JUNE), 90, "PLN", nowhere)

    figures = reports.figures(query)

    assert (figures.purchases, figures.customers_at_end, figures.start_net_minor) == (0, 0, 0)
    assert reports.members(query, "end").page().rows == []
    assert reports.cohorts(CohortQuery(filters=nowhere)).rows == ()
    assert {rate.customers for rate in reports.repeat_rates(nowhere)} == {0}

"""Files of figures: exactly what the reports say, under names that stay."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from core.csv_writing import cell_text
from core.money import to_major
from retention import reports
from retention.pages import files
from retention.reports import CohortQuery, Filters, Query
from retention.rules.periods import month_of
from retention.services.rebuild import rebuild
from tests.retention.reading import read_file
from tests.retention.world import NOW, World, make_world

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
JUNE = 2024 * 12 + 5


@pytest.fixture
def world(db: None) -> World:
    made = make_world(11, customers=14, sales=140, span=260)
    rebuild(now=NOW)
    return made


def rows_of(client: Client, kind: str, **params: str) -> list[dict[str, str]]:
    header, *rows = read_file(client.get(reverse("retention:csv", args=[kind]), params))
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_the_period_and_the_one_before(world: World, sign_in: SignIn) -> None:
    client = sign_in(Role.MARKETER)
    rows = rows_of(client, "figures", month="2024-06", window="45")
    alone = rows_of(client, "figures", month="2024-06", window="45", compare="off")

    comparison = reports.compare(Query(month_of(JUNE), 45, "PLN"))
    assert [row["from"] for row in rows] == ["2024-06-01", "2024-05-01"]
    assert alone == rows[:1]
    figures = comparison.now
    assert rows[0]["to"] == "2024-07-01"
    assert rows[0]["window_days"] == "45"
    assert rows[0]["currency"] == "PLN"
    assert rows[0]["customers_at_start"] == str(figures.customers_at_start)
    assert Decimal(rows[0]["gross"]) == to_major(figures.gross_minor, "PLN")
    assert Decimal(rows[0]["net"]) == to_major(figures.net_minor, "PLN")
    assert rows[0]["aov"] == str(figures.average_order)
    assert rows[0]["is_complete"] == "true"


def test_rates_are_unrounded_and_empty_where_there_is_none(world: World, sign_in: SignIn) -> None:
    client = sign_in(Role.MANAGER)
    june = rows_of(client, "figures", month="2024-06", window="45")[0]
    early = rows_of(client, "figures", month="2024-02", window="365")[0]

    figures = reports.figures(Query(month_of(JUNE), 45, "PLN"))
    for name in ("retention_rate", "churn_rate", "repurchase_index", "frequency"):
        assert float(june[name]) == getattr(figures, name)
    assert early["retention_rate"] == early["churn_rate"] == early["revenue_churn_rate"] == ""
    assert early["kept"] == str(reports.figures(Query(month_of(JUNE - 4), 365, "PLN")).kept)


@pytest.mark.parametrize("source", ["", "web"])
def test_all_months(source: str, world: World, sign_in: SignIn) -> None:
    params = {"window": "90"} | ({"source": source} if source else {})
    rows = rows_of(sign_in(Role.SUPPORT), "months", **params)

    data = reports.data_months()
    assert len(rows) == len(data)
    for number, row in zip(data, rows, strict=True):
        figures = reports.figures(Query(month_of(number), 90, "PLN", Filters(source=source)))
        for name in ("customers_at_start", "kept", "lost", "new", "purchases", "buyers"):
            assert row[name] == str(getattr(figures, name)), (number, name)


def test_cohorts_are_whole(world: World, sign_in: SignIn) -> None:
    rows = rows_of(sign_in(Role.SUPPORT), "cohorts")

    table = reports.cohorts(CohortQuery(months=len(reports.data_months())))
    cells = {
        (row.month, cell.k): (row.size, cell)
        for row in table.rows
        for cell in row.cells
        if cell is not None
    }
    assert len(rows) == len(cells) > 20
    for row in rows:
        year, month = row["cohort"].split("-")
        size, cell = cells[int(year) * 12 + int(month) - 1, int(row["k"])]
        assert row["size"] == str(size)
        assert row["active"] == str(cell.active)
        assert Decimal(row["net_so_far"]) == to_major(cell.net_so_far_minor, "PLN")
        assert row["is_complete"] == str(cell.is_complete).lower()


def test_a_shop_of_many_years_is_whole_too(world: World, sign_in: SignIn) -> None:
    long_ago = world.purchase(world.customers[0], datetime(2009, 5, 6, 12, tzinfo=UTC))
    long_ago.counts = True
    world.keep(long_ago)
    rebuild(now=NOW)
    client = sign_in(Role.SUPPORT)

    months, cohorts = rows_of(client, "months"), rows_of(client, "cohorts")

    data = reports.data_months()
    assert len(months) == len(data) > 150
    assert (months[0]["from"], months[0]["purchases"]) == ("2009-05-01", "1")
    first = [row for row in cohorts if row["cohort"] == "2009-05"]
    assert [int(row["k"]) for row in first] == list(range(len(data)))


def test_repeats(world: World, sign_in: SignIn) -> None:
    rows = rows_of(sign_in(Role.SUPPORT), "repeats")

    rates = reports.repeat_rates()
    assert [row["days"] for row in rows] == ["30", "60", "90", "365", "ever"]
    for row, rate in zip(rows, rates, strict=True):
        assert int(row["customers"]) == rate.customers
        assert int(row["returned"]) + int(row["not_returned"]) == rate.customers
        assert row["rate"] == ("" if rate.rate is None else str(files.number(rate.rate)))


@pytest.mark.parametrize("kind", ["figures", "months", "cohorts", "repeats", "buyers", "refunds"])
def test_an_empty_shop_gives_a_file_with_its_header(kind: str, sign_in: SignIn) -> None:
    response = sign_in(Role.MANAGER).get(reverse("retention:csv", args=[kind]))

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith("attachment; filename=")
    header = read_file(response)[0]
    assert len(header) == len(set(header)) > 4


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (7, "7"), (12.5, "12.5"), (1e-07, "0.0000001"), (100.0, "100.0")],
)
def test_numbers_keep_all_their_digits(value: float | None, text: str) -> None:
    assert cell_text(files.number(value)) == text

"""Charts and tables of a shop made by hand: titles, labels, scales, what each point says."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.utils import translation

from retention import reports
from retention.pages import cohort_curves, curves, flow, heat, repeats
from retention.pages.asked import Asked
from retention.reports import CohortQuery, Filters, Query
from retention.rules.periods import Period, month_of
from retention.services.freshness import bring_up_to_date
from tests.retention.worlds.keeping import NOW, Book, open_shop

pytestmark = pytest.mark.django_db
NOVEMBER, MARCH = 2024 * 12 + 10, 2025 * 12 + 2
ASKED = Asked(Query(month_of(MARCH), 60))


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def book(db: None) -> Book:
    """Anna comes each month but January, Bea came once; the data end in the middle of March."""
    book = open_shop()
    for day in ("2024-11-02", "2024-12-24", "2025-02-03", "2025-03-04"):
        book.sell("anna", f"{day} 12:00", 120_000)
    book.sell("bea", "2024-12-05 12:00", 80_000)
    book.sell(None, "2025-02-06 12:00", 10_000)
    book.give_back(book.bought["till", "p4"], "2025-02-07 12:00", 50_000)
    book.sell("cora", "2025-03-10 12:00", 5_000)
    bring_up_to_date(now=NOW)
    return book


def series() -> list[reports.Figures]:
    return reports.months(NOVEMBER, MARCH + 1, window_days=60, currency="PLN")


def plain(text: str) -> str:
    return text.replace("\xa0", " ")


EXPECTED: dict[str, tuple[str, str, list[str]]] = {
    "retention": (
        "Retention by month",
        "Of the customers at the start of each month, how many stayed to its end.",
        [
            "November 2024: not yet measurable",
            "December 2024: not yet measurable",
            "January 2025: 100.0 %",
            "February 2025: 50.0 %",
            "March 2025: 100.0 % (still running)",
        ],
    ),
    "index": (
        "Repurchase index",
        "The share of purchases by people who had bought before.",
        [
            "November 2024: 0.0 %",
            "December 2024: 50.0 %",
            "January 2025: –",
            "February 2025: 50.0 %",
            "March 2025: 50.0 % (still running)",
        ],
    ),
    "purchases": (
        "Purchases",
        "How many purchases were made.",
        [
            "November 2024: 1",
            "December 2024: 2",
            "January 2025: 0",
            "February 2025: 2",
            "March 2025: 2 (still running)",
        ],
    ),
    "revenue": (
        "Revenue, net",
        "Sales less refunds.",
        [
            "November 2024: PLN 1,200.00",
            "December 2024: PLN 2,000.00",
            "January 2025: PLN 0.00",
            "February 2025: PLN 800.00",
            "March 2025: PLN 1,250.00 (still running)",
        ],
    ),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_each_curve_says_its_months(name: str) -> None:
    curve = getattr(curves, f"{name}_curve")(series(), ASKED)

    title, summary, says = EXPECTED[name]
    assert (curve.title, curve.summary) == (title, summary)
    assert [plain(mark.says) for mark in curve.marks] == says
    assert [mark.label for mark in curve.marks] == ["Nov", "Dec", "Jan", "Feb", "Mar"]
    assert [mark.year for mark in curve.marks] == ["2024", "", "2025", "", ""]
    assert [mark.is_asked for mark in curve.marks] == [False] * 4 + [True]
    assert [mark.is_running for mark in curve.marks] == [False] * 4 + [True]


@pytest.mark.parametrize(
    ("name", "scale"),
    [
        ("retention", ["40 %", "60 %", "80 %", "100 %"]),
        ("index", ["0 %", "20 %", "40 %", "60 %"]),
        ("purchases", ["0", "1", "2"]),
        ("revenue", ["0", "1K", "2K"]),
    ],
)
def test_scales_are_round(name: str, scale: list[str]) -> None:
    curve = getattr(curves, f"{name}_curve")(series(), ASKED)

    assert [plain(label) for _y, label in curve.scale] == scale
    heights = [float(y) for y, _label in curve.scale]
    assert heights == sorted(heights, reverse=True)


def test_gaps_have_no_points_but_labels() -> None:
    retention = curves.retention_curve(series(), ASKED)
    index = curves.index_curve(series(), ASKED)

    assert [spot.index for spot, _mark in retention.points] == [2, 3, 4]
    assert [spot.index for spot, _mark in index.points] == [0, 1, 3, 4]
    assert len(retention.labels) == len(index.labels) == 5


def test_marks_open_their_months() -> None:
    marks = curves.purchases_curve(series(), ASKED).marks

    assert [mark.href for mark in marks][:2] == [
        "/retention/?month=2024-11&window=60",
        "/retention/?month=2024-12&window=60",
    ]


def test_the_table_beneath() -> None:
    rows = curves.table(series(), ASKED)

    assert [(row.name, row.is_running, plain(row.retention)) for row in rows] == [
        ("March 2025", True, "100.0 %"),
        ("February 2025", False, "50.0 %"),
        ("January 2025", False, "100.0 %"),
        ("December 2024", False, "not yet measurable"),
        ("November 2024", False, "not yet measurable"),
    ]
    february = rows[1]
    assert [plain(value) for value, _href in february.cells] == [
        *("2", "1", "1", "0", "0"),
        *("2", "50.0 %", "PLN 800.00"),
    ]
    assert [href.split("?")[0].split("/")[-2] for _value, href in february.cells] == [
        *("start", "kept", "lost", "new", "reactivated"),
        *("purchases", "repeat_purchases", "currency_purchases"),
    ]
    assert {href.split("?")[1] for _value, href in february.cells} == {"month=2025-02&window=60"}


def test_where_they_went() -> None:
    found = flow.steps(reports.figures(Query(month_of(MARCH - 1), 60)), ASKED)

    assert [(step.label, step.value, step.tone) for step in found] == [
        ("At the start", "2", ""),
        ("Stayed", "1", "good"),
        ("Left", "1", "bad"),
        ("Came back", "0", "info"),
        ("New", "0", "accent"),
        ("At the end", "1", ""),
    ]
    assert [step.share for step in found] == [100, 50, 50, 0, 0, 50]


def test_who_came_back_after_the_first_purchase() -> None:
    found = repeats.bars(reports.repeat_rates(), ASKED)

    assert [(bar.label, plain(bar.value), bar.returned, bar.waiting) for bar in found] == [
        ("30 days", "0.0 %", "0", "2"),
        ("60 days", "50.0 %", "1", "1"),
        ("90 days", "50.0 %", "1", "1"),
        ("365 days", "–", "0", "0"),
        ("ever", "33.3 %", "1", "2"),
    ]
    assert [bar.share for bar in found] == [0, 50, 50, 0, 33]


def heat_map(show: str) -> heat.HeatMap:
    asked = Asked(ASKED.query, show=show)
    return heat.heat_map(reports.cohorts(CohortQuery(months=6)), asked)


@pytest.mark.parametrize(
    ("show", "heads", "cells", "mean", "label"),
    [
        (
            "percent",
            [1, 2, 3, 4, 5],
            [["100", "0", "100", "100", None], ["0", "0", "0", None, None], [None] * 5],
            ["50", "0", "100", "", ""],
            "Mean, %",
        ),
        (
            "customers",
            [1, 2, 3, 4, 5],
            [["1", "0", "1", "1", None], ["0", "0", "0", None, None], [None] * 5],
            ["50", "0", "100", "", ""],
            "Mean, %",
        ),
        (
            "money",
            [0, 1, 2, 3, 4, 5],
            [
                ["1,200", "2,400", "2,400", "3,600", "4,800", None],
                ["800", "800", "300", "300", None, None],
                ["50", None, None, None, None, None],
            ],
            ["1,000", "1,600", "1,350", "3,600", "", ""],
            "Mean per customer",
        ),
    ],
)
def test_the_cohorts_as_they_are_shown(
    show: str, heads: list[int], cells: list[Any], mean: list[str], label: str
) -> None:
    found = heat_map(show)

    assert found.heads == heads
    assert [[cell and cell.value for cell in row.cells] for row in found.rows] == cells
    assert ([cell.value for cell in found.mean], found.mean_label) == (mean, label)
    assert [(row.label, row.size) for row in found.rows] == [
        ("Nov 2024", "1"),
        ("Dec 2024", "1"),
        ("Mar 2025", "1"),
    ]


def test_each_cell_says_all_it_knows() -> None:
    first, second, _third = heat_map("percent").rows

    assert [plain(cell.says) for cell in first.cells[:2] if cell] == [
        "1 of 1 customer bought in December 2024 (100.0 %) · PLN 1,200.00 that month,"
        " PLN 2,400.00 per customer so far",
        "0 of 1 customer bought in January 2025 (0.0 %) · PLN 0.00 that month,"
        " PLN 2,400.00 per customer so far",
    ]
    running, refunded = second.cells[2], second.cells[1]
    assert running is not None
    assert refunded is not None
    assert running.is_running
    assert plain(running.says).endswith("PLN 300.00 per customer so far · still running")
    assert "-PLN 500.00 that month" in plain(refunded.says)


def test_cells_open_their_people() -> None:
    row = heat_map("percent").rows[0]

    assert row.href == "/retention/lists/cohort/?month=2025-03&window=60&cohort=2024-11"
    assert row.cells[1] is not None
    assert row.cells[1].href == f"{row.href}&k=2"


def test_cohort_curves_in_words() -> None:
    found = cohort_curves.cohort_curves(reports.cohorts(CohortQuery(months=6)), ASKED)

    assert [line.says.rpartition(" ")[0] for line in found.lines] == [
        "November 2024, 1",
        "December 2024, 1",
    ]
    assert [plain(says) for _spot, says, _href in found.mean_spots] == [
        "+1: 50.0 %",
        "+2: 0.0 %",
        "+3: 100.0 %",
    ]
    assert [plain(label) for _y, label in found.scale] == ["0 %", "25 %", "50 %", "75 %", "100 %"]


@pytest.mark.parametrize(
    ("shown", "labels", "current"),
    [
        ("percent", ["per cent", "customers", "money"], [True, False, False]),
        ("customers", ["per cent", "customers", "money"], [False, True, False]),
        ("money", ["per cent", "customers", "money"], [False, False, True]),
    ],
)
def test_switches(shown: str, labels: list[str], current: list[bool]) -> None:
    found = heat.switches(Asked(ASKED.query, show=shown))

    assert [switch.label for switch in found] == labels
    assert [switch.current for switch in found] == current
    assert [switch.href for switch in found] == [
        "/retention/?month=2025-03&window=60#cohorts",
        "/retention/?month=2025-03&window=60&show=customers#cohorts",
        "/retention/?month=2025-03&window=60&show=money#cohorts",
    ]


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        (Asked(Query(month_of(MARCH), 90)), "month=2025-03&window=90"),
        (
            Asked(Query(Period(date(2025, 3, 2), date(2025, 4, 1)), 1)),
            "from=2025-03-02&to=2025-04-01&window=1",
        ),
        (
            Asked(Query(Period(date(2025, 1, 1), date(2025, 4, 1)), 730), compares=False),
            "from=2025-01-01&to=2025-04-01&window=730&compare=off",
        ),
        (
            Asked(
                Query(
                    month_of(MARCH),
                    30,
                    filters=Filters(branch_id=0, source="a&b=c", tag_id=9),
                ),
                show="money",
                tab="curves",
            ),
            "month=2025-03&window=30&branch=0&source=a%26b%3Dc&tag=9&show=money&tab=curves",
        ),
    ],
)
def test_addresses_say_everything(asked: Asked, address: str) -> None:
    assert asked.report() == f"/retention/?{address}"
    looks = ("&compare=off", "&show=money&tab=curves")
    plain_address = address
    for look in looks:
        plain_address = plain_address.removesuffix(look)
    assert asked.list("kept") == f"/retention/lists/kept/?{plain_address}"
    assert asked.file("months") == f"/retention/csv/months/?{plain_address}"
    assert asked.list("returned", days="30").endswith("&days=30")

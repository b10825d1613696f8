"""The report: its figures are those of the reports, and every number opens as many rows."""

from collections.abc import Callable
from datetime import date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from core import clock
from core.templatetags.ui import money, rate, whole
from retention import reports
from retention.pages.asked import Asked
from retention.reports import Filters, Query
from retention.rules.month_texts import month_from_text
from retention.rules.periods import Period, month_of
from retention.services.freshness import Freshness
from retention.services.rebuild import rebuild
from retention.views import asking, report
from tests.retention.reading import Page, heading_number, read_page
from tests.retention.world import NOW, World, make_world

pytestmark = pytest.mark.django_db
JUNE = month_of(2024 * 12 + 5)
SignIn = Callable[[str], Client]


@pytest.fixture
def world(db: None) -> World:
    made = make_world(5, customers=14, sales=120, span=250)
    rebuild(now=NOW)
    return made


@pytest.fixture
def manager(sign_in: SignIn) -> Client:
    return sign_in(Role.MANAGER)


def get(client: Client, **params: object) -> Page:
    return read_page(client.get(reverse("retention:report"), params))


FOUR_FIELDS = ("churn_rate", "revenue_churn_rate", "repurchase_index", "returning_rate")


@pytest.mark.parametrize("window", [30, 90, 45])
def test_the_page_shows_the_figures_of_the_reports(
    window: int, world: World, manager: Client
) -> None:
    page = get(manager, month="2024-06", window=window)

    figures = reports.figures(Query(JUNE, window, "PLN"))
    assert figures.customers_at_start > 0
    for name in FOUR_FIELDS:
        assert rate(getattr(figures, name)) in page.text
    assert f"<strong>{rate(figures.retention_rate)}</strong>" in page.text
    assert money(figures.net_minor, "PLN") in page.text
    assert rate(figures.guest_share) in page.text


def expected(link_name: str, figures: reports.Figures) -> int | None:
    names = {"start": "customers_at_start", "end": "customers_at_end"}
    return getattr(figures, names.get(link_name, link_name), None)


@pytest.mark.parametrize("extra", [{}, {"source": "web"}, {"show": "customers"}])
def test_every_number_opens_a_list_of_that_many(
    extra: dict[str, str], world: World, manager: Client
) -> None:
    page = get(manager, month="2024-06", window="45", **extra)

    filters = Filters(source=extra.get("source", ""))
    figures = reports.figures(Query(JUNE, 45, "PLN", filters))
    checked = set()
    for link in page.lists:
        if "&last=" in link.href:
            continue  # a mean, which is no number of people
        number = link.number
        if ("show" in extra) != (link.name == "cohort" and "&k=" in link.href):
            continue  # cells say a number of people only there; the rest is as on the other pages
        if number is None:
            number = expected(link.name, figures) if "month=2024-06" in link.href else None
        if number is not None and link.href not in checked:
            checked.add(link.href)
            assert heading_number(manager.get(link.href)) == number, link
    assert len(checked) >= 30


def test_every_cell_in_per_cent_opens_its_people(world: World, manager: Client) -> None:
    page = get(manager, month="2024-06")

    table = reports.cohorts(reports.CohortQuery(currency="PLN"))
    cells = {
        (f"cohort={row.month // 12}-{row.month % 12 + 1:02}", cell.k): cell.active
        for row in table.rows
        for cell in row.cells
        if cell is not None
    }
    links = [link for link in page.lists if "&k=" in link.href and "&last=" not in link.href]
    assert len(links) > 20
    for link in links:
        key = next(key for key in cells if link.href.endswith(f"{key[0]}&k={key[1]}"))
        assert f"{whole(cells[key])} of " in link.text
        assert heading_number(manager.get(link.href)) == cells[key]


def test_every_mean_opens_the_people_it_is_the_mean_of(world: World, manager: Client) -> None:
    page = get(manager, month="2024-06")

    table = reports.cohorts(reports.CohortQuery(currency="PLN"))
    links = [link for link in page.lists if "&last=" in link.href]
    assert len(links) > 5
    for link in links:
        asked = {name: value[0] for name, value in parse_qs(urlsplit(link.href).query).items()}
        rows = [
            row
            for row in table.rows
            if month_from_text(asked["cohort"]) <= row.month <= month_from_text(asked["last"])
        ]
        came = sum(row.cells[int(asked["k"])].active for row in rows)
        assert link.text == f"{100 * came / sum(row.size for row in rows):.0f}"
        assert heading_number(manager.get(link.href)) == came


def test_flow_adds_up_on_the_page(world: World, manager: Client) -> None:
    page = get(manager, month="2024-06", window=45)

    bars = {}
    for link in page.lists:
        for word, name in FLOW.items():
            if link.text.startswith(word):
                bars[name] = int(link.text.removeprefix(word).replace(",", ""))
    assert bars["start"] == bars["kept"] + bars["lost"]
    assert bars["end"] == bars["kept"] + bars["reactivated"] + bars["new"]


FLOW = {
    "At the start": "start",
    "Stayed": "kept",
    "Left": "lost",
    "Came back": "reactivated",
    "New": "new",
    "At the end": "end",
}


def test_before_enough_history_nothing_is_called_100_per_cent(
    world: World, manager: Client
) -> None:
    page = get(manager, month="2024-02", window=365)

    assert "not yet measurable" in page.text
    assert "The first month to be measured is" in page.text
    assert "Nobody can have left yet" in page.text
    assert "<strong>100.0" not in page.text


def test_comparing_can_be_switched_off(world: World, manager: Client) -> None:
    compared = get(manager, month="2024-06", window=45)
    alone = get(manager, month="2024-06", window=45, compare="off")

    assert "May 2024: " in compared.text
    assert "than in the period before" in compared.text
    assert "May 2024: " not in alone.text.partition("Retention by month")[0]
    assert all("compare=off" in link.href for link in alone.links if "window=90" in link.href)


@pytest.mark.parametrize(
    ("params", "period"),
    [
        ({"month": "2024-06"}, JUNE),
        ({"from": "2024-06-01", "to": "2024-07-01"}, JUNE),
        ({"from": "2024-06-01", "through": "2024-06-30"}, JUNE),
        (
            {"from": "2024-05-07", "to": "2024-05-14"},
            Period(date(2024, 5, 7), date(2024, 5, 14)),
        ),
        (
            {"from": "2024-05-07", "through": "2024-05-07", "month": "2024-06"},
            Period(date(2024, 5, 7), date(2024, 5, 8)),
        ),
    ],
)
def test_any_period_may_be_asked(
    params: dict[str, str], period: Period, world: World, manager: Client
) -> None:
    page = get(manager, window=45, **params)

    figures = reports.figures(Query(period, 45, "PLN"))
    asked = Asked(Query(period, 45, "PLN"))
    number = next(link.number for link in page.lists if link.href == asked.list("start"))
    assert number == figures.customers_at_start


@pytest.mark.parametrize(
    ("months", "today", "expected_month"),
    [
        (range(24100, 24110), date(2026, 11, 22), 24109),
        (range(24100, 24110), clock.month_start(24109), 24108),
        (range(24109, 24110), clock.month_start(24109), 24109),
        (range(0), date(2026, 11, 22), 2026 * 12 + 10),
    ],
)
def test_the_usual_month_is_the_newest_that_is_over(
    months: range, today: date, expected_month: int
) -> None:
    assert asking.usual_period(months, today) == month_of(expected_month)


def test_a_running_period_says_so_and_compares_no_sums(world: World, manager: Client) -> None:
    last = reports.data_months()[-1]
    page = get(manager, month=f"{last // 12}-{last % 12 + 1:02}", window=45)

    assert "is not over in the data" in page.text
    revenue = page.text.partition("Revenue, net")[2].partition("</article>")[0]
    assert "% less" not in revenue
    assert "% more" not in revenue


def test_a_month_after_all_data_says_so(world: World, manager: Client) -> None:
    page = get(manager, month="2030-01")

    assert "There are no purchases yet in or after January 2030" in page.text
    assert "Nobody was a customer when January 2030 began." in page.text


def test_an_empty_shop_has_one_sentence_and_one_action(sign_in: SignIn) -> None:
    for role in Role.values:
        response = sign_in(role).get(reverse("retention:report"))

        assert response.status_code == 200
        assert b"No purchases yet" in response.content


def test_only_the_cohorts_are_sent_where_only_they_are_asked_for(
    world: World, manager: Client
) -> None:
    headers = {"HX-Request": "true", "HX-Target": "cohorts"}
    piece = manager.get(
        reverse("retention:report"), {"show": "money", "tab": "curves"}, headers=headers
    )

    text = piece.content.decode()
    assert text.count('id="cohorts"') == 1
    assert "<html" not in text
    assert "weighted mean" in text


@pytest.mark.parametrize(("show", "first"), [("percent", "+1"), ("money", "+0")])
def test_cohorts_show_what_is_asked(show: str, first: str, world: World, manager: Client) -> None:
    page = get(manager, show=show)

    heads = next(row for row in page.rows if "joined" in row)
    assert heads[2] == first
    assert heads[-1] == "+11"


def test_readers_are_told_when_figures_are_old(
    world: World, manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = Freshness(current=False, refreshed_at=NOW, waiting=23_456, progress=40)
    monkeypatch.setattr(asking, "bring_up_to_date", lambda now: old)
    monkeypatch.setattr(report, "bring_up_to_date", lambda now: old)

    page = get(manager, month="2024-06")
    piece = manager.get(reverse("retention:freshness"))

    for text in (page.text, piece.content.decode()):
        assert "Figures as of" in text
        assert "23,456 changes are being worked in" in text
        assert 'value="40"' in text
    assert "HX-Refresh" not in piece


def test_the_page_loads_again_once_figures_are_fresh(world: World, manager: Client) -> None:
    piece = manager.get(reverse("retention:freshness"))

    assert piece["HX-Refresh"] == "true"


def test_definitions_have_every_figure_of_the_page(world: World, manager: Client) -> None:
    page = read_page(manager.get(reverse("retention:definitions")))

    for key in ("retention", "churn", "repurchase_index", "repeat_rate", "cohorts", "flow"):
        assert f'id="{key}"' in page.text


def test_each_role_reads_it_and_managers_land_on_it(sign_in: SignIn) -> None:
    for role in Role.values:
        assert sign_in(role).get(reverse("retention:report")).status_code == 200
    assert sign_in(Role.MANAGER).get("/").headers["Location"] == reverse("retention:report")


def test_the_page_asks_the_database_as_often_for_any_shop(
    world: World, manager: Client, django_assert_max_num_queries: Callable[..., object]
) -> None:
    # PostgreSQL is told twice in each heavy read to plan without compiling.
    most = 53 if connection.vendor == "sqlite" else 67
    get(manager, month="2024-06")
    for params in ({"month": "2024-06"}, {"from": "2024-05-03", "to": "2024-06-09"}):
        with django_assert_max_num_queries(most):
            get(manager, window=90, **params)


@pytest.mark.parametrize("language", ["pl", "cs", "ro"])
def test_the_page_speaks_each_language(language: str, world: World, manager: Client) -> None:
    page = read_page(
        manager.get(reverse("retention:report"), headers={"Accept-Language": language})
    )

    assert f'lang="{language}"' in page.text
    assert "{" not in page.text.partition("<main")[2].partition("</main")[0]


def test_the_clock_is_the_shops(
    world: World, manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = reports.data_months()[-1]
    during = datetime.combine(clock.month_start(last), NOW.timetz())
    monkeypatch.setattr(asking.clock, "now", lambda: during)

    page = read_page(manager.get(reverse("retention:report")))

    assert f"month={(last - 1) // 12}-{(last - 1) % 12 + 1:02}&" in page.lists[0].href


@pytest.mark.parametrize(
    ("show", "about", "first", "has_mean"),
    [
        ("percent", "Per cent of each cohort who bought, by months", "+1", True),
        ("customers", "How many of each cohort bought, by months", "+1", False),
        ("money", "What each cohort brought up to that month, less refunds", "+0", True),
    ],
)
def test_curves_are_of_what_is_asked(
    show: str, about: str, first: str, has_mean: bool, world: World, manager: Client
) -> None:
    page = get(manager, tab="curves", show=show)

    assert page.text.count(about) == 2
    assert f'aria-hidden="true">{first}</text>' in page.text
    assert ("weighted mean" in page.text) is has_mean

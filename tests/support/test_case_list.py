"""The list of cases: whose, in which order, how many wait."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from support import case_list
from support.case_list import waiting_cases
from support.services import cases
from tests.factories import cases as made
from tests.factories.customers import CustomerFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def shelf(cast):
    """A late one of nobody's, one taken today, one that waits, one that is done."""
    clerk, who = cast["support"], CustomerFactory
    waiting = made.answered(who(), clerk, NOW, subject="Waiting one")
    cases.ask_customer(actor=clerk, now=NOW, case=waiting)
    return {
        "late": made.opened(who(), clerk, NOW - timedelta(days=2), subject="Late one"),
        "taken": made.answered(who(), clerk, NOW, subject="Taken one"),
        "waiting": waiting,
        "done": made.resolved(who(), clerk, NOW - timedelta(days=1), subject="Done one"),
    }


def subjects(client, view="", **more):
    asked = {"view": view} if view else {}
    page = client.get(reverse("support:cases"), asked | more).context["page"]
    return [line.case.subject for line in page.lines]


def test_each_view_shows_its_own_what_is_due_soonest_first(sign_in, shelf):
    client = sign_in("support")

    assert subjects(client) == ["Taken one", "Waiting one"]
    assert subjects(client, "nobody") == ["Late one"]
    assert subjects(client, "open") == ["Late one", "Taken one", "Waiting one"]
    assert subjects(client, "waiting") == ["Waiting one"]
    assert subjects(client, "done") == ["Done one"]
    assert subjects(sign_in("manager")) == []
    assert subjects(client, "nonsense") == ["Taken one", "Waiting one"]


def test_the_rail_counts_what_is_mine_or_nobodys(cast, shelf):
    waiting = waiting_cases(cast["support"])
    assert (waiting.number, waiting.late) == (2, 1)
    waiting = waiting_cases(cast["manager"])
    assert (waiting.number, waiting.late) == (1, 1)


def test_what_the_law_calls_late_is_late_though_it_waits(cast, shelf):
    with time_machine.travel(NOW + timedelta(days=15), tick=False):
        assert waiting_cases(cast["support"]).late == 3


def test_the_pages_of_a_list_hold_each_case_once(sign_in, shelf, monkeypatch):
    monkeypatch.setattr(case_list, "SIZE", 2)
    client = sign_in("support")
    first = client.get(reverse("support:cases"), {"view": "open"}).context
    second = client.get(first["after"]).context

    shown = [[line.case.subject for line in one["page"].lines] for one in (first, second)]
    assert shown == [["Late one", "Taken one"], ["Waiting one"]]
    assert second["after"] == ""
    back = client.get(second["before"]).context["page"]
    assert [line.case.subject for line in back.lines] == ["Late one", "Taken one"]


def test_a_long_list_costs_what_a_short_one_does(sign_in, cast, shelf):
    client = sign_in("support")
    subjects(client, "open")
    with CaptureQueriesContext(connection) as few:
        subjects(client, "open")
    for _number in range(6):
        made.opened(CustomerFactory(), cast["support"], NOW)
    with CaptureQueriesContext(connection) as many:
        subjects(client, "open")

    assert len(many) == len(few)


def test_the_day_shows_what_is_late(sign_in, shelf):
    text = sign_in("support").get(reverse("customers:day")).content.decode()

    assert "Late one" in text
    assert "Waiting one" not in text


def test_marketers_see_neither_the_list_nor_the_link(sign_in, shelf):
    client = sign_in("marketer")

    assert client.get(reverse("support:cases")).status_code == 403
    assert reverse("support:cases") not in client.get(reverse("customers:list")).content.decode()

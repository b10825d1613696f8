"""Follow-ups over HTTP: promised, done, put off, taken over."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from core import clock
from customers.models import FollowUp
from tests.customers.talk import HTMX, address, part, text_of, today
from tests.factories.customers import CustomerFactory, FollowUpFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
Cast = dict[str, User]


def test_a_follow_up_is_promised_and_changed(sign_in: SignIn) -> None:
    customer, client = CustomerFactory(), sign_in("support")
    data = {"what": "Call", "due_on": "2026-12-01", "due_time": "17:00"}

    client.post(address("follow_up_new", customer.pk), data)
    row = FollowUp.objects.get()
    client.post(address("follow_up_edit", row.pk), data | {"what": "Write"})

    row.refresh_from_db()
    assert (row.what, row.due_on) == ("Write", date(2026, 12, 1))


@pytest.mark.parametrize(
    "changes", [{"what": ""}, {"due_on": "soon"}, {"due_on": "2040-01-01"}, {"due_time": "25:00"}]
)
def test_what_cannot_be_promised_comes_back(sign_in: SignIn, changes: dict[str, str]) -> None:
    data = {"what": "Call", "due_on": "2026-12-01"} | changes

    response = sign_in("support").post(address("follow_up_new", CustomerFactory().pk), data)

    assert response.status_code == 422
    assert not FollowUp.objects.exists()


def test_done_slides_away_and_can_be_taken_back(sign_in: SignIn, cast: Cast) -> None:
    row, client = FollowUpFactory(), sign_in("support")

    piece = client.post(address("follow_up_done", row.pk), headers=HTMX).content.decode()

    assert 'hx-swap-oob="beforeend"' in piece
    assert address("follow_up_reopen", row.pk) in piece
    row.refresh_from_db()
    assert row.done_by == cast["support"]
    back = client.post(address("follow_up_reopen", row.pk))
    assert back.headers["Location"] == "/day/"
    row.refresh_from_db()
    assert row.done_at is None


@pytest.mark.parametrize("scope", ["mine", "all"])
def test_all_that_counts_on_the_day_changes_with_it(
    sign_in: SignIn, cast: Cast, scope: str
) -> None:
    due = today() - timedelta(days=2)
    late, _other = (FollowUpFactory(due_on=due, assignee=cast["support"]) for _n in range(2))
    client, here = sign_in("support"), f"/day/?who={scope}"
    before = text_of(client.get(here).content.decode())
    assert "2 late" in before
    assert "Done today" not in before

    answer = client.post(address("follow_up_done", late.pk), {"next": here}, headers=HTMX)

    piece, page = answer.content.decode(), client.get(here).content.decode()
    assert (answer["HX-Reswap"], piece.count('hx-swap-oob="true"')) == ("none swap:150ms", 2)
    for start, end in (('id="day"', "</section>"), ('id="rail-list"', "</ul>")):
        assert part(piece, start, end).replace(' hx-swap-oob="true"', "") == part(page, start, end)
    assert "1 late" in text_of(piece)
    assert "Done today" in text_of(piece)
    assert f'name="next" value="{here}"' in piece
    back = client.post(address("follow_up_reopen", late.pk), {"next": here}, follow=True)
    assert (back.redirect_chain[0][0], "2 late" in text_of(back.content.decode())) == (here, True)


def test_a_row_that_went_meanwhile_takes_its_counts_along(sign_in: SignIn) -> None:
    row = FollowUpFactory(due_on=today(), done_at=clock.now())
    target, client = address("follow_up_done", row.pk), sign_in("manager")

    piece = client.post(target, {"next": "/day/"}, headers=HTMX).content.decode()

    assert "Nothing is waiting" in piece
    assert "Nothing is waiting" not in client.post(target, headers=HTMX).content.decode()


@pytest.mark.parametrize(
    ("wanted", "target"),
    [
        ("/day/?who=all", "/day/?who=all"),
        ("//evil.example", None),
        ("/\\evil.example", None),
        ("https://evil.example/", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_next_leads_nowhere_else(sign_in: SignIn, wanted: str, target: str | None) -> None:
    row = FollowUpFactory()

    response = sign_in("support").post(address("follow_up_done", row.pk), {"next": wanted})

    assert response.headers["Location"] == (target or address("customer", row.customer_id))


@pytest.mark.parametrize(("days", "moved"), [("7", True), ("0", False), ("²", False), ("x", False)])
def test_it_can_be_put_off(sign_in: SignIn, days: str, moved: bool) -> None:
    row = FollowUpFactory()

    sign_in("support").post(address("follow_up_snooze", row.pk), {"days": days})

    before = row.due_on
    row.refresh_from_db()
    expected = timezone.localdate(clock.now()) + timedelta(days=7)
    assert row.due_on in {before, expected, expected + timedelta(days=1)}
    assert (row.due_on != before) == moved


def test_who_takes_it_has_it(sign_in: SignIn, cast: Cast) -> None:
    row = FollowUpFactory()

    sign_in("support").post(address("follow_up_take", row.pk))

    row.refresh_from_db()
    assert row.assignee == cast["support"]

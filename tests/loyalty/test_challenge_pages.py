"""Pages of challenges and badges."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.services.shop import get_shop
from customers.rules.segment_language import Condition, Group, Join
from customers.segments import context_of, people_in
from loyalty.models import Badge, BadgeHolding, Challenge, ChallengeFinish
from loyalty.services.members import look_at_marked
from tests.factories.challenges import challenges_with, monthly_one
from tests.factories.customers import CustomerFactory
from tests.loyalty.services.test_tiers import buy

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SENT = {
    "name": "Three in December",
    "kind": "sum",
    "target": "500,00",
    "every": "week",
    "category": "",
    "first_day": "2026-12-01",
    "last_day": "2026-12-31",
    "points": "50",
    "badge": "",
    "version": "1",
}


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def anna():
    return CustomerFactory(first_name="Anna", last_name="Nowak")


@pytest.fixture
def made(anna, cast):
    """A running challenge, one to come, and Anna's badge."""
    return challenges_with(anna, cast["manager"], NOW)


def bought_three(customer):
    for number in range(3):
        buy(customer, f"n{number}", 1_000, f"2026-11-22T0{number}:30")
    look_at_marked(NOW)


def test_the_list_and_the_page_say_who_is_where(anna, made, sign_in):
    ewa = CustomerFactory()
    buy(ewa, "e1", 1_000, "2026-11-22T10:00")
    bought_three(anna)
    support = sign_in("support")
    cards = support.get(reverse("loyalty:challenges")).context["cards"]
    assert [(card.challenge.name, card.state, card.members, card.done) for card in cards] == [
        ("Ten visits", "planned", 0, 0),
        ("Three visits", "running", 2, 1),
    ]
    page = support.get(reverse("loyalty:challenge", args=[made["running"].pk])).context
    assert [row.customer for row in page["runners"]] == [ewa]
    assert [row.account.customer for row, _name in page["finishers"]] == [anna]


def test_without_any_it_invites(sign_in):
    assert b"No challenges yet" in sign_in("marketer").get(reverse("loyalty:challenges")).content


def test_one_is_set_up_changed_and_stopped(sign_in):
    marketer = sign_in("marketer")
    assert marketer.post(reverse("loyalty:challenge_new"), SENT).status_code == 302
    found = Challenge.objects.get()
    assert (found.kind, found.target, found.points) == ("sum", 50_000, 50)
    edit = reverse("loyalty:challenge_edit", args=[found.pk])
    assert marketer.get(edit).context["form"].initial["target"] == "500.00"
    marketer.post(edit, SENT | {"kind": "count", "target": "4"})
    found.refresh_from_db()
    assert (found.kind, found.target, found.version) == ("count", 4, 2)
    assert marketer.post(edit, SENT).status_code == 422
    marketer.post(reverse("loyalty:challenge_stop", args=[found.pk]))
    found.refresh_from_db()
    assert found.stopped_at == NOW


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"target": "0"}, "target"),
        ({"kind": "count", "target": "1,5"}, "target"),
        ({"kind": "streak", "target": "99999999999999999999"}, "target"),
        ({"first_day": "2026-11-21"}, "first_day"),
        ({"last_day": "2026-11-30"}, "last_day"),
        ({"last_day": ""}, "last_day"),
        ({"repeats": "day"}, "repeats"),
        ({"points": ""}, "points"),
        ({"category": "Nonsense"}, "category"),
        ({"badge": "99"}, "badge"),
    ],
)
def test_what_is_refused_is_said_where_it_belongs(sign_in, change, field):
    answer = sign_in("marketer").post(reverse("loyalty:challenge_new"), SENT | change)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Challenge.objects.exists()


def test_badges_are_added_and_given(anna, sign_in):
    marketer, support = sign_in("marketer"), sign_in("support")
    marketer.post(reverse("loyalty:badges"), {"name": "Friend", "icon": "heart"})
    again = marketer.post(reverse("loyalty:badges"), {"name": "friend", "icon": "heart"})
    assert again.status_code == 422
    badge = Badge.objects.get()
    give = reverse("loyalty:badge_give", args=[anna.pk])
    support.post(give, {"badge": badge.pk})
    support.post(give, {"badge": "nothing"})
    assert BadgeHolding.objects.get().customer == anna
    assert [row.holders for row in marketer.get(reverse("loyalty:badges")).context["badges"]] == [1]


def test_the_customers_page_shows_bars_badges_and_what_happened(anna, made, sign_in):
    bought_three(anna)
    page = sign_in("support").get(reverse("customers:customer", args=[anna.pk])).content.decode()
    assert "Challenges and badges" in page
    assert "Reached: Three visits" in page
    assert "Badge: Friend of the shop" in page


def test_segments_ask_for_badges_and_challenges(anna, made):
    bought_three(anna)
    other = CustomerFactory()
    running = str(ChallengeFinish.objects.get().challenge_id)
    for field, key in (("badge", str(made["badge"].pk)), ("challenge", running)):
        for operator, fits in (("any_of", [True, False]), ("none_of", [False, True])):
            tree = Group(Join.ALL, (Condition(field, operator, (key,)),))
            found = people_in(tree, context_of(get_shop(), NOW))
            assert [found.filter(pk=one.pk).exists() for one in (anna, other)] == fits


def test_one_that_repeats_shows_the_present_month_and_its_past_winners(anna, cast, sign_in):
    monthly = monthly_one(anna, cast["manager"], NOW)  # since 23 September
    ewa = CustomerFactory(first_name="Ewa", last_name="Lis")
    for customer, days in ((anna, ("10-03", "10-04", "11-02", "11-03")), (ewa, ("11-04",))):
        for day in days:
            buy(customer, f"{customer.pk}-{day}", 1_000, f"2026-{day}T10:00")
    look_at_marked(NOW)
    support, address = sign_in("support"), reverse("loyalty:challenge", args=[monthly.pk])

    page = support.get(address).context
    assert [row.customer for row in page["runners"]] == [ewa]
    assert [name for _row, name in page["finishers"]] == ["Anna Nowak"]
    assert [(turn.days, turn.done) for turn in page["turns"]] == [
        ("November 2026", 1),
        ("October 2026", 1),
        ("23 Sept 2026 – 30 Sept 2026", 0),
    ]

    past = support.get(address, {"period": "2026-10-01"}).context
    assert [name for _row, name in past["finishers"]] == ["Anna Nowak"]
    assert (past["is_present"], past["runners"]) == (False, [])
    for odd in ("2026-12-01", "nonsense", "2026-10-01x", "0001-01-01", ""):
        assert support.get(address, {"period": odd}).context["is_present"]

    file = support.get(reverse("customers:customer", args=[anna.pk])).content.decode()
    assert "reached 2 times running" in file
    assert "until 30 November 2026" in file
    [card] = support.get(reverse("loyalty:challenges")).context["cards"]
    assert (card.days, card.members, card.done) == ("Every month from 23 September 2026", 2, 1)


def test_while_it_runs_its_name_and_end_are_changed_on_the_page(anna, cast, sign_in):
    monthly = monthly_one(anna, cast["manager"], NOW)
    marketer, address = sign_in("marketer"), reverse("loyalty:challenge_edit", args=[monthly.pk])
    assert list(marketer.get(address).context["form"].fields) == ["name", "last_day", "version"]
    sent = {"name": "Twice", "last_day": "2026-11-30", "version": "1"}

    assert marketer.post(address, sent | {"last_day": "2026-11-21"}).status_code == 422
    assert marketer.post(address, sent).status_code == 302
    assert marketer.post(address, sent).status_code == 422, "somebody saved in between"

    monthly.refresh_from_db()
    assert (monthly.name, str(monthly.last_day), monthly.version) == ("Twice", "2026-11-30", 2)


def test_one_that_repeats_is_set_up_without_an_end(sign_in):
    sent = SENT | {"kind": "count", "target": "2", "repeats": "month", "last_day": ""}
    assert sign_in("marketer").post(reverse("loyalty:challenge_new"), sent).status_code == 302
    found = Challenge.objects.get()
    assert (found.repeats, found.last_day) == ("month", None)


def test_the_customers_page_asks_the_same_however_many_challenges_run(anna, cast, sign_in):
    client, asked = sign_in("support"), []
    for number in (1, 3):
        for _each in range(number):
            monthly_one(anna, cast["manager"], NOW)
        client.get(reverse("customers:customer", args=[anna.pk]))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("customers:customer", args=[anna.pk]))
        asked.append(len(queries))
    assert asked[0] == asked[1]

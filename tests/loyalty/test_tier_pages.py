"""Pages of tiers: the ladder and its members, changing it, one customer's tier."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse

from core.services.shop import get_shop
from customers.rules.segment_language import Condition, Group, Join
from customers.segments import context_of, people_in
from loyalty.models import TierGift, TierScheme, TierStanding
from loyalty.services.tiers import rebuild_tiers
from tests.factories.customers import CustomerFactory
from tests.factories.tiers import ladder_with
from tests.loyalty.services.test_tiers import buy

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SENT = {
    "name_1": "Silver",
    "takes_1": "600,00",
    "name_2": "Gold",
    "takes_2": "2000",
    "name_3": "Black",
    "takes_3": "9000",
    "basis": "spend",
    "window": "rolling",
    "months": "12",
    "grace_days": "30",
    "return_days": "14",
    "downgrade": "one_down",
    "version": "1",
}


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def anna(cast):
    """A shop with Silver and Gold, in which Anna holds Gold by hand for three weeks."""
    customer = CustomerFactory(first_name="Anna", last_name="Nowak")
    ladder_with(customer, cast["manager"], NOW)
    return customer


def test_the_ladder_says_who_stands_where_and_who_moves(anna, sign_in):
    ewa = CustomerFactory()
    buy(ewa, "1", 190_000, "2026-11-01T10:00")
    rebuild_tiers(now=NOW)

    shown = sign_in("support").get(reverse("loyalty:tiers")).context

    assert [(step.tier.name, step.members) for step in shown["steps"]] == [
        ("Silver", 1),
        ("Gold", 1),
    ]
    assert [(row.customer, row.next_tier) for row in shown["rising"]] == [(ewa, "Gold")]
    assert [row.customer for row in shown["falling"]] == [anna]
    listed = sign_in("support").get(shown["steps"][0].href)
    assert [row.pk for row in listed.context["rows"]] == [ewa.pk]


def test_without_tiers_it_invites_to_set_them_up(sign_in):
    assert b"No tiers yet" in sign_in("marketer").get(reverse("loyalty:tiers")).content
    assert sign_in("marketer").get(reverse("loyalty:tiers_edit")).status_code == 200


def test_the_ladder_is_changed_and_a_tier_renamed_stays_the_same(anna, sign_in):
    sent = SENT | {"name_2": "Golden"}
    answer = sign_in("marketer").post(reverse("loyalty:tiers_edit"), sent)
    assert answer.status_code == 302
    newest = TierScheme.objects.latest("version")
    assert list(newest.tiers.order_by("rank").values_list("key", "name", "threshold")) == [
        ("silver", "Silver", 60_000),
        ("gold", "Golden", 200_000),
        ("black", "Black", 900_000),
    ]


def test_a_tier_between_two_is_a_new_one_and_the_others_keep_their_keys(anna, sign_in):
    sent = SENT | {"name_2": "Amber", "takes_2": "1000", "name_3": "Gold", "takes_3": "2000"}
    sign_in("marketer").post(reverse("loyalty:tiers_edit"), sent)
    newest = TierScheme.objects.latest("version")
    assert list(newest.tiers.order_by("rank").values_list("key", flat=True)) == [
        *("silver", "amber", "gold"),
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"takes_1": ""}, "takes_1"),
        ({"name_1": ""}, "name_1"),
        ({"takes_1": "0"}, "takes_1"),
        ({"takes_1": "600,001"}, "takes_1"),
        ({"basis": "orders", "takes_1": "1,5"}, "takes_1"),
        ({"basis": "orders", "takes_1": "99999999999999999999"}, "takes_1"),
        ({"takes_1": "2000"}, None),
        ({"name_1": "gold"}, None),
        ({"version": "7"}, None),
        ({"months": "0"}, "months"),
    ],
)
def test_what_is_refused_is_said_where_it_belongs(anna, sign_in, change, field):
    answer = sign_in("marketer").post(reverse("loyalty:tiers_edit"), SENT | change)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field or "__all__"]
    assert TierScheme.objects.count() == 1


def test_a_manager_gives_a_tier_and_takes_it_back(anna, sign_in):
    ewa, manager = CustomerFactory(), sign_in("manager")
    sent = {"key": "silver", "last_day": "2027-06-30", "reason": "Sorry"}
    manager.post(reverse("loyalty:tier_give", args=[ewa.pk]), sent)
    page = manager.get(reverse("loyalty:tier", args=[ewa.pk]))
    assert (page.context["tier"].key, page.context["reason"]) == ("silver", "Sorry")
    manager.post(reverse("loyalty:tier_take_back", args=[ewa.pk]))
    assert TierStanding.objects.get(pk=ewa.pk).key == ""
    again = manager.post(reverse("loyalty:tier_take_back", args=[ewa.pk]), follow=True)
    assert "No tier is given by hand now." in again.content.decode()


def test_what_cannot_be_given_is_said(anna, sign_in):
    sent = {"key": "gold", "last_day": "2020-06-30", "reason": "Sorry"}
    address = reverse("loyalty:tier_give", args=[anna.pk])
    answer = sign_in("manager").post(address, sent)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["last_day"]
    assert TierGift.objects.count() == 1
    assert sign_in("support").post(address, sent).status_code == 403


def test_the_marketer_does_not_read_why(anna, sign_in):
    page = sign_in("marketer").get(reverse("loyalty:tier", args=[anna.pk]))
    assert "lost twice" not in page.content.decode()


def test_the_customers_page_shows_tier_bar_and_timeline(anna, sign_in):
    buy(anna, "1", 60_000, "2026-11-01T10:00")
    TierGift.objects.all().delete()
    rebuild_tiers(now=NOW)
    page = sign_in("support").get(reverse("customers:customer", args=[anna.pk])).content.decode()
    assert "Silver" in page
    assert "until 31 October 2027" in page
    assert "Silver" in page


@pytest.mark.parametrize(
    ("field", "operator", "value", "fits"),
    [
        ("tier", "any_of", ("gold",), [True, False]),
        ("tier", "none_of", ("gold",), [False, True]),
        ("tier", "filled", None, [True, False]),
        ("tier", "empty", None, [False, True]),
        ("tier_ends", "in_next", 30, [True, False]),
        ("tier_ends", "empty", None, [False, True]),
    ],
)
def test_segments_ask_for_tiers(anna, field, operator, value, fits):
    other = CustomerFactory()
    tree = Group(Join.ALL, (Condition(field, operator, value),))
    found = people_in(tree, context_of(get_shop(), NOW))
    assert [found.filter(pk=one.pk).exists() for one in (anna, other)] == fits

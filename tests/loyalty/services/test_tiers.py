"""Tiers kept up to date: from purchases and their refunds, by the job, each change written once."""

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from accounts.models import Role
from core.errors import Refused
from core.models import AuditEntry
from customers.services.purchases import add_purchase, add_refund, remove_purchase
from loyalty.models import MemberMark, TierChange, TierGift, TierScheme, TierStanding
from loyalty.services import awarding, members, tiers
from loyalty.services.tier_gifts import give_tier, take_tier_back
from loyalty.services.tier_schemes import Rung, TierTerms, change_tiers
from loyalty.tiers import tier_at, tier_choices, tiers_at
from tests.factories.accounts import UserFactory
from tests.factories.customers import CustomerFactory
from tests.loyalty.bank import programme, utc

BEGAN = "2026-01-01T00:00"
LADDER = [Rung("silver", "Silver", 50_000), Rung("gold", "Gold", 200_000)]


@pytest.fixture(autouse=True)
def _in_later_years():
    """Nothing here is still to come."""
    with time_machine.travel(datetime(2028, 1, 1, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def anna(db):
    """A customer of a shop with Silver from 500.00 and Gold from 2,000.00."""
    ladder()
    return CustomerFactory()


def ladder(at=BEGAN, rungs=LADDER, version=0, **terms):
    return change_tiers(
        actor=None,
        programme=programme(),
        terms=TierTerms(**terms),
        rungs=rungs,
        version=version,
        now=utc(at),
    )


def buy(customer, number, amount_minor, at):
    return add_purchase(
        actor=None,
        customer=customer,
        number=number,
        occurred_at=utc(at),
        amount_minor=amount_minor,
        currency="PLN",
    )


def refund(purchase, amount_minor, at):
    return add_refund(
        actor=None,
        purchase=purchase,
        number=f"R{at}",
        occurred_at=utc(at),
        amount_minor=amount_minor,
    )


def look(at):
    """Let the job work at the instant, until it finds nothing."""
    while members.look_at_marked(utc(at)):
        pass


def told():
    rows = TierChange.objects.order_by("account", "seq")
    return [(row.before, row.after, row.reason, row.at) for row in rows]


def test_the_worked_example(anna):
    """Example 12, through purchases and the job."""
    buy(anna, "1", 150_000, "2026-03-10T10:00")
    buy(anna, "2", 60_000, "2026-09-01T10:00")
    look("2026-09-01T10:01")
    gold = TierStanding.objects.get()
    assert (gold.key, gold.since, gold.value) == ("gold", utc("2026-09-01T10:00"), 210_000)
    assert (gold.ends_at, gold.next_at) == (utc("2027-08-31T22:00"), utc("2027-08-31T22:00"))
    buy(anna, "3", 90_000, "2027-02-01T10:00")
    look("2027-09-15T10:00")
    grace = TierStanding.objects.get()
    assert (grace.key, grace.weighed_at) == ("gold", utc("2027-09-30T22:00"))

    look("2027-09-30T22:00")

    assert TierStanding.objects.get().key == "silver"
    assert told() == [
        ("", "silver", "earned", utc("2026-03-10T10:00")),
        ("silver", "gold", "earned", utc("2026-09-01T10:00")),
        ("gold", "silver", "missed", utc("2027-09-30T22:00")),
    ]


def test_a_refund_inside_the_return_window_revokes_at_once(anna):
    buy(anna, "1", 150_000, "2026-03-10T10:00")
    second = buy(anna, "2", 60_000, "2026-09-01T10:00")
    look("2026-09-01T10:01")

    refund(second, 60_000, "2026-09-10T10:00")
    look("2026-09-10T10:01")

    standing = TierStanding.objects.get()
    assert (standing.key, standing.value) == ("silver", 150_000)
    assert told()[-1] == ("gold", "silver", "refunded", utc("2026-09-10T10:00"))


def test_a_whole_refund_after_the_window_leaves_the_tier(anna):
    only = buy(anna, "1", 200_000, "2026-03-10T10:00")
    look("2026-03-10T10:01")
    refund(only, 200_000, "2026-06-10T10:00")
    look("2026-06-10T10:01")

    assert TierStanding.objects.get().key == "gold"
    look("2027-04-09T10:00")
    assert told()[-1] == ("gold", "silver", "missed", utc("2027-04-08T22:00"))


def test_arrival_order_does_not_matter(anna):
    other = CustomerFactory()
    days = [("1", 30_000, "2026-03-10T10:00"), ("2", 180_000, "2026-05-01T10:00")]
    for number, amount, at in days:
        buy(anna, f"a{number}", amount, at)
    for number, amount, at in reversed(days):
        buy(other, f"b{number}", amount, at)
        look("2026-06-01T10:00")

    fields = ("key", "since", "ends_at", "value", "next_at")
    first, second = TierStanding.objects.order_by("pk").values_list(*fields)
    assert first == second
    for at in ("2026-04-01T00:00", "2026-05-01T09:59", "2026-05-01T10:00"):
        assert tier_at(anna, utc(at)) == tier_at(other, utc(at))


def test_repeating_changes_nothing_and_rebuilding_says_the_same(anna):
    buy(anna, "1", 150_000, "2026-03-10T10:00")
    look("2026-03-11T10:00")
    before, changes = list(TierStanding.objects.values()), told()
    MemberMark.objects.create(customer=anna)
    look("2026-03-11T10:00")
    TierStanding.objects.update(key="gold", value=7)

    bare = CustomerFactory()
    TierStanding.objects.create(customer=bare, looked_at=utc("2026-03-11T10:00"))

    assert tiers.rebuild_tiers(now=utc("2026-03-11T10:00")) == tiers.Rebuilt(1, 0)

    assert (list(TierStanding.objects.values()), told()) == (before, changes)
    assert not MemberMark.objects.exists()


def test_the_command_says_how_many_and_how_many_changed(anna):
    buy(anna, "1", 150_000, "2026-03-10T10:00")
    said = StringIO()
    call_command("rebuild_tiers", "--json", stdout=said)
    document = json.loads(said.getvalue())
    assert {key: document[key] for key in ("customers", "changed")} == {
        "customers": 1,
        "changed": 1,
    }
    assert [change[:2] for change in told()] == [("", "silver")]
    again = StringIO()
    call_command("rebuild_tiers", stdout=again)
    assert again.getvalue().startswith("1 customers, 0 of them with another tier than before")


def test_a_purchase_taken_out_corrects(anna):
    slip = buy(anna, "1", 200_000, "2026-03-10T10:00")
    look("2026-03-10T10:01")
    remove_purchase(actor=UserFactory(role=Role.MANAGER), purchase=slip)
    look("2026-03-11T10:00")
    assert told()[-1] == ("gold", "", "corrected", utc("2026-03-11T10:00"))


def test_set_by_hand_until_a_day_and_taken_back(anna):
    manager, now = UserFactory(role=Role.MANAGER), utc("2026-03-10T10:00")
    give_tier(
        actor=manager,
        customer=anna,
        key="gold",
        last_day=date(2026, 6, 30),
        reason="Sorry",
        now=now,
    )
    standing = TierStanding.objects.get()
    assert (standing.key, standing.by_hand) == ("gold", True)
    assert standing.next_at == utc("2026-06-30T22:00")
    assert tier_at(anna, now) == "gold"
    take_tier_back(actor=manager, customer=anna, now=now + timedelta(days=1))
    assert TierStanding.objects.get().key == ""
    assert [row[2] for row in told()] == ["by_hand", "hand_ended"]
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {
        "tier.given",
        "tier.taken_back",
    }
    with pytest.raises(Refused):
        take_tier_back(actor=manager, customer=anna, now=now + timedelta(days=2))


def test_a_gift_ends_by_itself(anna):
    give_tier(
        actor=UserFactory(role=Role.MANAGER),
        customer=anna,
        key="silver",
        last_day=date(2026, 6, 30),
        reason="Sorry",
        now=utc("2026-03-10T10:00"),
    )
    look("2026-06-30T22:00")
    assert told()[-1] == ("silver", "", "hand_ended", utc("2026-06-30T22:00"))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 256}, "reason"),
        ({"last_day": date(2026, 3, 9)}, "last_day"),
        ({"last_day": date(2032, 3, 9)}, "last_day"),
        ({"key": "platinum"}, "key"),
    ],
)
def test_what_cannot_be_given(anna, change, field):
    usual = {"key": "gold", "last_day": date(2026, 6, 30), "reason": "Sorry"}
    with pytest.raises(Refused) as refused:
        give_tier(actor=UserFactory(), customer=anna, now=utc("2026-03-10T10:00"), **usual | change)
    assert refused.value.field == field
    assert not TierGift.objects.exists()


def test_new_rules_hold_from_now_on_and_are_versions(anna):
    buy(anna, "1", 150_000, "2026-03-10T10:00")
    look("2026-03-11T10:00")
    ladder("2026-04-01T00:00", [LADDER[0], Rung("gold", "Golden", 100_000)], version=1)
    look("2026-04-01T00:01")

    assert told()[-1] == ("silver", "gold", "rules", utc("2026-04-01T00:00"))
    assert TierChange.objects.get(seq=2).after_name == "Golden"
    assert tier_choices() == [("silver", "Silver"), ("gold", "Golden")]
    with pytest.raises(Refused, match="meanwhile"):
        ladder("2026-04-02T00:00", version=1)
    assert TierScheme.objects.count() == 2


@pytest.mark.parametrize(
    "rungs",
    [
        [Rung("", "Gold", 1), Rung("", "gold", 2)],
        [Rung("", "Gold", 1), Rung("", "Silver", 1)],
        [Rung("", f"Tier {number}", number + 1) for number in range(9)],
    ],
)
def test_ladders_that_cannot_be(db, rungs):
    with pytest.raises(Refused):
        ladder(rungs=rungs)


def test_keys_are_made_of_names_and_never_twice(db):
    ladder(rungs=[Rung("", "Złoto", 10), Rung("", "金", 20), Rung("", "銀", 30)])
    assert [key for key, _name in tier_choices()] == ["zoto", "tier", "tier-2"]


def test_purchases_are_counted_where_that_is_asked(db):
    ladder(rungs=[Rung("", "Regular", 3)], basis="orders")
    customer = CustomerFactory()
    first, *_rest = [buy(customer, str(day), 100, f"2026-03-0{day}T10:00") for day in (1, 2, 3)]
    look("2026-03-04T10:00")
    assert TierStanding.objects.get().key == "regular"
    refund(first, 100, "2026-03-05T10:00")
    look("2026-03-05T10:01")
    assert TierStanding.objects.get().key == ""


def test_points_are_counted_once_they_are_awarded(db):
    ladder(rungs=[Rung("", "Collector", 100)], basis="points")
    customer = CustomerFactory()
    paid = buy(customer, "1", 15_000, "2026-03-01T10:00")
    look("2026-03-01T10:01")
    assert not TierStanding.objects.exists()
    awarding.award_marked(utc("2026-03-01T10:02"))
    look("2026-03-01T10:03")
    assert (TierStanding.objects.get().key, TierStanding.objects.get().value) == ("collector", 150)
    refund(paid, 5_001, "2026-03-02T10:00")
    awarding.award_marked(utc("2026-03-02T10:01"))
    look("2026-03-02T10:02")
    assert (TierStanding.objects.get().key, TierStanding.objects.get().value) == ("", 99)


def test_many_are_asked_in_few_queries(anna, django_assert_max_num_queries):
    people = [anna, *(CustomerFactory() for _number in range(5))]
    for number, customer in enumerate(people):
        buy(customer, str(number), 50_000, "2026-03-01T10:00")
    with django_assert_max_num_queries(8):
        found = tiers_at((one.pk, datetime(2026, 3, 2, tzinfo=UTC)) for one in people)
    assert set(found.values()) == {"silver"}


def test_without_tiers_nobody_has_one_and_nothing_is_kept(db):
    customer = CustomerFactory()
    programme()
    buy(customer, "1", 50_000, "2026-03-01T10:00")
    look("2026-03-02T10:00")
    assert tier_at(customer, utc("2026-03-02T10:00")) is None
    assert not TierStanding.objects.exists()
    assert not MemberMark.objects.exists()

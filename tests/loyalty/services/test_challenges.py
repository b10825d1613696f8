"""Challenges: progress from purchases, finished once, refunds taken into account."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from core.errors import Refused
from core.models import AuditEntry
from customers.models import Purchase, PurchaseLine
from loyalty.models import (
    Badge,
    BadgeHolding,
    ChallengeFinish,
    ChallengeProgress,
    MemberMark,
    Operation,
)
from loyalty.services import finishing, members
from loyalty.services.badges import add_badge, give_badge
from loyalty.services.challenges import add_challenge, change_challenge, stop_challenge
from tests.factories.accounts import UserFactory
from tests.factories.customers import CustomerFactory
from tests.loyalty.bank import differences, programme, utc
from tests.loyalty.services.test_tiers import buy, refund

MAY = "2027-05-01T08:00"


@pytest.fixture(autouse=True)
def _proved(db):
    """Nothing here is still to come; whatever happens, the ledger is proved."""
    with time_machine.travel(datetime(2028, 1, 1, tzinfo=UTC), tick=False):
        yield
    assert differences() == []


@pytest.fixture
def anna():
    return CustomerFactory()


def values(**more):
    return {
        "name": "Three in May",
        "kind": "count",
        "target": 3,
        "every": "week",
        "repeats": "",
        "category": "",
        "first_day": date(2027, 5, 1),
        "last_day": date(2027, 5, 31),
        "points": 50,
        "badge": None,
        **more,
    }


def challenge(at=MAY, **more):
    return add_challenge(
        actor=None,
        programme=programme(started_at=utc("2028-01-01T00:00")),
        values=values(**more),
        now=utc(at),
    )


def look(at):
    while members.look_at_marked(utc(at)):
        pass


def points(customer):
    account = customer.loyalty_accounts.first()
    return (account.pending, account.available) if account else (0, 0)


def three(customer):
    return [buy(customer, str(day), 1_000, f"2027-05-1{day}T10:00") for day in (1, 2, 3)]


def test_three_purchases_win_points_that_wait_and_a_badge_once(anna):
    cup = Badge.objects.create(name="Cup")
    challenge(badge=cup)
    three(anna)
    look("2027-05-13T10:01")

    finish = ChallengeFinish.objects.get()
    assert (finish.at, finish.period) == (utc("2027-05-13T10:00"), date(2027, 5, 1))
    assert finish.lot.matures_at == utc("2027-05-27T22:00")
    assert points(anna) == (50, 0)
    assert BadgeHolding.objects.get().badge == cup

    buy(anna, "4", 1_000, "2027-05-14T10:00")
    MemberMark.objects.get_or_create(customer=anna)
    look("2027-05-14T10:01")
    finishing.look_at_challenges(customers=[anna.pk], now=utc("2027-05-14T10:02"))

    assert points(anna) == (50, 0)
    assert Operation.objects.filter(kind="challenge").count() == 1
    assert ChallengeProgress.objects.get().value == 4


def test_a_refund_while_the_points_wait_takes_it_back_and_it_can_be_won_again(anna):
    challenge(badge=Badge.objects.create(name="Cup"))
    first, *_rest = three(anna)
    look("2027-05-13T10:01")
    refund(first, 1_000, "2027-05-15T10:00")
    look("2027-05-15T10:01")
    assert ChallengeFinish.objects.get().taken_back_at
    assert points(anna) == (0, 0)
    assert not BadgeHolding.objects.exists()

    buy(anna, "4", 1_000, "2027-05-20T10:00")
    look("2027-05-20T10:01")
    finish = ChallengeFinish.objects.get()
    assert (finish.times, finish.taken_back_at, points(anna)) == (2, None, (50, 0))


def test_a_refund_once_they_can_be_spent_leaves_them(anna):
    challenge()
    first, *_rest = three(anna)
    look("2027-05-13T10:01")
    refund(first, 1_000, "2027-05-30T10:00")
    look("2027-05-30T10:01")
    assert ChallengeFinish.objects.get().taken_back_at is None


def test_only_its_days_and_its_category_count(anna):
    challenge(kind="sum", target=1_500, category="Tea")
    early = buy(anna, "1", 2_000, "2027-04-30T10:00")
    inside = buy(anna, "2", 2_000, "2027-05-02T10:00")
    for purchase in (early, inside):
        PurchaseLine.objects.create(purchase=purchase, category="Tea", amount_minor=1_200)
        PurchaseLine.objects.create(purchase=purchase, category="Cups", amount_minor=800)
    look("2027-05-02T10:01")
    assert ChallengeProgress.objects.get().value == 1_200
    refund(inside, 500, "2027-05-03T10:00")
    look("2027-05-03T10:01")
    assert ChallengeProgress.objects.get().value == 900  # three quarters of the tea
    assert not ChallengeFinish.objects.exists()


def test_a_discount_lowers_the_category_as_it_lowers_the_purchase(anna):
    challenge(kind="sum", target=1_500, category="Tea")
    for number, paid in (("1", 1_000), ("2", 4_000)):
        purchase = buy(anna, number, paid, f"2027-05-0{number}T10:00")
        PurchaseLine.objects.create(purchase=purchase, category="Tea", amount_minor=1_200)
        PurchaseLine.objects.create(purchase=purchase, category="Cups", amount_minor=800)
    look("2027-05-02T10:01")
    # Half of 12.00 was paid first; what was paid above the lines is of no category.
    assert ChallengeProgress.objects.get().value == 600 + 1_200


def test_a_purchase_that_cost_nothing_holds_nobody_up(anna):
    challenge(category="Tea", target=1)
    purchase = buy(anna, "1", 1_000, "2027-05-02T10:00")
    PurchaseLine.objects.create(purchase=purchase, category="Tea", amount_minor=1_000)
    Purchase.objects.update(gross_minor=0)
    look("2027-05-02T10:01")
    assert not ChallengeProgress.objects.exists()
    assert not MemberMark.objects.exists()


def test_a_mark_made_anew_while_the_job_is_at_work_stays(anna, monkeypatch):
    challenge(target=9)
    buy(anna, "1", 1_000, "2027-05-02T10:00")

    def outrun(**words):
        # Another process is done with the mark, and then somebody buys.
        MemberMark.objects.all().delete()
        MemberMark.objects.create(customer=anna)

    monkeypatch.setattr(members, "look_at_challenges", outrun)
    members.look_at_marked(utc("2027-05-02T10:01"))
    assert MemberMark.objects.filter(customer=anna).exists()


def test_what_is_on_file_already_counts_once_it_is_set_up(anna):
    buy(anna, "1", 1_000, "2027-05-01T07:00")
    MemberMark.objects.all().delete()
    challenge(target=1)
    look("2027-05-01T08:01")
    assert ChallengeFinish.objects.count() == 1


def test_nothing_is_won_after_it_is_stopped(anna):
    running = challenge()
    stop_challenge(actor=None, challenge=running, now=utc("2027-05-12T00:00"))
    three(anna)
    look("2027-05-13T10:01")
    assert ChallengeProgress.objects.get().value == 1
    assert not ChallengeFinish.objects.exists()
    with pytest.raises(Refused):
        stop_challenge(actor=None, challenge=running, now=utc("2027-05-13T00:00"))


def test_it_can_be_changed_until_it_begins(anna):
    planned = challenge("2027-04-20T10:00")
    change = {"actor": None, "challenge": planned, "values": values(target=2)}
    change_challenge(**change, version=1, now=utc("2027-04-30T21:59"))
    planned.refresh_from_db()
    assert (planned.target, planned.version) == (2, 2)
    with pytest.raises(Refused, match="meanwhile"):
        change_challenge(**change, version=1, now=utc("2027-04-30T21:59"))
    with pytest.raises(Refused, match="begun"):
        change_challenge(**change, version=2, now=utc("2027-04-30T22:00"))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"first_day": date(2027, 4, 30)}, "first_day"),
        ({"last_day": date(2027, 4, 30)}, "last_day"),
        ({"points": 0}, "points"),
    ],
)
def test_what_cannot_be_set_up(change, field):
    with pytest.raises(Refused) as refused:
        challenge(**change)
    assert refused.value.field == field


def test_a_badge_by_hand_is_given_once_and_kept(anna):
    clerk, now = UserFactory(), utc("2027-05-01T10:00")
    badge = add_badge(actor=clerk, name="Friend", icon="heart")
    for days in range(2):
        when = now + timedelta(days=days)
        give_badge(actor=clerk, badge=badge, customer=anna, now=when)
    assert BadgeHolding.objects.get().at == now
    assert AuditEntry.objects.filter(action="badge.given").count() == 1
    with pytest.raises(Refused):
        add_badge(actor=clerk, name="FRIEND", icon="star")

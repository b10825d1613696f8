"""Challenges that repeat: each repetition is won once, and refunds count in the one they are of."""

from datetime import date

import pytest

from core.errors import Refused
from core.models import AuditEntry
from loyalty.models import Badge, BadgeHolding, ChallengeFinish, ChallengeProgress
from loyalty.services.challenges import change_running, stop_challenge
from tests.factories.customers import CustomerFactory
from tests.loyalty.bank import utc
from tests.loyalty.services.test_challenges import _proved, challenge, look, points  # noqa: F401
from tests.loyalty.services.test_tiers import buy, refund


@pytest.fixture
def anna():
    return CustomerFactory()


def monthly(**more):
    """Two purchases each month from 10 May 2027 on."""
    usual = {"target": 2, "repeats": "month", "last_day": None, "first_day": date(2027, 5, 10)}
    return challenge("2027-05-10T08:00", **usual | more)


def bought(customer, *days):
    return [buy(customer, day, 1_000, f"{day}T10:00") for day in days]


def periods(**more):
    rows = ChallengeFinish.objects.filter(**more).order_by("period")
    return [str(period) for period in rows.values_list("period", flat=True)]


def test_each_month_is_won_once_and_begins_anew(anna):
    monthly()
    bought(anna, "2027-05-09", "2027-05-10", "2027-05-31", "2027-06-01", "2027-06-02", "2027-06-03")
    look("2027-06-03T10:01")

    assert periods() == ["2027-05-10", "2027-06-01"]
    assert points(anna) == (100, 0)
    told = ChallengeProgress.objects.values_list("period", "value").get()
    assert told == (date(2027, 6, 1), 3)

    bought(anna, "2027-07-05")
    look("2027-07-05T10:01")
    assert periods() == ["2027-05-10", "2027-06-01"]
    assert ChallengeProgress.objects.values_list("period", "value").get()[1] == 1


def test_the_months_last_evening_belongs_to_it_in_the_shops_time(anna):
    monthly()
    # 21:59 UTC is 23:59 in Warsaw, 22:00 is June.
    for number, at in enumerate(("2027-05-12T10:00", "2027-05-31T21:59", "2027-05-31T22:00")):
        buy(anna, str(number), 1_000, at)
    look("2027-06-01T10:00")
    assert periods() == ["2027-05-10"]
    assert ChallengeProgress.objects.get().value == 1


def test_a_refund_reduces_the_month_of_its_purchase(anna):
    monthly(badge=Badge.objects.create(name="Cup"))
    bought(anna, "2027-05-29")
    [may] = bought(anna, "2027-05-30")
    bought(anna, "2027-06-01", "2027-06-02")
    look("2027-06-02T10:01")
    refund(may, 1_000, "2027-06-05T10:00")
    look("2027-06-05T10:01")

    assert periods(taken_back_at=None) == ["2027-06-01"]
    assert points(anna) == (50, 0)
    assert BadgeHolding.objects.exists(), "June's finish still holds it"
    assert ChallengeProgress.objects.get().value == 2

    # A purchase of May that was typed in late puts May right again.
    bought(anna, "2027-05-28")
    look("2027-06-06T10:01")
    assert periods(taken_back_at=None) == ["2027-05-10", "2027-06-01"]
    assert ChallengeFinish.objects.get(period=date(2027, 5, 10)).times == 2


def test_the_badge_goes_with_the_last_finish_that_held_it(anna):
    monthly(badge=Badge.objects.create(name="Cup"))
    first = bought(anna, "2027-05-30", "2027-05-31")
    second = bought(anna, "2027-06-01", "2027-06-02")
    look("2027-06-02T10:01")
    for day, (purchase, left) in enumerate([(first[0], True), (second[0], False)], start=5):
        refund(purchase, 1_000, f"2027-06-0{day}T10:00")
        look(f"2027-06-0{day}T10:01")
        assert BadgeHolding.objects.exists() == left


def test_stopped_it_is_won_no_more_and_what_was_won_stays(anna):
    one = monthly()
    bought(anna, "2027-05-30", "2027-05-31", "2027-06-01")
    stop_challenge(actor=None, challenge=one, now=utc("2027-06-01T12:00"))
    bought(anna, "2027-06-02")
    look("2027-07-02T10:01")
    assert periods() == ["2027-05-10"]
    # The repetition in which it was stopped is the one that is shown.
    assert ChallengeProgress.objects.values_list("period", "value").get() == (date(2027, 6, 1), 1)


def test_while_it_runs_its_name_and_end_can_be_changed(anna):
    one = monthly()
    now = utc("2027-06-10T10:00")
    change = {"actor": None, "challenge": one, "name": "Twice a month", "now": now}
    change_running(**change, last_day=date(2027, 6, 30), version=1)
    one.refresh_from_db()
    assert (one.name, one.last_day, one.version) == ("Twice a month", date(2027, 6, 30), 2)
    assert AuditEntry.objects.filter(action="challenge.changed").count() == 1
    bought(anna, "2027-06-29", "2027-06-30", "2027-07-01", "2027-07-02")
    look("2027-07-02T10:01")
    assert periods() == ["2027-06-01"]

    with pytest.raises(Refused, match="meanwhile"):
        change_running(**change, last_day=None, version=1)
    with pytest.raises(Refused, match="today") as refused:
        change_running(**change, last_day=date(2027, 6, 9), version=2)
    assert refused.value.field == "last_day"
    with pytest.raises(Refused, match="repeats and runs"):
        change_running(**change | {"now": utc("2027-07-01T10:00")}, last_day=None, version=2)
    once = challenge("2027-06-01T08:00", first_day=date(2027, 6, 1), last_day=date(2027, 6, 30))
    with pytest.raises(Refused, match="repeats and runs"):
        change_running(**change | {"challenge": once}, last_day=None, version=1)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"repeats": ""}, "last_day"),
        ({"kind": "streak", "target": 5}, "target"),
        ({"kind": "streak", "target": 2, "every": "month"}, "target"),
        ({"kind": "streak", "target": 4, "every": "month", "repeats": "quarter"}, "target"),
        ({"kind": "streak", "target": 2, "repeats": "week"}, "target"),
    ],
)
def test_what_cannot_be_reached_in_one_repetition_is_refused(change, field):
    with pytest.raises(Refused) as refused:
        monthly(**change)
    assert refused.value.field == field


def test_four_weeks_running_in_each_month(anna):
    monthly(kind="streak", target=4)
    bought(anna, "2027-06-02", "2027-06-09", "2027-06-16", "2027-06-23", "2027-06-30", "2027-07-02")
    look("2027-07-02T10:01")
    assert periods() == ["2027-06-01"]
    assert ChallengeFinish.objects.get().at == utc("2027-06-23T10:00")

"""Units for events: once each, within their limits, which the database keeps."""

from datetime import date, datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.services.shop import get_shop
from customers.services.customers import CustomerFields, create_customer
from loyalty.models import Account, EventReward, Operation
from loyalty.rules.earning import Rule, RuleKind, clear_after
from loyalty.rules.periods import Period
from loyalty.services.earning_rules import add_rule
from loyalty.services.event_rewards import reward_birthdays
from loyalty.services.rewarding import reward_event
from tests.factories.customers import CustomerFactory
from tests.loyalty.bank import utc
from tests.loyalty.refusing import refused

NOW = "2026-12-05T12:00"


def rule(member, event, units=50, **says):
    says = {"event": event, "units": units, **says}
    new = {"programme": member.programme, "kind": RuleKind.EVENT, "says": says}
    return add_rule(actor=None, now=utc(NOW), **new)


def reward(member, key, at=NOW, event="visit"):
    done = reward_event(customer=member.customer, event=event, key=key, now=utc(at))
    return done and done.result["units"]


def test_an_event_is_rewarded_once_and_can_be_spent_at_once(member):
    rule(member, "visit")

    assert [reward(member, "a"), reward(member, "a"), reward(member, "b")] == [50, 50, 50]

    assert member.standing(NOW) == (0, 100, 0, 0)
    lot = member.document(NOW)["lots"][0]
    assert (lot["expires_at"], lot["order"]) == ("2027-12-05T23:00:00+00:00", "")


def test_without_a_rule_nothing_is_written(member):
    rule(member, "review")
    rule(member, "visit", tier="gold")

    assert reward(member, "a") is None
    assert not Operation.objects.exists()


def test_what_happened_to_one_is_not_rewarded_to_another(member):
    rule(member, "visit")
    reward(member, "a")

    with refused("key_reused"):
        reward_event(customer=CustomerFactory(), event="visit", key="a", now=utc(NOW))


def test_a_limit_reaches_over_so_many_days_in_a_row(member):
    """Once in 90 days: again from the first instant of the ninetieth day after."""
    rule(member, "survey", period="days", period_days=90, most_times=1)
    days = ("2026-12-05T12:00", "2026-12-06T12:00", "2027-03-04T22:59", "2027-03-04T23:00")

    given = [reward(member, f"s{place}", day, "survey") for place, day in enumerate(days)]

    assert given == [50, 0, 0, 50]
    assert list(EventReward.objects.values_list("place", flat=True)) == [1, 2]
    assert reward(member, "s1", "2027-12-01T12:00", "survey") == 0, "what was refused stays so"


def test_a_limit_of_several_in_a_month(member):
    rule(member, "referral", period="month", most_times=2)
    days = ("2026-12-05T12:00", "2026-12-06T12:00", "2026-12-31T22:59", "2026-12-31T23:00")

    given = [reward(member, str(place), day, "referral") for place, day in enumerate(days)]

    assert given == [50, 50, 0, 50]


def test_the_limit_is_kept_by_the_database(member):
    rule(member, "visit", period="day", most_times=1)
    reward(member, "a")
    row = EventReward.objects.get()
    act = member.adjust(1, NOW).operation
    again = {"account": row.account, "rule": row.rule, "operation": act, "at": row.at}

    with pytest.raises(IntegrityError), transaction.atomic():
        EventReward.objects.create(place=1, **again)
    with pytest.raises(IntegrityError), transaction.atomic():
        EventReward.objects.create(place=2, clear_at=utc("2026-12-06"), **again)


@pytest.mark.parametrize(
    ("period", "clear"),
    [
        (Period.DAY, "2027-02-28T23:00+00:00"),
        (Period.MONTH, "2027-02-28T23:00+00:00"),
        (Period.YEAR, "2027-12-31T23:00+00:00"),
        (Period.DAYS, "2027-03-29T22:00+00:00"),
    ],
)
def test_limits_end_with_civil_days(period, clear, db):
    """Given on 28 February: days and months end together; after 28 March summer time is on."""
    limited = Rule(kind=RuleKind.EVENT, period=period, period_days=30, most_times=1)
    given = utc("2027-02-28T12:00")

    assert clear_after(limited, given, get_shop().zone) == datetime.fromisoformat(clear)


def test_who_signs_up_is_rewarded_in_the_same_transaction(member):
    rule(member, "signup", 100)

    new = create_customer(actor=None, now=utc(NOW), fields=CustomerFields(first_name="Ewa"))

    assert Account.objects.get(customer=new).available == 100


def test_nobody_is_rewarded_for_signing_up_without_a_rule(member):
    create_customer(actor=None, now=utc(NOW), fields=CustomerFields(first_name="Ewa"))

    assert not Account.objects.exists()


def born(month, day, **more):
    return CustomerFactory(birth_month=month, birth_day=day, **more)


def birthdays(at):
    return reward_birthdays(utc(at))


def test_a_birthday_is_rewarded_on_the_customers_day_once_a_year(member):
    rule(member, "birthday", 100)
    born(12, 5)
    born(12, 5, timezone="Pacific/Auckland")
    born(12, 6)

    assert birthdays("2026-12-04T10:59") == 0
    assert birthdays("2026-12-04T11:00") == 1, "in Auckland the day begins first"
    assert [birthdays("2026-12-04T23:00"), birthdays("2026-12-05T22:00")] == [1, 0]
    assert birthdays("2027-12-05T12:00") == 2


def test_who_was_born_on_a_leap_day_has_it_on_the_28th(member):
    rule(member, "birthday", 100)
    born(2, 29)

    assert [birthdays(f"{day}T12:00") for day in ("2027-02-27", "2027-02-28")] == [0, 1]
    assert [birthdays(f"{day}T12:00") for day in ("2028-02-28", "2028-02-29")] == [0, 1]


def test_a_job_that_was_down_forgets_nobody(member):
    rule(member, "birthday", 100)
    born(12, 31)

    assert birthdays("2027-01-04T12:00") == 0
    assert birthdays("2027-01-03T12:00") == 1
    key = Operation.objects.get().key
    assert key.endswith(":2026")


def test_it_stands_on_the_timeline(member, sign_in):
    rule(member, "visit", period="day", most_times=1)
    reward(member, "a")
    reward(member, "b")

    page = sign_in("support").get(reverse("customers:customer", args=[member.customer.pk]))

    assert "50 points for a visit" in page.content.decode()
    assert "No points for a visit: the limit is reached" in page.content.decode()


def test_the_rules_days_are_those_of_the_event(member):
    rule(member, "birthday", first_day=date(2026, 12, 5))
    born(12, 4)
    born(12, 5)

    assert birthdays("2026-12-05T12:00") == 1

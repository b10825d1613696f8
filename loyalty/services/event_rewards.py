"""The events that loyalty sees by itself: a customer signs up, a birthday comes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from django.db.models import Q

from core.clock import local_date
from core.jobs import DueJob
from core.services.shop import get_shop
from customers.models import Customer
from customers.rules.birthdays import YearlyDay, in_year
from loyalty.models import Operation
from loyalty.services.programmes import get_programme
from loyalty.services.rewarding import is_rewarded, reward_event

SIGNUP, BIRTHDAY = "signup", "birthday"
BATCH = 500
# A job that was down for some days forgets nobody.
LATE_DAYS = 3


def reward_signup(customer: Customer, now: datetime) -> None:
    """Reward a customer who was entered or signed up just now; imports bring old customers, and are
    not told of here. In the transaction that makes the customer."""
    reward_event(customer=customer, event=SIGNUP, key=str(customer.pk), now=now)


def reward_birthdays(now: datetime) -> int:
    """Reward those whose birthday has begun where they live, or did so in the last three days; once
    a year. Who was born on 29 February has it on the 28th in other years. Returns how many."""
    if not is_rewarded(BIRTHDAY):
        return 0
    done = 0
    for some in _batches(now):
        keys = {f"{customer.pk}:{day.year}": (customer, day) for customer, day in some}
        known = Operation.objects.filter(
            programme=get_programme(), key__in=[f"event:{BIRTHDAY}:{key}" for key in keys]
        )
        before = {key.rsplit(":", 2)[-2] for key in known.values_list("key", flat=True)}
        for key, (customer, day) in keys.items():
            if str(customer.pk) not in before:
                given = reward_event(customer=customer, event=BIRTHDAY, key=key, now=now, on=day)
                done += given is not None
    return done


def _batches(now: datetime) -> Iterator[list[tuple[Customer, date]]]:
    """Customers and the day of their birthday, as far as it has begun for them."""
    last, shop_zone = 0, get_shop().zone
    born = _born(now)
    while rows := list(Customer.objects.filter(born, pk__gt=last).order_by("pk")[:BATCH]):
        last = rows[-1].pk
        found = ((row, _birthday(row, now, shop_zone)) for row in rows)
        yield [(row, day) for row, day in found if day]


def _born(now: datetime) -> Q:
    """Birthdays of all days that it is anywhere on earth, and of the last few."""
    today = now.astimezone(UTC).date()
    days = [today + timedelta(days=number) for number in range(-LATE_DAYS - 1, 2)]
    born = Q()
    for day in days:
        born |= Q(birth_month=day.month, birth_day=day.day)
        if in_year(YearlyDay(2, 29), day.year) == day:
            born |= Q(birth_month=2, birth_day=29)
    return born


def _birthday(row: Customer, now: datetime, shop_zone: ZoneInfo) -> date | None:
    """The day that is kept, where it has begun in the customer's zone and is not long past."""
    zone = ZoneInfo(row.timezone) if row.timezone in available_timezones() else shop_zone
    today = local_date(now, zone)
    born = YearlyDay(row.birth_month or 1, row.birth_day or 1)
    for day in (today - timedelta(days=number) for number in range(LATE_DAYS + 1)):
        if in_year(born, day.year) == day:
            return day
    return None


BIRTHDAY_JOB = DueJob(reward_birthdays, every=timedelta(minutes=15))

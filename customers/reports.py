"""What is read of one customer, and the figures of the shop's day. One formula is one function.

Days are civil days in the shop's zone; money is minor units of the shop's currency.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Min, Q, Sum

from accounts.models import User
from core.clock import start_of_day
from customers.models import (
    Customer,
    FollowUp,
    Interaction,
    InteractionDraft,
    Purchase,
    PurchaseSummary,
)


def summary_of(customer: Customer) -> PurchaseSummary | None:
    """The customer's purchases added up; None for who has not bought."""
    return getattr(customer, "summary", None)


def customer_since(customer: Customer) -> date | None:
    """The day that the file gives; where an import gave none, the day of the first purchase."""
    summary = summary_of(customer)
    if customer.joined_on or summary is None:
        return customer.joined_on
    return date.fromordinal(summary.first_day)


def tag_names(customer: Customer) -> list[str]:
    """The customer's tags in order of their folded names; one query, none where a list has
    brought them along."""
    tags = sorted((row.tag for row in customer.customer_tags.all()), key=lambda tag: tag.key)
    return [tag.name for tag in tags]


def find_draft(*, user: User, customer: Customer) -> InteractionDraft | None:
    """The person's draft for this customer."""
    return InteractionDraft.objects.filter(customer=customer, user=user).first()


def days_since_purchase(summary: PurchaseSummary, today: date) -> int:
    """Whole days from the last purchase day to today; never below zero."""
    return max(0, today.toordinal() - summary.last_day)


def is_overdue(summary: PurchaseSummary, today: date) -> bool:
    """Silent for more than twice the usual gap; False where there is no usual gap."""
    gap = summary.usual_gap_days
    return gap is not None and days_since_purchase(summary, today) > 2 * gap


def value_each(summary: PurchaseSummary) -> int | None:
    """Value to date per purchase in the shop's currency, rounded half up: 4,218.40 over 26 is
    162.25; None where no purchase is in it."""
    number = summary.in_currency
    if number < 1:
        return None
    return (2 * summary.net_minor + number) // (2 * number)


@dataclass(frozen=True, slots=True)
class OpenMatters:
    """Open follow-ups of one customer: how many, how many late, and the next day one is due."""

    number: int
    late: int
    next_on: date | None


def open_matters(customer: Customer, today: date) -> OpenMatters:
    """Counted in one query."""
    counted = FollowUp.objects.filter(customer=customer, done_at=None).aggregate(
        number=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)), next_on=Min("due_on")
    )
    return OpenMatters(**counted)


def local_time(customer: Customer, shop_zone: ZoneInfo, now: datetime) -> datetime:
    """The wall clock where the customer is; the shop's where that is unknown."""
    return now.astimezone(ZoneInfo(customer.timezone) if customer.timezone else shop_zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class CameIn:
    """What a day brought: new files, valid purchases and their gross in `currency`, talks."""

    customers: int
    purchases: int
    gross_minor: int
    currency: str
    interactions: int


def came_in(*, day: date, zone: ZoneInfo, currency: str) -> CameIn:
    """Counted over the civil day in the zone; purchases in other currencies are left out of the
    money, not of the number."""
    start, end = start_of_day(day, zone), start_of_day(day + timedelta(days=1), zone)
    bought = Purchase.objects.filter(local_day=day.toordinal(), counts=True).aggregate(
        number=Count("pk"), gross=Sum("gross_minor", filter=Q(currency=currency))
    )
    return CameIn(
        customers=Customer.objects.filter(created_at__gte=start, created_at__lt=end).count(),
        purchases=bought["number"],
        gross_minor=bought["gross"] or 0,
        currency=currency,
        interactions=Interaction.objects.filter(
            occurred_at__gte=start, occurred_at__lt=end
        ).count(),
    )

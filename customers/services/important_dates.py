"""Dates of a customer that come again each year: name days, wedding days."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Refused
from core.services import audit
from core.text import squeeze
from customers.models import Customer, ImportantDate
from customers.rules.birthdays import FIRST_YEAR, YearlyDay, exists, is_past

MOST_DATES = 20


@transaction.atomic
def add_important_date(
    *,
    actor: User | None,
    customer: Customer,
    label: str,
    month: int,
    day: int,
    year: int | None,
    today: date,
) -> ImportantDate:
    """Put a date on the file. `year` None: nobody knows, and 29 February is fine."""
    yearly = YearlyDay(month, day, year)
    if not exists(yearly):
        raise Refused(_("This day is not in the calendar."), field="day")
    if not is_past(yearly, today) or (year or FIRST_YEAR) < FIRST_YEAR:
        raise Refused(_("This day is still to come."), field="year")
    if customer.important_dates.count() >= MOST_DATES:
        raise Refused(_("This customer has too many dates already."), field="label")
    row = ImportantDate.objects.create(
        customer=customer, label=squeeze(label), month=month, day=day, year=year
    )
    audit.record(actor=actor, action="important_date.added", target=customer)
    return row


@transaction.atomic
def remove_important_date(*, actor: User | None, important_date: ImportantDate) -> None:
    """Take a date off the file."""
    customer = important_date.customer
    important_date.delete()
    audit.record(actor=actor, action="important_date.removed", target=customer)

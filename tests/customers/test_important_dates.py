"""Dates of a customer that come again each year."""

from datetime import date

import pytest

from core.errors import Refused
from core.models import AuditEntry
from customers.models import Customer, ImportantDate
from customers.services import important_dates
from customers.services.important_dates import add_important_date, remove_important_date
from tests.factories.customers import CustomerFactory, ImportantDateFactory

pytestmark = pytest.mark.django_db


def add(customer: Customer, month: int, day: int, year: int | None = None) -> ImportantDate:
    return add_important_date(
        actor=None,
        customer=customer,
        label=" Name  day ",
        month=month,
        day=day,
        year=year,
        today=date(2026, 11, 21),
    )


@pytest.mark.parametrize(("month", "day", "year"), [(2, 29, None), (2, 29, 2024), (11, 21, 2026)])
def test_days_of_the_calendar_are_kept(month: int, day: int, year: int | None) -> None:
    made = add(CustomerFactory(), month, day, year)

    assert (made.label, made.month, made.day, made.year) == ("Name day", month, day, year)
    assert AuditEntry.objects.get().action == "important_date.added"


@pytest.mark.parametrize(
    ("month", "day", "year", "field"),
    [
        (4, 31, None, "day"),
        (2, 29, 2025, "day"),
        (11, 22, 2026, "year"),
        (1, 1, 1899, "year"),
    ],
)
def test_others_are_refused(month: int, day: int, year: int | None, field: str) -> None:
    with pytest.raises(Refused) as refused:
        add(CustomerFactory(), month, day, year)

    assert refused.value.field == field
    assert not ImportantDate.objects.exists()


def test_too_many_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(important_dates, "MOST_DATES", 1)
    customer = CustomerFactory()
    add(customer, 1, 1)

    with pytest.raises(Refused):
        add(customer, 1, 2)


def test_a_date_can_be_taken_off() -> None:
    remove_important_date(actor=None, important_date=ImportantDateFactory())

    assert not ImportantDate.objects.exists()
    assert AuditEntry.objects.get().action == "important_date.removed"

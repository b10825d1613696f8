"""People for the tests of the list."""

from datetime import UTC, datetime

from customers.models import Customer, PurchaseSummary
from tests.factories.customers import CustomerFactory

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def person(name: str, *, last: int | None = None, **figures: int) -> Customer:
    """A customer; with `last`, one who bought on that day of November 2026."""
    customer = CustomerFactory(first_name=name, last_name="", name_key=name.lower())
    if last is not None:
        day = datetime(2026, 11, last, 12, tzinfo=UTC)
        values = {"purchases": 1, "gross_minor": 100, "refunds_minor": 0} | figures
        PurchaseSummary.objects.create(
            customer=customer,
            first_at=day,
            last_at=day,
            first_day=day.toordinal(),
            last_day=day.toordinal(),
            days=1,
            **values,
        )
    return customer

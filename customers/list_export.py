"""The customer list as a CSV that the import reads back."""

from collections.abc import Iterator
from datetime import date

from django.db.models import QuerySet

from core.csv_writing import Cell
from core.money import to_major
from customers.customer_list import SORTS, contacts_of, for_list
from customers.keyset import Cursor, read_page
from customers.models import Customer
from customers.reports import tag_names
from customers.rules.tags import join_tags

# The first ones are the columns of `import_customers`.
COLUMNS = [
    "customer_id",
    "email",
    "phone",
    "first_name",
    "last_name",
    "language",
    "timezone",
    "birthday",
    "address",
    "city",
    "postcode",
    "country",
    "tags",
    "notes",
    "joined_on",
    "owner",
    "branch",
    "purchases",
    "last_purchase",
    "value",
    "currency",
]
ROWS_AT_ONCE = 1_000


def export_rows(people: QuerySet[Customer], currency: str) -> Iterator[list[Cell]]:
    """The rows in the order of names, read a thousand at a time while the file is sent."""
    rows = for_list(people).select_related("branch").defer(None)
    sort, cursor = SORTS["name"], None
    while True:
        page = read_page(rows, sort, falling=False, cursor=cursor, size=ROWS_AT_ONCE)
        yield from (_cells(customer, currency) for customer in page.rows)
        if not page.after:
            return
        last = page.rows[-1]
        cursor = Cursor(False, last.name_key, last.pk)


def _birthday(customer: Customer) -> str:
    if customer.birth_month is None:
        return ""
    year = "-" if customer.birth_year is None else f"{customer.birth_year:04}"
    return f"{year}-{customer.birth_month:02}-{customer.birth_day:02}"


def _cells(customer: Customer, currency: str) -> list[Cell]:
    summary = getattr(customer, "summary", None)
    return [
        *(next(iter(contacts_of(customer, kind)), "") for kind in ("external", "email", "phone")),
        customer.first_name,
        customer.last_name,
        customer.language,
        customer.timezone,
        _birthday(customer),
        customer.address,
        customer.city,
        customer.postcode,
        customer.country,
        join_tags(tag_names(customer)),
        customer.notes,
        customer.joined_on,
        str(customer.owner or ""),
        str(customer.branch or ""),
        summary.purchases if summary else 0,
        date.fromordinal(summary.last_day) if summary else None,
        to_major(summary.net_minor if summary else 0, currency),
        currency,
    ]

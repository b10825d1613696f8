"""Rows of customers for tests: read as an import does, without a database."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from customers.rules.flaws import Flaw
from customers.rules.headers import CUSTOMER_NAMES, match_columns
from customers.rules.people import PersonReader, PersonReading

WARSAW, LONDON = ZoneInfo("Europe/Warsaw"), ZoneInfo("Europe/London")
TODAY = date(2026, 11, 22)


def person_reader(header, *, zone=WARSAW, shop_zone=WARSAW, today=TODAY, orders=None):
    """The reader of a file with this header, its names separated by semicolons."""
    headers = header.split(";")
    columns = match_columns(headers, CUSTOMER_NAMES, {})
    reading = PersonReading(columns, len(headers), zone, shop_zone, today, orders or {})
    return PersonReader(reading)


def person(header, line, **options):
    """What the row says of a customer."""
    return person_reader(header, **options).read((2, line.split(";")))


def with_cell(column, cell, **options):
    """A customer with a number and one more cell."""
    reader = person_reader(f"customer_id;{column}", **options)
    return reader.read((2, ["17850", cell]))


def field_of(column, cell, **options):
    """What the cell says in its column; None where it says nothing."""
    return with_cell(column, cell, **options).fields.get(column)


def refusal(work, *args):
    """The column and the code of the flaw that the work ends with."""
    with pytest.raises(Flaw) as refused:
        work(*args)
    return refused.value.column, refused.value.code

"""A shop's file, how it is read, and a page that tells of it."""

import re

from customers.services.import_work import work_on_imports
from tests.customers.documents import NOW

CSV = "Nr zamówienia;Data;Kwota;E-mail\n1;2026-01-05;12,50;a@example.pl\n2;31.02.2026;5;\n"


def work():
    work_on_imports(NOW)


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def options(**changes):
    values = {
        "encoding": "cp1250",
        "separator": ";",
        "timezone": "Europe/Warsaw",
        "currency": "PLN",
        "source": "csv",
        "column_order_id": "0",
        "column_ordered_at": "1",
        "column_amount": "2",
    }
    return values | changes

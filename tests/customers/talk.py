"""What is typed about a customer, and how a page that answers is read."""

import re
from datetime import date

from django.urls import reverse

from core import clock
from core.clock import local_date
from core.services.shop import get_shop

HTMX = {"HX-Request": "true"}
SAID = {"channel": "call", "text": "Asked about the bowl"}
NASTY = [
    "\x00",
    "x" * 1_000_000,
    "٣٤",
    "NaN",
    str(2**63),
    "0001-01-01T00:00",
    "9999-12-31T23:59",
    "2026-03-29T02:30",
    "' OR 1=1",
]


def address(name: str, pk: int) -> str:
    return reverse(f"customers:{name}", args=[pk])


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def part(html: str, start: str, end: str) -> str:
    """From an id to the last end of its kind before the page goes on; without forms' keys."""
    found = html[html.index(start) :]
    found = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", found[: found.index(end)])
    return re.sub(r"\s+", " ", found)


def today() -> date:
    return local_date(clock.now(), get_shop().zone)

"""Addresses of pages that show one of the shop's programmes."""

from urllib.parse import urlencode

from loyalty.models import POINTS, Programme


def address_in(programme: Programme, address: str, **query: object) -> str:
    """The address with what is asked; that of points names no programme."""
    named = {} if programme.key == POINTS else {"programme": programme.key}
    asked = urlencode({**query, **named})
    return f"{address}?{asked}" if asked else address

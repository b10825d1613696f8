"""Figures of a real month, changed as a test wants them."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

from retention.pages.asked import Asked
from retention.reports import Figures, Query
from retention.rules.periods import month_of

MARCH_2011 = 2011 * 12 + 2
QUERY = Query(month_of(MARCH_2011), 90, "GBP")
ASKED = Asked(QUERY)
# UCI Online Retail, March 2011, and figures about it.
MARCH: dict[str, Any] = {
    "customers_at_start": 1682,
    "kept": 1324,
    "lost": 358,
    "new": 452,
    "reactivated": 0,
    "customers_at_end": 1776,
    "purchases": 1454,
    "guest_purchases": 133,
    "repeat_purchases": 869,
    "buyers": 974,
    "new_buyers": 452,
    "currency_purchases": 1454,
    "gross_minor": 71_763_936,
    "refunds_minor": 3_437_228,
    "start_net_minor": 200_000_00,
    "lost_net_minor": 20_000_00,
    "query": QUERY,
    "data_from": date(2010, 12, 1),
    "data_until": date(2011, 12, 9),
}
FEBRUARY = MARCH | {
    "query": replace(QUERY, period=month_of(MARCH_2011 - 1)),
    "lost": 300,
    "kept": 1382,
    "gross_minor": 50_000_000,
    "data_from": date(2010, 1, 1),
}


def march(**changed: Any) -> Figures:
    return Figures(**MARCH | changed)


def plain(text: str) -> str:
    """A text without its links, and with common spaces."""
    return re.sub("<[^>]*>", "", text).replace("\xa0", " ")

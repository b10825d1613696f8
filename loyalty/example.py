"""A purchase as an example: what it would earn under terms that may not be saved yet."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.clock import local_date
from core.models import Shop
from loyalty.models import Programme, one_major_unit
from loyalty.rules.award import earned
from loyalty.rules.calendar import expires_at, matures_at
from loyalty.terms import plain_terms

# 79.99 of a currency with two decimals: what is lost by rounding down shows.
BASKET_MAJOR = 80


@dataclass(frozen=True, slots=True)
class Example:
    """A basket today, its points, the day from which and the last day on which they can be spent
    (None: for ever)."""

    basket_minor: int
    units: int
    from_day: date
    last_day: date | None


def example_of(programme: Programme, shop: Shop, now: datetime) -> Example:
    """What a basket paid now would earn."""
    basket = BASKET_MAJOR * one_major_unit(programme.currency) - 1
    ends = expires_at(now, programme.lifetime, shop.zone)
    return Example(
        basket_minor=basket,
        units=earned(plain_terms(programme, basket)),
        from_day=local_date(matures_at(now, programme.lifetime, shop.zone), shop.zone),
        last_day=local_date(ends, shop.zone) - timedelta(days=1) if ends else None,
    )

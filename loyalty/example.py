"""A purchase as an example: what it would earn under terms that may not be saved yet."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from django.utils.formats import number_format

from core.clock import local_date
from core.models import Shop
from core.money import minor_digits
from loyalty.models import Programme, one_major_unit
from loyalty.rules.award import Rounding, earned, rounded
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


@dataclass(frozen=True, slots=True)
class CashbackExample:
    """A basket of which a half of the smallest coin is earned, where there is one: so the
    way of rounding shows. `exact` is in major units."""

    currency: str
    basket_minor: int
    exact: Decimal
    units: int
    from_day: date
    last_day: date | None

    @property
    def share(self) -> str:
        """The exact share with all its digits: '0,375 PLN'."""
        digits = number_format(Decimal(f"{self.exact.normalize():f}"))
        return f"{digits}\N{NO-BREAK SPACE}{self.currency}"


# A basket is looked for among so many sums, from this one on.
TRIED_FROM, TRIED = 1_250, 2_000


def cashback_example(programme: Programme, shop: Shop, now: datetime) -> CashbackExample:
    """What a basket paid now would earn, exactly and rounded."""
    rate = Fraction(programme.earn_units, programme.earn_minor)
    tried = (TRIED_FROM + more for more in range(TRIED))
    basket = next((one for one in tried if one * rate % 1 == Fraction(1, 2)), TRIED_FROM)
    exact = basket * rate
    ends = expires_at(now, programme.lifetime, shop.zone)
    scale = 10 ** minor_digits(programme.currency)
    return CashbackExample(
        currency=programme.currency,
        basket_minor=basket,
        exact=Decimal(exact.numerator) / Decimal(exact.denominator * scale),
        units=rounded(exact, Rounding(programme.rounding)),
        from_day=local_date(matures_at(now, programme.lifetime, shop.zone), shop.zone),
        last_day=local_date(ends, shop.zone) - timedelta(days=1) if ends else None,
    )

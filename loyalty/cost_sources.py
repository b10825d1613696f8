"""What each rule, reward and coupon cost and brought: features say it here, the page shows it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from core.registry import Registry
from loyalty.models import Programme


@dataclass(frozen=True, slots=True)
class Cost:
    """One rule, reward or coupon in a period: how often it was used, what it cost, and what the
    purchases with it brought, in minor units. `brought_minor` None: nothing can be said of it."""

    label: str
    href: str
    times: int
    cost_minor: int
    brought_minor: int | None = None


@dataclass(frozen=True, slots=True)
class CostSource:
    """A kind of costs, and its rows from one instant to another, dearest first."""

    label: str | Promise
    order: int
    rows: Callable[[Programme, datetime, datetime], Sequence[Cost]]


cost_sources: Registry[CostSource] = Registry("cost sources")

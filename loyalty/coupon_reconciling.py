"""Proving the numbers of coupons: each is worked out again from the uses."""

from collections.abc import Iterable, Iterator

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from loyalty.models import CouponCode, CouponCounter, CouponTally, CouponUse, UseState

USED, HELD = Q(state=UseState.CAPTURED), Q(state=UseState.RESERVED)
Numbers = dict[tuple[int, ...], tuple[int, ...]]


def coupon_differences() -> list[str]:
    """What is counted otherwise than the uses say; empty when all is well. Changes nothing."""
    codes = CouponCode.objects.exclude(used=0, held=0).values_list("pk", "used", "held")
    tallies = CouponTally.objects.values_list(
        *("pk", "used", "held", "spent_minor", "held_minor", "paid_minor")
    )
    return [
        *_differing("code", _counted("code"), _stored(codes)),
        *_differing("campaign", _summed(), _stored(tallies)),
        *_differing("counter of a customer", _counted(*CUSTOMERS), _counters(of_all=False)),
        *_differing("counter of all", _counted("campaign", "total_period"), _counters(of_all=True)),
    ]


CUSTOMERS = ("campaign", "customer", "customer_period")


def _counted(*keys: str) -> Numbers:
    uses = CouponUse.objects.filter(USED | HELD)
    if "customer" in keys:
        uses = uses.exclude(customer=None)
    rows = uses.values_list(*keys).annotate(
        used=Count("pk", filter=USED), held=Count("pk", filter=HELD)
    )
    return {tuple(row[:-2]): tuple(row[-2:]) for row in rows.order_by()}


def _summed() -> Numbers:
    def money(column: str, which: Q) -> Coalesce:
        return Coalesce(Sum(column, filter=which), 0)

    rows = CouponUse.objects.values_list("campaign").annotate(
        used=Count("pk", filter=USED),
        held=Count("pk", filter=HELD),
        spent=money("cost_minor", USED),
        waiting=money("cost_minor", HELD),
        paid=money("paid_minor", USED),
    )
    return {row[:1]: tuple(map(int, row[1:])) for row in rows.order_by()}


def _stored(rows: Iterable[tuple[int, ...]]) -> Numbers:
    return {tuple(row[:1]): tuple(row[1:]) for row in rows}


def _counters(*, of_all: bool) -> Numbers:
    rows = CouponCounter.objects.filter(customer__isnull=of_all)
    keys = ("campaign", "period") if of_all else ("campaign", "customer", "period")
    found = rows.values_list(*keys, "used", "held")
    return {tuple(row[:-2]): tuple(row[-2:]) for row in found}


def _differing(what: str, expected: Numbers, found: Numbers) -> Iterator[str]:
    for key in sorted(expected.keys() | found.keys(), key=str):
        wanted, there = expected.get(key), found.get(key)
        if (any(wanted or ()) or any(there or ())) and wanted != there:
            yield f"{what} {key}: {there}, the uses say {wanted}"

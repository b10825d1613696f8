"""Caps: the most that a customer earns by orders within a day, a month, a year or ever."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from loyalty.models import Account, CapCount
from loyalty.rules.award import Terms
from loyalty.rules.earning import Rule, window_of


def capped(account: Account, terms: Terms, caps: Sequence[Rule], day: date) -> Terms:
    """The terms with the room that the tightest cap leaves. The account must be locked."""
    if not caps:
        return terms
    windows = {cap.id: window_of(cap, day) for cap in caps}
    rows = CapCount.objects.filter(account=account, rule__in=windows)
    counted = {(row.rule_id, row.window): row.units for row in rows}
    room = [max(0, cap.units - counted.get((cap.id, windows[cap.id]), 0)) for cap in caps]
    names = tuple(sorted({*terms.rules, *(cap.name for cap in caps)}))
    return replace(terms, most=min(room), rules=names)


def count(account: Account, caps: Sequence[Rule], day: date, units: int) -> None:
    """Write down what was granted, in each cap's period. The account must be locked."""
    for cap in caps:
        row = CapCount.objects.filter(account=account, rule=cap.id, window=window_of(cap, day))
        found = row.first() or CapCount(
            account=account, rule_id=cap.id, window=window_of(cap, day), units=0
        )
        found.units += units
        # A cap that was lowered since may have let more through before.
        found.most = max(cap.units, found.units)
        found.save()

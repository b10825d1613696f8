"""Proofs of what belongs to no one account: the stock of rewards, friends' rewards, the roll-up of
months. Each difference is what, what is expected and what was found."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.db.models import Count, F, Q

from loyalty.models import (
    ClaimState,
    FlowMark,
    MonthFlow,
    Operation,
    Referral,
    ReferralState,
    Reward,
    Transfer,
)
from loyalty.moved import by_month

Found = tuple[str, Any, Any]
SIDES = ("referrer", "referee")


def shop_differences() -> list[Found]:
    """What differs; changes nothing."""
    return [*_stock(), *_referrals(), *_month_flows()]


def _stock() -> Iterator[Found]:
    """What is in stock and what was claimed add up to what was put there."""
    live = Count("claims", filter=~Q(claims__state=ClaimState.CANCELLED))
    rows = Reward.objects.filter(stocked__isnull=False).order_by("pk")
    for reward in rows.annotate(left=F("stocked") - live).exclude(stock=F("left")):
        yield f"reward_stock {reward.pk}", reward.left, reward.stock


def _referrals() -> Iterator[Found]:
    """Who was rewarded for a friend has the acts that say so, nobody else; where it is void they
    were taken back."""
    keys = Operation.objects.filter(key__startswith="referral:").values_list("key", flat=True)
    acts = dict[int, set[str]]()
    for key in keys:
        _word, pk, *what = key.split(":")
        acts.setdefault(int(pk), set()).add(":".join(what))
    referrals = Referral.objects.order_by("pk").values_list("pk", "state")
    for number, state in referrals.iterator():
        done = acts.get(number, set())
        given = {side for side in SIDES if side in done}
        back = {side for side in SIDES if f"{side}:void" in done}
        wanted = ReferralState.VOID if back else ReferralState.REWARDED
        if (given and state != wanted) or (state == ReferralState.REWARDED and not given):
            yield f"referral {number}", wanted if given else "no reward", state


def _month_flows() -> Iterator[Found]:
    """The roll-up of months is what the transfers that it holds add up to."""
    mark = FlowMark.objects.filter(pk=1, summed__gt=0).first()
    if mark and mark.zone not in available_timezones():
        yield "month_flow", "a zone", mark.zone
        return
    summed = Transfer.objects.filter(pk__lte=mark.summed) if mark else Transfer.objects.none()
    expected = {
        (moved.programme_id, moved.month, moved.source, moved.target): moved.units
        for moved in (by_month(summed, ZoneInfo(mark.zone)) if mark else [])
    }
    rows = MonthFlow.objects.values_list("programme", "month", "source", "target", "units")
    found = {row[:4]: row[4] for row in rows}
    for key in sorted(expected.keys() | found.keys()):
        if expected.get(key, 0) != found.get(key, 0):
            yield "month_flow", [*key, expected.get(key, 0)], [*key, found.get(key, 0)]

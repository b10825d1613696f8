"""Segment fields about what members did and got: events, rewards, friends, when points expire."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import (
    Count,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from customers import segment_conditions as build
from customers.rules.segment_language import Kind
from customers.segment_activity import zero_fits
from customers.segments import Choice, Conditions, Context, SegmentField, denied, register
from loyalty.events import rewarded_events
from loyalty.models import (
    POINTS,
    ClaimState,
    EventReward,
    Lot,
    Referral,
    ReferralState,
    Reward,
    RewardClaim,
)
from loyalty.rules.lots import LotState
from loyalty.segments import GROUP, last_instant

Rows = Callable[[], QuerySet[Any]]


def _some(operator: str, rows: QuerySet[Any]) -> Q:
    return build.has(rows) if operator == "filled" else ~build.has(rows)


def _expiring(operator: str, value: Any, context: Context) -> Q:
    lots = build.rows_of(Lot, "account__customer", account__programme__key=POINTS)
    left = lots.filter(remaining__gt=0, expires_at__isnull=False).exclude(state=LotState.CLOSED)
    if operator in {"empty", "filled"}:
        return _some(operator, left)
    asked = build.instant(last_instant("expires_at"))(operator, value, context)
    return build.has(left.filter(asked))


def _count(rows: Rows, owner: str) -> Conditions:
    """How many of the rows the customer has; 0 without any."""

    def condition(operator: str, value: Any, context: Context) -> Q:
        counted = rows().order_by().values(owner).annotate(number=Count("pk"))
        found = build.has(counted.filter(build.compare(operator, F("number"), value)))
        return found | ~build.has(rows()) if zero_fits(operator, value) else found

    return condition


def _among(rows: Rows, chosen: Callable[[Sequence[str]], Q]) -> Conditions:
    """Whether any of the rows is of those that were chosen."""

    def condition(operator: str, value: Any, context: Context) -> Q:
        if operator in {"empty", "filled"}:
            return _some(operator, rows())
        found = build.has(rows().filter(chosen(value)))
        return denied(found) if operator == "none_of" else found

    return condition


def _friends() -> QuerySet[Referral]:
    """Friends whose order was large enough and was kept."""
    kept = (ReferralState.REWARDED, ReferralState.CAPPED)
    return build.rows_of(Referral, "referrer", state__in=kept)


def _came() -> QuerySet[Referral]:
    return build.rows_of(Referral, "referee").exclude(state=ReferralState.DECLINED)


def _claims() -> QuerySet[RewardClaim]:
    rows = build.rows_of(RewardClaim, "account__customer")
    return rows.exclude(state=ClaimState.CANCELLED)


def _claimed(value: Sequence[str]) -> Q:
    return Q(reward__in=[key for key in map(build.row_id, value) if key is not None])


def _rewards() -> list[Choice]:
    language = get_language() or "en"
    return [(str(row.pk), row.name_in(language)) for row in Reward.objects.order_by("cost", "pk")]


def _rewarded() -> QuerySet[EventReward]:
    return build.rows_of(EventReward, "account__customer")


def _of_event(key: str) -> Q:
    """Rewards for the event, whatever its rule says now: the act's key names it."""
    return Q(operation__key__startswith=f"event:{key}:")


def _for_events(value: Sequence[str]) -> Q:
    return Q(*map(_of_event, value), _connector=Q.OR)


def _events() -> list[Choice]:
    return [(key, event.label) for key, event in rewarded_events.items()]


def _last(key: str) -> Conditions:
    rewarded = EventReward.objects.filter(_of_event(key), account__customer=OuterRef("pk"))
    newest = Subquery(rewarded.order_by("-at").values("at")[:1])
    return build.instant(newest, is_empty=~build.has(rewarded))


for name, label, kind, condition in [
    ("points_expire", _("Points expire"), Kind.DATE, _expiring),
    ("came_by_friend", _("Came by a friend"), Kind.FLAG, build.flag(_came)),
]:
    register(SegmentField(name, label, GROUP, kind, condition))
for name, label, condition in [
    ("friends_brought", _("Friends brought who bought"), _count(_friends, "referrer")),
    ("rewards_redeemed", _("Rewards redeemed"), _count(_claims, "account__customer")),
]:
    register(SegmentField(name, label, GROUP, Kind.NUMBER, condition, always_filled=True))
for name, label, condition, offers in [
    ("reward_redeemed", _("Redeemed reward"), _among(_claims, _claimed), _rewards),
    ("rewarded_for", _("Got points for"), _among(_rewarded, _for_events), _events),
]:
    register(SegmentField(name, label, GROUP, Kind.CHOICE, condition, offers=offers))
for name, event in rewarded_events.items():
    label = format_lazy(_("Last points for {event}"), event=event.label)
    register(SegmentField(f"last_{name}_points", label, GROUP, Kind.DATE, _last(name)))

"""Whether a code fits, and exactly why not: what is asked before a use, and shown at the till.

Reads only. Whoever uses a code asks this first and then takes its places by guarded updates
(`loyalty.services.coupon_places`), which have the last word.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from core.clock import local_date
from core.services.shop import get_shop
from core.templatetags.ui import day, money
from customers.models import Customer, Segment
from customers.rules.segment_language import SegmentError
from customers.segments import context_of, parse, people_in
from loyalty.coupon_errors import Reason, refused, used_up
from loyalty.coupon_words import offer_of
from loyalty.models import CouponCampaign, CouponCode, CouponCounter
from loyalty.rules.coupon_code import is_mistyped, normal
from loyalty.rules.discounts import MOST_CODES, Basket, Priced, price
from loyalty.rules.periods import Period, period_of

# Asked for where there is no row to ask for, so that an unknown code takes as long as another.
NOBODY = 0
# How counters name the one period that never ends.
EVER = "ever"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who wants to use codes, on what, when. `customer` None: nobody knows who it is."""

    customer: Customer | None
    basket: Basket
    currency: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """What the tables say of a code that is asked for: how often its campaign was used in the
    periods that count now, and whether the customer is in its segment. `zone` is the shop's."""

    by_customer: int
    by_all: int
    in_segment: bool
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Quote:
    """Codes that fit, and what they would take together."""

    codes: tuple[CouponCode, ...]
    priced: Priced

    @property
    def used(self) -> list[CouponCode]:
        """Those that would be used."""
        return [code for code in self.codes if str(code.pk) not in self.priced.left_out]

    @property
    def left_out(self) -> list[CouponCode]:
        """Those that would not, because others take more."""
        return [code for code in self.codes if str(code.pk) in self.priced.left_out]


def find_codes(typed: Sequence[str], *, lock: bool = False) -> list[CouponCode]:
    """The codes that were typed, each once, in order of id; `lock` locks them in that order.
    Raises `CouponRefused`: `unknown`, `mistyped`, `too_many_codes`."""
    wanted = {normal(text) for text in typed}
    if len(wanted) > MOST_CODES:
        raise refused(Reason.TOO_MANY_CODES, number=MOST_CODES)
    rows = CouponCode.objects.filter(code__in=wanted).order_by("pk")
    rows = rows.select_related("campaign__segment", "campaign__tally")
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    found = list(rows)
    missing = wanted - {code.code for code in found}
    if any(is_mistyped(text) for text in missing):
        raise refused(Reason.MISTYPED)
    if missing or not found:
        raise refused(Reason.UNKNOWN)
    return found


def quote(codes: Sequence[CouponCode], asking: Asking) -> Quote:
    """What the codes would take together. Raises `CouponRefused`: the exact reason of the first,
    in order of id, that does not fit."""
    for code in codes:
        check(code, facts_of(code.campaign, asking), asking)
    priced = price(asking.basket, [offer_of(code) for code in codes])
    if not priced.taken:
        raise refused(Reason.NOTHING_TO_TAKE)
    return Quote(tuple(codes), priced)


def facts_of(campaign: CouponCampaign | None, asking: Asking) -> Facts:
    """What has to be read, in two queries whatever the campaign; None for an unknown code."""
    customer = asking.customer.pk if asking.customer else NOBODY
    by_customer, by_all = periods_of(campaign, asking.now)
    counters = CouponCounter.objects.filter(
        Q(customer=None, period=by_all) | Q(customer=customer, period=by_customer),
        campaign=campaign.pk if campaign else NOBODY,
    )
    rows = counters.values_list("customer", "used", "held")
    counts = {pk or NOBODY: used + held for pk, used, held in rows}
    segment = campaign.segment if campaign else None
    member = is_in(segment, customer, asking.now)
    mine = counts.get(customer, 0) if customer else 0
    return Facts(mine, counts.get(NOBODY, 0), member, get_shop().zone)


def periods_of(campaign: CouponCampaign | None, now: datetime) -> tuple[str, str]:
    """The periods in which a use now counts: the customer's, and that of all."""
    today = local_date(now, get_shop().zone)
    if campaign is None:
        return EVER, EVER
    limits = (Period(campaign.customer_per), Period(campaign.total_per))
    mine, of_all = (period_of(limit, today) or EVER for limit in limits)
    return mine, of_all


def is_in(segment: Segment | None, customer_id: int, now: datetime) -> bool:
    """Whether the customer is among the segment's people at the moment; of none nobody is."""
    found = _people(segment, now).filter(pk=customer_id).exists()
    return found and segment is not None


def _people(segment: Segment | None, now: datetime) -> QuerySet[Customer]:
    if segment is None:
        return Customer.objects.all()
    if segment.deleted_at is not None:
        return Customer.objects.none()
    try:
        return people_in(parse(segment.definition), context_of(get_shop(), now))
    except SegmentError:
        return Customer.objects.none()


def check(code: CouponCode, facts: Facts, asking: Asking) -> None:
    """Raises `CouponRefused` with the first reason why the code does not fit: what is wrong with
    the code, then with who asks, then with the basket, then limits."""
    _check_code(code, facts.zone, asking.now)
    _check_customer(code, facts, asking)
    _check_basket(code.campaign, asking)
    _check_limits(code, facts, asking)


def _check_code(code: CouponCode, zone: ZoneInfo, now: datetime) -> None:
    campaign = code.campaign
    if code.withdrawn_at is not None:
        raise refused(Reason.WITHDRAWN)
    if not campaign.is_open:
        raise refused(Reason.STOPPED, campaign=campaign.name)
    if now < campaign.starts_at:
        raise refused(Reason.NOT_YET, day=_day(campaign.starts_at, zone))
    end = end_of(code)
    if end is not None and now >= end:
        raise refused(Reason.EXPIRED, day=_day(end - timedelta(microseconds=1), zone))
    if code.limit is not None and code.used + code.held >= code.limit:
        raise used_up(code.limit)


def end_of(code: CouponCode) -> datetime | None:
    """The first instant at which the code is not valid any more; None: never."""
    ends = [end for end in (code.expires_at, code.campaign.ends_at) if end is not None]
    return min(ends, default=None)


def _day(instant: datetime, zone: ZoneInfo) -> str:
    return day(local_date(instant, zone), "medium")


def _check_customer(code: CouponCode, facts: Facts, asking: Asking) -> None:
    campaign, customer = code.campaign, asking.customer
    if customer is None:
        if code.customer_id or campaign.for_segment or campaign.customer_limit is not None:
            raise refused(Reason.NEEDS_CUSTOMER)
        return
    if code.customer_id is not None and code.customer_id != customer.pk:
        raise refused(Reason.NOT_YOURS)
    # Who was given the code was in the segment then.
    if campaign.for_segment and code.customer_id is None and not facts.in_segment:
        segment = campaign.segment.name if campaign.segment else campaign.name
        raise refused(Reason.SEGMENT, segment=segment)


def _check_basket(campaign: CouponCampaign, asking: Asking) -> None:
    if campaign.currency != asking.currency:
        raise refused(Reason.CURRENCY, currency=campaign.currency)
    if asking.basket.sum_minor < campaign.minimum_minor:
        least = money(campaign.minimum_minor, campaign.currency)
        raise refused(Reason.MINIMUM, sum=least)


def _check_limits(code: CouponCode, facts: Facts, asking: Asking) -> None:
    campaign = code.campaign
    if campaign.customer_limit is not None and facts.by_customer >= campaign.customer_limit:
        raise refused(Reason.CUSTOMER_LIMIT, campaign=campaign.name)
    if campaign.total_limit is not None and facts.by_all >= campaign.total_limit:
        raise refused(Reason.LIMIT_REACHED, campaign=campaign.name)
    if campaign.budget_minor is not None:
        alone = price(asking.basket, [offer_of(code)])
        cost = sum(one.cost_minor for one in alone.taken)
        tally = campaign.tally
        if tally.spent_minor + tally.held_minor + cost > campaign.budget_minor:
            raise refused(Reason.BUDGET, campaign=campaign.name)

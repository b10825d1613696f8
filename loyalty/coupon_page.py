"""What the pages of coupons show: campaigns with their numbers, codes, uses, weeks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from core.clock import local_date, start_of_day
from core.csv_writing import Cell
from core.services.shop import get_shop
from core.templatetags.ui import day, money, whole
from customers.masking import shown_name
from customers.models import Customer
from customers.panels import Figure
from loyalty.coupon_checks import end_of
from loyalty.coupon_money import brought_by
from loyalty.coupon_words import gives
from loyalty.models import CouponCampaign, CouponCode, CouponUse, UseState
from loyalty.rules.coupon_code import normal, shown

PAGE, WEEKS = 20, 8
COLUMNS = ["code", "campaign", "gives", "batch", "state", "valid_through", "customer", "created_at"]


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign on the list. `state` is a word and a tone."""

    campaign: CouponCampaign
    gives: str
    state: tuple[str, str]
    codes: int
    given: int
    brought_minor: int


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A code on the page; `last_day` None: no end of its own nor of the campaign."""

    code: CouponCode
    state: tuple[str, str]
    whose: str
    last_day: date | None


@dataclass(frozen=True, slots=True)
class UseRow:
    """A use on the page; `whose` is "" where nobody knows."""

    use: CouponUse
    whose: str


def campaign_rows(now: datetime) -> list[CampaignRow]:
    """All campaigns, the newest first; four queries."""
    rows = list(CouponCampaign.objects.select_related("tally").order_by("-pk"))
    counts, brought = code_counts(rows), brought_by(row.pk for row in rows)
    return [
        CampaignRow(
            *(row, gives(row), state_of(row, now)),
            *counts.get(row.pk, (0, 0)),
            brought_minor=brought.get(row.pk, 0),
        )
        for row in rows
    ]


def code_counts(campaigns: list[CouponCampaign]) -> dict[int, tuple[int, int]]:
    """How many codes a campaign has, and how many of them were given to somebody."""
    found = CouponCode.objects.filter(campaign__in=campaigns).values_list("campaign")
    counted = found.annotate(codes=Count("pk"), given=Count("given_at")).order_by()
    return {pk: (codes, given) for pk, codes, given in counted}


def state_of(campaign: CouponCampaign, now: datetime) -> tuple[str, str]:
    """Where the campaign stands, and the tone of that."""
    if not campaign.is_open:
        return pgettext("coupon campaign", "Stopped"), "warn"
    if now < campaign.starts_at:
        return pgettext("coupon campaign", "Not yet begun"), "info"
    if campaign.ends_at is not None and now >= campaign.ends_at:
        return pgettext("coupon campaign", "Over"), "plain"
    return pgettext("coupon campaign", "Running"), "good"


def figures_of(campaign: CouponCampaign) -> list[Figure]:
    """The numbers of a campaign as they are now."""
    tally, currency = campaign.tally, campaign.currency
    codes, given = code_counts([campaign]).get(campaign.pk, (0, 0))
    brought = brought_by([campaign.pk]).get(campaign.pk, 0)
    held = _("%(number)s reserved now") % {"number": whole(tally.held)} if tally.held else ""
    cost = Figure(label=_("Cost"), value=money(tally.spent_minor, currency))
    if campaign.budget_minor is not None:
        budget = money(campaign.budget_minor, currency)
        note = _("of %(sum)s set aside") % {"sum": budget}
        cost = Figure(label=_("Cost"), value=cost.value, note=note)
    return [
        Figure(label=_("Codes"), value=whole(codes)),
        Figure(label=_("Given to customers"), value=whole(given)),
        Figure(label=pgettext("coupons", "Used"), value=whole(tally.used), note=held),
        Figure(label=_("Paid in those purchases"), value=money(brought, currency)),
        cost,
    ]


def terms_of(campaign: CouponCampaign) -> list[tuple[str, str]]:
    """Validity and limits, each as a name and words."""
    zone = get_shop().zone
    terms = [(_("Valid from"), day(local_date(campaign.starts_at, zone)))]
    if campaign.ends_at is not None:
        last = local_date(campaign.ends_at - timedelta(microseconds=1), zone)
        terms.append((_("Valid through"), day(last)))
    if campaign.given_days is not None:
        terms.append((_("Days after giving"), whole(campaign.given_days)))
    if campaign.for_segment:
        segment = campaign.segment
        gone = _("a segment that is gone: nobody")
        terms.append((_("Only for"), segment.name if segment else gone))
    if campaign.customer_limit is not None:
        words = f"{whole(campaign.customer_limit)} {campaign.get_customer_per_display()}"
        terms.append((_("Each customer"), words))
    if campaign.total_limit is not None:
        words = f"{whole(campaign.total_limit)} {campaign.get_total_per_display()}"
        terms.append((_("All together"), words))
    alone = _("no other code") if campaign.together == 1 else _("one of several")
    terms.append((_("In one purchase"), alone))
    return terms


def codes_page(
    campaign: CouponCampaign, wanted: str, below: int | None, user: User, now: datetime
) -> tuple[list[CodeRow], int | None]:
    """The newest codes, or the one that was looked for; and where the next page begins."""
    rows = CouponCode.objects.filter(campaign=campaign).order_by("-pk")
    if wanted:
        rows = rows.filter(Q(code=normal(wanted) or "-") | Q(batch=wanted[:80]))
    if below is not None:
        rows = rows.filter(pk__lt=below)
    found = list(rows.select_related("customer")[: PAGE + 1])
    for row in found:
        row.campaign = campaign
    older = found[PAGE - 1].pk if len(found) > PAGE else None
    zone = get_shop().zone
    return [code_row(row, user, now, zone) for row in found[:PAGE]], older


def code_row(row: CouponCode, user: User, now: datetime, zone: ZoneInfo) -> CodeRow:
    """A code as a reader may see it; `zone` is the shop's."""
    end = end_of(row)
    last = local_date(end - timedelta(microseconds=1), zone) if end else None
    return CodeRow(row, code_state(row, now), _name(user, row.customer), last)


def _name(user: User, customer: Customer | None) -> str:
    return shown_name(user, customer) if customer is not None else ""


def code_state(row: CouponCode, now: datetime) -> tuple[str, str]:
    """Whether the code can be used, as a word and a tone."""
    end = end_of(row)
    if row.withdrawn_at is not None:
        return pgettext("coupon code", "Withdrawn"), "bad"
    if row.limit is not None and row.used >= row.limit:
        return pgettext("coupon code", "Used"), "plain"
    if end is not None and now >= end:
        return pgettext("coupon code", "Expired"), "plain"
    if row.held:
        return pgettext("coupon code", "Reserved"), "info"
    return pgettext("coupon code", "Free"), "good"


def uses_page(
    uses: QuerySet[CouponUse], below: int | None, user: User
) -> tuple[list[UseRow], int | None]:
    """The newest uses, and where the next page begins."""
    rows = uses.select_related("code", "customer", "campaign").order_by("-pk")
    if below is not None:
        rows = rows.filter(pk__lt=below)
    found = list(rows[: PAGE + 1])
    older = found[PAGE - 1].pk if len(found) > PAGE else None
    return [UseRow(row, _name(user, row.customer)) for row in found[:PAGE]], older


def week_bars(campaign: CouponCampaign, now: datetime) -> list[dict[str, Any]]:
    """Uses by week, the oldest first; empty where there are none in these weeks."""
    zone = get_shop().zone
    today = local_date(now, zone)
    monday = today - timedelta(days=today.weekday() + 7 * (WEEKS - 1))
    ended = CouponUse.objects.filter(
        campaign=campaign, state=UseState.CAPTURED, ended_at__gte=start_of_day(monday, zone)
    ).values_list("ended_at", flat=True)
    numbers = [0] * WEEKS
    for at in ended:
        assert at is not None
        numbers[min((local_date(at, zone) - monday).days // 7, WEEKS - 1)] += 1
    most = max(numbers)
    if not most:
        return []
    return [
        {
            "label": day(monday + timedelta(weeks=place), "medium"),
            "value": whole(number),
            "share": 100 * number / most,
        }
        for place, number in enumerate(numbers)
    ]


def export_rows(campaign: CouponCampaign, now: datetime) -> Iterator[list[Cell]]:
    """The campaign's codes for a printer or a shop system, in the order in which they were made."""
    zone, words = get_shop().zone, gives(campaign)
    rows = CouponCode.objects.filter(campaign=campaign).order_by("pk")
    for row in rows.iterator(chunk_size=1_000):
        row.campaign = campaign
        end = end_of(row)
        last = local_date(end - timedelta(microseconds=1), zone) if end else None
        text = row.typed or shown(row.code)
        state = code_state(row, now)[0]
        made = local_date(row.created_at, zone)
        yield [text, campaign.name, words, row.batch, state, last, row.customer_id, made]

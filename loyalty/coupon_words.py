"""What a campaign gives, in one sentence; and as an offer for a basket."""

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from core.templatetags.ui import money
from loyalty.models import CouponCampaign, CouponCode, CouponKind
from loyalty.rules.discounts import Effect, Offer

EFFECTS = {
    (CouponKind.PERCENT, True): Effect.ITEM_PERCENT,
    (CouponKind.PERCENT, False): Effect.ORDER_PERCENT,
    (CouponKind.VALUE, True): Effect.ITEM_VALUE,
    (CouponKind.VALUE, False): Effect.ORDER_VALUE,
}


def offer_of(code: CouponCode) -> Offer:
    """The code's effect. One order uses one code of a campaign, and one of a group."""
    campaign = code.campaign
    kind = CouponKind(campaign.kind)
    effect = {CouponKind.DELIVERY: Effect.DELIVERY, CouponKind.GIFT: Effect.GIFT}.get(kind)
    return Offer(
        key=str(code.pk),
        effect=effect or EFFECTS[kind, bool(campaign.item)],
        rate=campaign.rate,
        value_minor=campaign.value_minor,
        most_minor=campaign.most_minor,
        item=item_key(campaign.item),
        group=f"group:{item_key(campaign.group)}" if campaign.group else f"campaign:{campaign.pk}",
        together=campaign.together,
    )


def item_key(text: str) -> str:
    """How products, categories and groups are compared: without case and outer spaces."""
    return text.strip().casefold()


def gives(campaign: CouponCampaign) -> str:
    """'10 % off Teas, at most 50 zł, from 100 zł' in the reader's language."""
    said = [_what(campaign)]
    if campaign.most_minor is not None and campaign.kind == CouponKind.PERCENT:
        most = money(campaign.most_minor, campaign.currency)
        said.append(_("at most %(sum)s") % {"sum": most})
    if campaign.minimum_minor:
        least = money(campaign.minimum_minor, campaign.currency)
        said.append(_("for purchases from %(sum)s") % {"sum": least})
    return ", ".join(said)


def _what(campaign: CouponCampaign) -> str:
    if campaign.kind == CouponKind.DELIVERY:
        return _("Free delivery")
    if campaign.kind == CouponKind.GIFT:
        return _("A gift: %(gift)s") % {"gift": campaign.gift}
    off = percent(campaign.rate)
    if campaign.kind == CouponKind.VALUE:
        off = money(campaign.value_minor, campaign.currency)
    if campaign.item:
        return _("%(off)s off %(item)s") % {"off": off, "item": campaign.item}
    return _("%(off)s off the whole purchase") % {"off": off}


def percent(rate: int) -> str:
    """Hundredths of a per cent for people: '12,5 %'."""
    number = Decimal(rate).scaleb(-2).normalize()
    return f"{number_format(f'{number:f}')}\N{NO-BREAK SPACE}%"

"""Codes for mails: each recipient's own, given under a key, with what the coupon block shows."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import translation

from accounts.models import User
from core.services.shop import get_shop
from customers.models import Customer
from loyalty.coupon_words import gives
from loyalty.models import CouponCampaign, CouponCode
from loyalty.rules.coupon_code import shown
from loyalty.rules.telling import last_day_of
from loyalty.services.coupon_codes import give_many


def coupon_contexts(
    *,
    actor: User | None,
    campaign: CouponCampaign,
    customer_ids: Sequence[int],
    key: str,
    now: datetime,
) -> dict[int, dict[str, str | None]]:
    """A code of the campaign for each of these customers, and the fields of the coupon block, in
    the customer's language, by customer. The same key again answers the same codes. Raises what
    `give_many` raises."""
    codes = give_many(actor=actor, campaign=campaign, customer_ids=customer_ids, key=key, now=now)
    rows = Customer.objects.filter(pk__any_of=set(codes)).values_list("pk", "language")
    return {pk: _context(campaign, codes[pk], language) for pk, language in rows}


def _context(campaign: CouponCampaign, code: CouponCode, language: str) -> dict[str, str | None]:
    shop = get_shop()
    ends = min((at for at in (code.expires_at, campaign.ends_at) if at), default=None)
    with translation.override(language or shop.language):
        words = gives(campaign)
    return {
        "coupon_code": shown(code.code),
        "coupon_gives": words,
        "coupon_through": last_day_of(ends, shop.zone).isoformat() if ends else None,
    }

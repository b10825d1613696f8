"""Bringing friends, at the side of a customer's page."""

from urllib.parse import urlencode

from django.db.models import Exists, OuterRef

from accounts import policy
from customers.masking import shown_name
from customers.models import Customer, Purchase
from customers.panels import Scene
from loyalty.models import Referral, ReferralCode, ReferralScheme
from loyalty.rules.coupon_code import shown


def referral(scene: Scene) -> dict[str, object] | None:
    """Their code and link, whom they brought, by whom they came. None while nobody is rewarded."""
    scheme = ReferralScheme.objects.filter(is_open=True).first()
    if scheme is None:
        return None
    customer, may = scene.customer, policy.may(scene.user.role, "loyalty:customer_referral", "POST")
    code = ReferralCode.objects.filter(customer=customer).first()
    came = Referral.objects.filter(referee=customer).select_related("referrer").first()
    return {
        "code": shown(code.code) if code else "",
        "link": link_of(scheme, code),
        "brought": Referral.objects.filter(referrer=customer).count() if code else 0,
        "came": came,
        "by": _name(scene, came),
        "may_make": may and code is None,
        "may_note": may and came is None and _is_new(customer),
    }


def link_of(scheme: ReferralScheme, code: ReferralCode | None) -> str:
    """The link to give friends; "" where there is no code, or the shop has no page for it."""
    if code is None or not scheme.link:
        return ""
    mark = "&" if "?" in scheme.link else "?"
    return f"{scheme.link}{mark}{urlencode({'ref': code.code})}"


def _name(scene: Scene, came: Referral | None) -> str:
    if came is None or came.referrer is None:
        return ""
    return shown_name(scene.user, came.referrer)


def _is_new(customer: Customer) -> bool:
    bought = Purchase.objects.filter(customer=OuterRef("pk"), counts=True)
    return Customer.objects.filter(~Exists(bought), pk=customer.pk).exists()

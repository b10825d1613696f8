"""Coupons' pages in the registries: policy, tabs, the customer's page, the timeline."""

from django.utils.translation import gettext_lazy as _

from accounts import policy
from core.navigation import Link
from customers.panels import SidePanel, side_panels
from customers.timeline import TimelineSource, timeline_sources
from loyalty import coupon_panels, coupon_segments, coupon_timeline  # noqa: F401
from loyalty.tabs import loyalty_tabs

policy.register("loyalty:coupons", "loyalty:coupon", read=policy.EVERYONE)
policy.register("loyalty:customer_coupons", read=policy.EVERYONE, write=policy.EVERYONE)
policy.register(
    "loyalty:coupon_new",
    "loyalty:coupon_edit",
    read=policy.MARKETING_UP,
    write=policy.MARKETING_UP,
)
policy.register("loyalty:coupon_csv", read=policy.MARKETING_UP)
policy.register(
    "loyalty:coupon_stop",
    "loyalty:coupon_open",
    "loyalty:coupon_mint",
    "loyalty:coupon_word",
    "loyalty:coupon_withdraw",
    "loyalty:coupon_restore",
    write=policy.MARKETING_UP,
)
policy.register("loyalty:coupon_till", read=policy.SUPPORT_UP, write=policy.SUPPORT_UP)
policy.register("loyalty:coupon_use", "loyalty:coupon_undo", write=policy.SUPPORT_UP)

COUPONS = ("loyalty:coupons", "loyalty:coupon", "loyalty:coupon_new", "loyalty:coupon_edit")
loyalty_tabs.register(
    "coupons",
    Link(_("Coupons"), "loyalty:coupons", "ticket-perforated", 50, sections=COUPONS),
)
TILL = ("loyalty:coupon_till", "loyalty:coupon_use")
loyalty_tabs.register(
    "till", Link(_("Use a code"), "loyalty:coupon_till", "upc-scan", 51, sections=TILL)
)
side_panels.register("coupons", SidePanel(45, "loyalty/_panel_coupons.html", coupon_panels.coupons))
for source in (coupon_timeline.GIVEN, coupon_timeline.USED):
    fetch = coupon_timeline.FETCH[source]
    timeline_sources.register(
        source,
        TimelineSource(key=source, kind="coupons", label=_("Coupons"), order=9, fetch=fetch),
    )

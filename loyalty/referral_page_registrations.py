"""Referrals' pages in the registries."""

from django.utils.translation import gettext_lazy as _

from accounts import policy
from core.navigation import Link
from customers.panels import SidePanel, side_panels
from customers.timeline import TimelineSource, timeline_sources
from loyalty import referral_panel, referral_timeline
from loyalty.tabs import loyalty_tabs

policy.register("loyalty:referrals", read=policy.MARKETING_UP, write=policy.MARKETING_UP)
policy.register("loyalty:referral_accept", "loyalty:referral_decline", write=policy.MARKETING_UP)
policy.register("loyalty:customer_referral", write=policy.SUPPORT_UP)
loyalty_tabs.register(
    "referrals",
    Link(_("Referrals"), "loyalty:referrals", "people", 60, sections=("loyalty:referrals",)),
)
side_panels.register(
    "referral", SidePanel(46, "loyalty/_panel_referral.html", referral_panel.referral)
)
for source, fetch in referral_timeline.FETCH.items():
    timeline_sources.register(
        source,
        TimelineSource(key=source, kind="referrals", label=_("Referrals"), order=11, fetch=fetch),
    )

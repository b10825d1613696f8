"""Members' cards in the registries."""

import random
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts import policy
from accounts.models import User
from core import privacy
from core.demo import DemoPart, demo_parts
from core.navigation import Link, quick_actions
from customers import segment_conditions as build
from customers.merging import OnMerge, register
from customers.panels import SidePanel, side_panels
from customers.rules.segment_language import Kind
from customers.search import SearchSource, search_sources
from customers.segments import SegmentField
from customers.segments import register as register_field
from customers.timeline import TimelineSource, timeline_sources
from loyalty import cards
from loyalty.models import Account, MemberCard
from loyalty.segments import GROUP
from loyalty.services.cards import issue_card

DEMO_HOLDERS = 60

policy.register(
    "loyalty:card",
    "loyalty:card_qr",
    "loyalty:card_bars",
    "loyalty:card_scan",
    read=policy.SUPPORT_UP,
)
policy.register("loyalty:card_issue", "loyalty:card_replace", write=policy.SUPPORT_UP)
policy.register(
    "loyalty:phone_card", "loyalty:phone_card_qr", "loyalty:phone_card_bars", public=True
)
quick_actions.register("scan", Link(_("Scan a card"), "loyalty:card_scan", "upc-scan", 60))
side_panels.register("card", SidePanel(23, "loyalty/_panel_card.html", cards.panel))
search_sources.register("cards", SearchSource(_("Cards"), "credit-card-2-front", cards.find_cards))
timeline_sources.register(
    cards.SOURCE,
    TimelineSource(
        key=cards.SOURCE, kind="points", label=_("Points"), order=9, fetch=cards.entries
    ),
)
register_field(
    SegmentField(
        "member_card", _("Has a member's card"), GROUP, Kind.FLAG, build.flag(cards.card_rows)
    )
)
privacy.register(MemberCard, owner="customer", delete_row=True)
register("loyalty.MemberCard", "customer", OnMerge.MOVE)


def give_cards(chance: random.Random, now: datetime) -> None:
    """Some members of the demo shop have a card."""
    clerk = User.objects.get(username="support")
    members = Account.objects.exclude(customer=None).select_related("customer").order_by("pk")
    for account in members[:DEMO_HOLDERS]:
        assert account.customer is not None
        issue_card(actor=clerk, customer=account.customer, now=now)


demo_parts.register("cards", DemoPart(give_cards, frozenset({"loyalty.MemberCard"}), order=53))

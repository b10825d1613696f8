"""The inbox in the registries: who may open it, where it stands, what waits in it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import policy
from core.demo import demo_parts
from core.navigation import Link, rail, settings_pages
from customers.panels import DayPanel, InteractionPiece, day_panels, interaction_pieces
from customers.search import SearchSource, search_sources
from customers.timeline import TimelineSource, timeline_sources
from messaging.demo_inbox import PART
from messaging.inbox_list import waiting_mails
from messaging.inbox_panel import unsorted_today
from messaging.incoming_timeline import automatic_mails, mail_of, open_automatic
from messaging.mail_search import find_incoming

policy.register(
    "messaging:inbox",
    "messaging:incoming",
    "messaging:incoming_search",
    "messaging:incoming_html",
    "messaging:incoming_file",
    read=policy.SUPPORT_UP,
)
policy.register(
    "messaging:inbox_aside",
    "messaging:inbox_back",
    "messaging:incoming_assign",
    "messaging:incoming_new_customer",
    "messaging:incoming_aside",
    "messaging:incoming_back",
    "messaging:incoming_rule_drop",
    "messaging:incoming_pictures",
    write=policy.SUPPORT_UP,
)
policy.register("messaging:mailboxes", read=policy.ADMINS)
policy.register(
    "messaging:mailbox_new", "messaging:mailbox", read=policy.ADMINS, write=policy.ADMINS
)
policy.register(
    "messaging:mailbox_try",
    "messaging:mailbox_stop",
    "messaging:mailbox_start",
    "messaging:mailbox_remove",
    write=policy.ADMINS,
)
rail.register(
    "inbox",
    Link(
        pgettext_lazy("menu", "Inbox"),
        "messaging:inbox",
        "inbox",
        30,
        sections=("messaging:inbox", "messaging:incoming"),
        key="i",
        waiting=waiting_mails,
    ),
)
day_panels.register("inbox", DayPanel(5, "messaging/_day_inbox.html", unsorted_today))
interaction_pieces.register("mail", InteractionPiece(10, "messaging/_incoming_piece.html", mail_of))
settings_pages.register(
    "messaging:mailboxes",
    Link(
        _("Mailboxes"),
        "messaging:mailboxes",
        "mailbox",
        26,
        sections=("messaging:mailboxes", "messaging:mailbox_new", "messaging:mailbox"),
    ),
)
timeline_sources.register(
    "automatic_mails",
    TimelineSource(
        key="automatic_mails",
        kind="mails",
        label=_("Mails"),
        order=11,
        fetch=automatic_mails,
        open=open_automatic,
    ),
)
search_sources.register("incoming", SearchSource(_("Mails that came in"), "inbox", find_incoming))
demo_parts.register("inbox", PART)

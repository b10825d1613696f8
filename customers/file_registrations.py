"""The customer file in the registries: policy, navigation, timeline, panels."""

from django.utils.translation import gettext_lazy as _

from accounts import policy
from accounts.models import Role
from accounts.views.home import landing
from core.navigation import Link, quick_actions, rail
from customers import approval_panel, file_panels, file_timeline
from customers.days import waiting_for
from customers.panels import (
    CustomerAction,
    DayPanel,
    FigureTile,
    SidePanel,
    customer_actions,
    day_panels,
    figure_tiles,
    side_panels,
)
from customers.timeline import TimelineSource, timeline_sources

policy.register("customers:customer", read=policy.EVERYONE)
policy.register("customers:timeline", "customers:entry", read=policy.EVERYONE)
policy.register(
    "customers:new",
    "customers:edit",
    "customers:contacts",
    "customers:dates",
    "customers:interaction_edit",
    "customers:follow_up_new",
    "customers:follow_up_edit",
    read=policy.SUPPORT_UP,
    write=policy.SUPPORT_UP,
)
policy.register(
    "customers:contact_remove",
    "customers:contact_primary",
    "customers:date_remove",
    "customers:duplicate_dismiss",
    "customers:duplicate_restore",
    "customers:interaction_new",
    "customers:interaction_undo",
    "customers:draft",
    "customers:follow_up_done",
    "customers:follow_up_reopen",
    "customers:follow_up_snooze",
    "customers:follow_up_take",
    write=policy.SUPPORT_UP,
)
policy.register("customers:consents", read=policy.EVERYONE, write=policy.SUPPORT_UP)
policy.register("customers:withdraw", write=policy.EVERYONE)
policy.register("customers:day", read=policy.SUPPORT_UP)

rail.register(
    "day",
    Link(
        _("Today"),
        "customers:day",
        "sun",
        10,
        sections=("customers:day",),
        key="t",
        waiting=waiting_for,
    ),
)
quick_actions.register("customer", Link(_("Customer"), "customers:new", "person-plus", 10))
landing.register(Role.SUPPORT, "customers:day")

for order, (key, kind, label, fetch, opened) in enumerate(
    [
        ("purchases", "purchases", _("Purchases"), file_timeline.purchases, "purchase"),
        ("refunds", "purchases", _("Purchases"), file_timeline.refunds, ""),
        ("interactions", "talks", _("Conversations"), file_timeline.interactions, "interaction"),
        ("follow_ups", "follow-ups", _("Follow-ups"), file_timeline.follow_ups, ""),
        ("consents", "consents", _("Consents"), file_timeline.consents, "consent"),
        ("beginning", "file", _("File"), file_timeline.beginning, ""),
    ]
):
    opens = {
        "purchase": file_timeline.open_purchase,
        "interaction": file_timeline.open_interaction,
        "consent": file_timeline.open_consent,
    }
    timeline_sources.register(
        key,
        TimelineSource(
            key=key, kind=kind, label=label, order=order, fetch=fetch, open=opens.get(opened)
        ),
    )

figure_tiles.register("last_purchase", FigureTile(10, file_panels.last_purchase))
figure_tiles.register("value", FigureTile(20, file_panels.value_to_date))
figure_tiles.register("open_matters", FigureTile(90, file_panels.open_matters))

for order, (name, build) in enumerate(
    [
        ("promised", file_panels.promised),
        ("duplicates", file_panels.duplicates),
        ("contact", file_panels.contact),
        ("dates", file_panels.dates),
        ("notes", file_panels.notes),
        ("belongs", file_panels.belongs),
    ]
):
    side_panels.register(name, SidePanel(10 * order, f"customers/_panel_{name}.html", build))

day_panels.register(
    "to_approve", DayPanel(3, "customers/_day_to_approve.html", approval_panel.to_decide_today)
)
day_panels.register("asked", DayPanel(20, "customers/_day_asked.html", approval_panel.asked_lately))
day_panels.register("came_in", DayPanel(10, "customers/_day_came_in.html", file_panels.came_in))
customer_actions.register(
    "follow_up", CustomerAction(_("Follow-up"), "customers:follow_up_new", "calendar-plus", 20)
)
customer_actions.register("edit", CustomerAction(_("Edit"), "customers:edit", "pencil", 90))

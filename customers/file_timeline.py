"""The timeline sources of the customer file itself: purchases, refunds, talks, follow-ups done,
consents, and the file's beginning."""

from collections.abc import Iterable

from django.db.models import Count, F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Left, NullIf
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import policy
from accounts.models import User
from core.templatetags.ui import money
from customers.masking import sees_internal, shown_address
from customers.models import (
    Channel,
    ConsentAction,
    ConsentEntry,
    Customer,
    Direction,
    FollowUp,
    Interaction,
    Purchase,
    PurchaseLine,
    Refund,
)
from customers.panels import pieces_for
from customers.timeline import Cursor, Entry, Opened, before

SHOWN_CHARACTERS = 280
SHOWN_LINES = 200
CHANNEL_ICONS = {
    Channel.CALL: "telephone",
    Channel.VISIT: "shop",
    Channel.EMAIL: "envelope",
    Channel.SMS: "phone",
    Channel.CHAT: "chat",
    Channel.WHATSAPP: "whatsapp",
    Channel.SOCIAL: "at",
    Channel.COMMENT: "chat-square-text",
    Channel.POST: "mailbox",
    Channel.NOTE: "sticky",
}


def purchases(customer: Customer, cursor: Cursor | None, limit: int, user: User) -> Iterable[Entry]:
    """Receipts, with the first product and how many more."""
    lines = PurchaseLine.objects.filter(purchase=OuterRef("pk"))
    named = Coalesce(NullIf("name", Value("")), "product")
    counted = lines.order_by().values("purchase").annotate(number=Count("pk")).values("number")
    rows = (
        Purchase.objects.filter(before(cursor, "purchases", "occurred_at"), customer=customer)
        .annotate(
            first_line=Subquery(lines.order_by("pk").values_list(named)[:1]),
            lines_count=Subquery(counted),
        )
        .order_by("-occurred_at", "-pk")
    )
    return map(_purchase_entry, rows[:limit])


def _purchase_entry(row: Purchase) -> Entry:
    amount = money(row.gross_minor, row.currency)
    title = _("Purchase %(amount)s") if row.counts else _("Purchase %(amount)s, not counted")
    return Entry(
        at=row.occurred_at,
        pk=row.pk,
        icon="bag",
        title=title % {"amount": amount},
        text=_content(row),
        meta=row.number,
        opens=True,
    )


def _content(row: Purchase) -> str:
    """What was bought, from the annotations of `purchases`."""
    first = getattr(row, "first_line", "") or ""
    more = (getattr(row, "lines_count", 0) or 0) - 1
    words = first
    if first and more > 0:
        words = ngettext("%(first)s and %(more)d more", "%(first)s and %(more)d more", more) % {
            "first": first,
            "more": more,
        }
    if row.refunded_minor:
        back = _("%(amount)s given back") % {"amount": money(row.refunded_minor, row.currency)}
        words = f"{words} · {back}" if words else back
    return words


def open_purchase(customer: Customer, pk: int, user: User) -> Opened | None:
    """The lines of a receipt, what was given back, and whether the rest may be."""
    purchase = customer.purchases.select_related("branch").filter(pk=pk).first()
    if purchase is None:
        return None
    lines = list(purchase.lines.order_by("pk")[: SHOWN_LINES + 1])
    context = {
        "purchase": purchase,
        "lines": lines[:SHOWN_LINES],
        "more_lines": len(lines) > SHOWN_LINES,
        "refunds": list(purchase.refunds.order_by("occurred_at", "pk")[:SHOWN_LINES]),
        "may_refund": purchase.refunded_minor < purchase.gross_minor
        and policy.may(user.role, "customers:refund_new", "POST"),
    }
    return "customers/_opened_purchase.html", context


def refunds(customer: Customer, cursor: Cursor | None, limit: int, user: User) -> Iterable[Entry]:
    """Money given back."""
    rows = Refund.objects.filter(before(cursor, "refunds", "occurred_at"), customer=customer)
    rows = rows.annotate(order_number=F("purchase__number")).order_by("-occurred_at", "-pk")
    return map(_refund_entry, rows[:limit])


def _refund_entry(row: Refund) -> Entry:
    number = getattr(row, "order_number", "") or row.refund_of
    return Entry(
        at=row.occurred_at,
        pk=row.pk,
        icon="arrow-counterclockwise",
        tone="accent",
        title=_("Refund %(amount)s") % {"amount": money(row.amount_minor, row.currency)},
        text=_("for order %(number)s") % {"number": number} if number else "",
        meta=row.number,
    )


def interactions(
    customer: Customer, cursor: Cursor | None, limit: int, user: User
) -> Iterable[Entry]:
    """What was said; marketers see that there was contact, not what was said."""
    found = Interaction.objects.filter(
        before(cursor, "interactions", "occurred_at"), customer=customer
    )
    cut = found.defer("text").annotate(excerpt=Left("text", SHOWN_CHARACTERS + 1))
    rows = cut.select_related("actor").order_by("-occurred_at", "-pk")[:limit]
    in_full = sees_internal(user)
    return (_interaction_entry(row, in_full) for row in rows)


def interaction_title(row: Interaction) -> str:
    """'Call · They contacted us · Answered'."""
    words = [row.get_channel_display()]
    if row.direction != Direction.NONE:
        words.append(row.get_direction_display())
    if row.outcome:
        words.append(row.get_outcome_display())
    return " · ".join(str(word) for word in words)


def _interaction_entry(row: Interaction, in_full: bool) -> Entry:
    return Entry(
        at=row.occurred_at,
        pk=row.pk,
        icon=CHANNEL_ICONS.get(Channel(row.channel), "chat"),
        tone="plain",
        title=interaction_title(row),
        text=Truncator(getattr(row, "excerpt", "")).chars(SHOWN_CHARACTERS) if in_full else "",
        meta=str(row.actor) if row.actor else "",
        opens=in_full,
    )


def open_interaction(customer: Customer, pk: int, user: User) -> Opened | None:
    """The whole text, who wrote it, and a way to correct it."""
    if not sees_internal(user):
        return None
    found = customer.interactions.select_related("actor").filter(pk=pk).first()
    if found is None:
        return None
    context: dict[str, object] = {
        "interaction": found,
        "title": interaction_title(found),
        "pieces": pieces_for(found, user),
    }
    return "customers/_opened_interaction.html", context


def follow_ups(
    customer: Customer, cursor: Cursor | None, limit: int, user: User
) -> Iterable[Entry]:
    """What was promised and done."""
    found = FollowUp.objects.filter(
        before(cursor, "follow_ups", "done_at"), customer=customer, done_at__isnull=False
    )
    rows = found.select_related("done_by").order_by("-done_at", "-pk")[:limit]
    in_full = sees_internal(user)
    return (_follow_up_entry(row, in_full) for row in rows)


def _follow_up_entry(row: FollowUp, in_full: bool) -> Entry:
    assert row.done_at is not None
    done = _("Done: %(what)s") % {"what": row.what} if in_full else _("Follow-up done")
    return Entry(
        at=row.done_at,
        pk=row.pk,
        icon="check2-circle",
        tone="good",
        title=done,
        text=row.done_note if in_full else "",
        meta=str(row.done_by) if row.done_by else "",
    )


def consents(customer: Customer, cursor: Cursor | None, limit: int, user: User) -> Iterable[Entry]:
    """What was agreed to and taken back."""
    found = ConsentEntry.objects.filter(
        before(cursor, "consents", "occurred_at"), customer=customer
    )
    rows = found.order_by("-occurred_at", "-pk")[:limit]
    return (_consent_entry(row, user) for row in rows)


def _consent_entry(row: ConsentEntry, user: User) -> Entry:
    granted = row.action == ConsentAction.GRANTED
    title = _("Agreed: %(purpose)s") if granted else _("Took back: %(purpose)s")
    return Entry(
        at=row.occurred_at,
        pk=row.pk,
        icon="shield-check" if granted else "shield-x",
        tone="good" if granted else "accent",
        title=title % {"purpose": row.get_purpose_display()},
        text=shown_address(user, row.address),
        meta=str(row.get_source_display()),
        opens=True,
    )


def open_consent(customer: Customer, pk: int, user: User) -> Opened | None:
    """The proof: wording, source, who recorded it."""
    entry = customer.consent_entries.select_related("actor").filter(pk=pk).first()
    if entry is None:
        return None
    context: dict[str, object] = {
        "entry": entry,
        "address": shown_address(user, entry.address),
        "proof": entry.source_note if sees_internal(user) else "",
    }
    return "customers/_opened_consent.html", context


def beginning(customer: Customer, cursor: Cursor | None, limit: int, user: User) -> Iterable[Entry]:
    """When the file was opened. Asks the database nothing."""
    place = Cursor(customer.created_at, "beginning", customer.pk)
    if limit < 1 or (cursor is not None and place >= cursor):
        return []
    return [
        Entry(
            at=customer.created_at,
            pk=customer.pk,
            icon="person-plus",
            tone="plain",
            title=_("File opened"),
        )
    ]

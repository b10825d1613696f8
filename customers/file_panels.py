"""The customer file's own figures, side panels and day panels."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import policy
from accounts.models import Role, User
from core.clock import local_date
from core.templatetags.ui import day as day_words
from core.templatetags.ui import money, whole
from customers import reports
from customers.consents import present_consents
from customers.mail_state import mail_state
from customers.masking import (
    sees_contacts,
    sees_internal,
    shown_address,
    shown_identity,
    shown_name,
)
from customers.models import (
    ConsentAction,
    ConsentEntry,
    Customer,
    FollowUp,
    Identity,
    PossibleDuplicate,
)
from customers.names import country_name, yearly_day
from customers.panels import DayScene, Figure, Scene
from customers.rules.birthdays import YearlyDay, next_on
from customers.services.customer_lookup import SAME_EMAIL
from customers.services.identities import SAME_PHONE

SHOWN_PROMISES = 5
SHOWN_DUPLICATES = 5


def _today(scene: Scene | DayScene) -> date:
    return local_date(scene.now, scene.shop.zone)


def _timeline_of(customer: Customer, kind: str) -> str:
    return f"{reverse('customers:customer', args=[customer.pk])}?kind={kind}#timeline"


def last_purchase(scene: Scene) -> Figure:
    """'31 days ago', usually every 28."""
    summary = reports.summary_of(scene.customer)
    label, href = _("Last purchase"), _timeline_of(scene.customer, "purchases")
    if summary is None:
        return Figure(label=label, value=_("None yet"), href=href)
    days = reports.days_since_purchase(summary, _today(scene))
    ago = ngettext("%(number)s day ago", "%(number)s days ago", days) % {"number": whole(days)}
    late = reports.is_overdue(summary, _today(scene))
    return Figure(
        label=label,
        value=ago if days else _("Today"),
        note=_usual_gap(summary.usual_gap_days),
        note_tone="accent" if late else "",
        href=href,
    )


def _usual_gap(gap: int | None) -> str:
    if gap is None:
        return ""
    words = ngettext("usually every %(number)s day", "usually every %(number)s days", gap)
    return words % {"number": whole(gap)}


def value_to_date(scene: Scene) -> Figure:
    """Net value, how many purchases, what each is worth, how many the money leaves out."""
    summary, currency = reports.summary_of(scene.customer), scene.shop.currency
    number = summary.purchases if summary else 0
    words = ngettext("%(number)s purchase", "%(number)s purchases", number)
    notes = [words % {"number": whole(number)}]
    if summary and (each := reports.value_each(summary)) is not None:
        notes.append(_("%(amount)s each") % {"amount": money(each, currency)})
    if summary and summary.elsewhere:
        notes.append(_elsewhere(summary.elsewhere))
    return Figure(
        label=_("Value to date"),
        value=money(summary.net_minor if summary else 0, currency),
        note=", ".join(notes),
        href=_timeline_of(scene.customer, "purchases"),
    )


def _elsewhere(number: int) -> str:
    words = ngettext(
        "without %(number)s in another currency", "without %(number)s in other currencies", number
    )
    return words % {"number": whole(number)}


def open_matters(scene: Scene) -> Figure:
    """Open follow-ups, and when the next one is due."""
    matters = reports.open_matters(scene.customer, _today(scene))
    words = ngettext("%(number)s follow-up", "%(number)s follow-ups", matters.number)
    note = ""
    if matters.late:
        note = ngettext("%(number)s late", "%(number)s late", matters.late)
        note = note % {"number": whole(matters.late)}
    elif matters.next_on == _today(scene):
        note = _("due today")
    elif matters.next_on:
        note = _("next on %(day)s") % {"day": day_words(matters.next_on)}
    return Figure(
        label=_("Open matters"),
        value=words % {"number": whole(matters.number)} if matters.number else _("None"),
        note=note,
        tone="bad" if matters.late else "",
        href="#promised",
    )


def promised(scene: Scene) -> dict[str, object] | None:
    """Open follow-ups, the next one first; not for those who may not read what was said."""
    if not sees_internal(scene.user):
        return None
    rows = FollowUp.objects.filter(customer=scene.customer, done_at=None)
    ordered = rows.select_related("assignee").order_by("due_on", "due_time", "pk")
    found = list(ordered[: SHOWN_PROMISES + 1])
    return {
        "next": found[0] if found else None,
        "others": found[1:SHOWN_PROMISES],
        "more": len(found) > SHOWN_PROMISES,
        "today": _today(scene),
    }


@dataclass(frozen=True, slots=True)
class ShownContact:
    """A contact as the reader may see it, with what was agreed to for it."""

    identity: Identity
    value: str
    href: str
    granted: list[ConsentEntry]


@dataclass(frozen=True, slots=True)
class ShownConsent:
    """The newest line of an address and purpose, with its proof where the reader may see it."""

    entry: ConsentEntry
    address: str
    proof: str

    @property
    def is_granted(self) -> bool:
        return self.entry.action == ConsentAction.GRANTED


def shown_contacts(
    customer: Customer, user: User, entries: list[ConsentEntry]
) -> list[ShownContact]:
    """All contacts, each kind's primary one first."""
    rows = customer.identities.order_by("kind", "-is_primary", "created_at", "pk")
    return [
        ShownContact(
            row,
            shown_identity(user, row),
            _reach(row) if sees_contacts(user) else "",
            [
                entry
                for entry in entries
                if entry.address == row.key and entry.action == ConsentAction.GRANTED
            ],
        )
        for row in rows
    ]


def _reach(identity: Identity) -> str:
    schemes = {"email": "mailto:", "phone": "tel:"}
    scheme = schemes.get(identity.kind)
    return f"{scheme}{identity.key}" if scheme else ""


def shown_consents(user: User, entries: list[ConsentEntry]) -> list[ShownConsent]:
    """Lines of the ledger as the reader may see them."""
    in_full = sees_internal(user)
    return [
        ShownConsent(
            entry, shown_address(user, entry.address), entry.source_note if in_full else ""
        )
        for entry in entries
    ]


def contact(scene: Scene) -> dict[str, object]:
    """Contacts, preferred channel, what is not sent, consents."""
    entries = present_consents(scene.customer)
    return {
        "contacts": shown_contacts(scene.customer, scene.user, entries),
        "consents": shown_consents(scene.user, entries),
        "in_full": sees_contacts(scene.user),
        "mails": mail_state(scene.customer, scene.user, scene.now),
    }


def dates(scene: Scene) -> dict[str, object]:
    """Birthday, important dates, first purchase."""
    customer, today = scene.customer, _today(scene)
    rows = [
        (row.label, YearlyDay(row.month, row.day, row.year))
        for row in customer.important_dates.all()
    ]
    if customer.birth_month and customer.birth_day:
        birthday = YearlyDay(customer.birth_month, customer.birth_day, customer.birth_year)
        rows.insert(0, (_("Birthday"), birthday))
    summary = reports.summary_of(customer)
    return {
        "rows": [(label, yearly_day(yearly), next_on(yearly, today)) for label, yearly in rows],
        "today": today,
        "first_purchase": date.fromordinal(summary.first_day) if summary else None,
    }


def notes(scene: Scene) -> dict[str, object] | None:
    """What staff wrote down; not for marketers."""
    shown = sees_internal(scene.user) and scene.customer.notes
    return {"notes": scene.customer.notes} if shown else None


def belongs(scene: Scene) -> dict[str, object] | None:
    """Owner, branch, address, how they found the shop; nothing where nothing is known."""
    customer, in_full = scene.customer, sees_contacts(scene.user)
    place = f"{customer.postcode if in_full else ''} {customer.city}".strip()
    lines = [customer.address if in_full else "", place]
    context: dict[str, object] = {
        "lines": [line for line in lines if line],
        "country": country_name(customer.country) if customer.country else "",
        "found_us": customer.found_us if sees_internal(scene.user) else "",
    }
    known = customer.owner or customer.branch or any(context.values())
    return context if known else None


@dataclass(frozen=True, slots=True)
class Other:
    """Another file that may be the same person; `pair` is the id of the two together."""

    pair: int
    pk: int
    name: str
    reason: str


def duplicates(scene: Scene) -> dict[str, object] | None:
    """Other files that may be the same person, but for those of whom somebody said no."""
    pk = scene.customer.pk
    found = PossibleDuplicate.objects.filter(Q(first=pk) | Q(second=pk), dismissed_at=None)
    rows = found.select_related("first", "second").order_by("-pk")[:SHOWN_DUPLICATES]
    others = [_other(row, row.second if row.first_id == pk else row.first, scene) for row in rows]
    may_dismiss = policy.may(scene.user.role, "customers:duplicate_dismiss", "POST")
    return {"others": others, "may_dismiss": may_dismiss} if others else None


def _other(row: PossibleDuplicate, customer: Customer, scene: Scene) -> Other:
    reasons = {SAME_PHONE: _("same phone number"), SAME_EMAIL: _("same e-mail address")}
    name = shown_name(scene.user, customer)
    return Other(row.pk, customer.pk, name, reasons.get(row.reason, row.reason))


def came_in(scene: DayScene) -> dict[str, object] | None:
    """What the day brought so far; for managers."""
    if scene.user.role not in {Role.MANAGER, Role.ADMIN}:
        return None
    zone, currency = scene.shop.zone, scene.shop.currency
    return {"came_in": reports.came_in(day=_today(scene), zone=zone, currency=currency)}

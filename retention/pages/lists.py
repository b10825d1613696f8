"""The lists behind the numbers: which they are, what they are called, how rows are told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from core.templatetags.ui import whole
from customers import masking
from customers.models import Customer, Identity, IdentityKind
from customers.reports import summary_of
from retention import reports
from retention.pages import words
from retention.pages.asked import Asked
from retention.reports import Listed, Listing
from retention.rules.month_texts import month_from_text
from retention.rules.repeats import HORIZONS

Title = str | Promise

MEMBER_TITLES: dict[str, tuple[Title, Title]] = {
    "start": (
        ngettext_lazy(
            "%(shown)s customer at the start", "%(shown)s customers at the start", "count"
        ),
        gettext_lazy("Last purchase"),
    ),
    "kept": (
        ngettext_lazy("%(shown)s customer stayed", "%(shown)s customers stayed", "count"),
        gettext_lazy("Last purchase"),
    ),
    "lost": (
        ngettext_lazy("%(shown)s customer left", "%(shown)s customers left", "count"),
        gettext_lazy("Last purchase"),
    ),
    "new": (
        ngettext_lazy("%(shown)s new customer", "%(shown)s new customers", "count"),
        gettext_lazy("Last purchase"),
    ),
    "reactivated": (
        ngettext_lazy("%(shown)s customer came back", "%(shown)s customers came back", "count"),
        gettext_lazy("Came back"),
    ),
    "end": (
        ngettext_lazy("%(shown)s customer at the end", "%(shown)s customers at the end", "count"),
        gettext_lazy("Last purchase"),
    ),
    "buyers": (
        ngettext_lazy("%(shown)s buyer", "%(shown)s buyers", "count"),
        gettext_lazy("Bought"),
    ),
    "new_buyers": (
        ngettext_lazy(
            "%(shown)s person bought for the first time",
            "%(shown)s people bought for the first time",
            "count",
        ),
        gettext_lazy("Bought"),
    ),
    "returning_buyers": (
        ngettext_lazy("%(shown)s returning buyer", "%(shown)s returning buyers", "count"),
        gettext_lazy("Bought"),
    ),
}
SALES_TITLES: dict[str, Title] = {
    "purchases": ngettext_lazy("%(shown)s purchase", "%(shown)s purchases", "count"),
    "guest_purchases": ngettext_lazy(
        "%(shown)s guest purchase", "%(shown)s guest purchases", "count"
    ),
    "identified_purchases": ngettext_lazy(
        "%(shown)s purchase by a known customer",
        "%(shown)s purchases by known customers",
        "count",
    ),
    "repeat_purchases": ngettext_lazy(
        "%(shown)s purchase by somebody who had bought before",
        "%(shown)s purchases by people who had bought before",
        "count",
    ),
    "repeat_purchases_by_period": ngettext_lazy(
        "%(shown)s purchase by somebody who first bought before the period",
        "%(shown)s purchases by people who first bought before the period",
        "count",
    ),
    "currency_purchases": ngettext_lazy(
        "%(shown)s purchase in the shop's currency",
        "%(shown)s purchases in the shop's currency",
        "count",
    ),
    "refunds": ngettext_lazy("%(shown)s refund", "%(shown)s refunds", "count"),
}
# As many as a page shows together, with room.
MOST_COHORTS = 60
COHORT_TITLE = ngettext_lazy("%(shown)s customer", "%(shown)s customers", "count")
RETURNED = ngettext_lazy(
    "%(shown)s customer bought again", "%(shown)s customers bought again", "count"
)
NOT_RETURNED = ngettext_lazy(
    "%(shown)s customer has not bought again", "%(shown)s customers have not bought again", "count"
)
NAMES = frozenset({*MEMBER_TITLES, *SALES_TITLES, "cohort", "returned", "not_returned"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A list that an address names: its rows, its title, and what its day column means.

    `about` says in words what it is a list of; `more` are the parameters beside the query.
    """

    name: str
    listing: Listing
    title: Title
    about: str
    day_label: Title
    more: dict[str, str]

    def heading(self, count: int) -> str:
        """'358 customers left'."""
        return str(self.title % {"count": count, "shown": whole(count)})


def period_words(asked: Asked) -> str:
    """'March 2011, bought within 90 days'."""
    days = asked.query.window_days
    text = ngettext(
        "{period}, bought within {days} day", "{period}, bought within {days} days", days
    )
    return text.format(period=words.period_name(asked.period), days=days)


def open_list(name: str, asked: Asked, params: Mapping[str, str]) -> Opened:
    """The list of this name under the query; Http404 where an address names none."""
    if name in MEMBER_TITLES:
        title, day_label = MEMBER_TITLES[name]
        return Opened(
            name=name,
            listing=reports.members(asked.query, name),
            title=title,
            about=period_words(asked),
            day_label=day_label,
            more={},
        )
    if name in SALES_TITLES:
        return _sales(name, asked)
    if name == "cohort":
        return _cohort(asked, params)
    if name in {"returned", "not_returned"}:
        return _repeats(name, asked, params)
    raise Http404


def _sales(name: str, asked: Asked) -> Opened:
    query = asked.query
    listing = reports.refunds(query) if name == "refunds" else reports.sales(query, name)
    return Opened(
        name=name,
        listing=listing,
        title=SALES_TITLES[name],
        about=words.period_name(asked.period),
        day_label=gettext_lazy("When"),
        more={},
    )


def _cohort(asked: Asked, params: Mapping[str, str]) -> Opened:
    k_text = params.get("k", "")
    month = month_from_text(params.get("cohort", ""))
    if month is None:
        raise Http404
    if k_text and not (k_text.isascii() and k_text.isdigit() and len(k_text) <= 4):
        raise Http404
    k = int(k_text) if k_text else None
    cohorts = range(month, _last_cohort(params, month) + 1)
    kept = ("cohort", "last", "k")
    return Opened(
        name="cohort",
        listing=reports.cohort_members(asked.cohort_query(), cohorts, k),
        title=COHORT_TITLE,
        about=_cohort_words(cohorts, k),
        day_label=gettext_lazy("First purchase") if k is None else gettext_lazy("Bought"),
        more={name: params[name] for name in kept if params.get(name)},
    )


def _last_cohort(params: Mapping[str, str], month: int) -> int:
    """The last of the cohorts that the address names; the first alone where it names no other."""
    if "last" not in params:
        return month
    last = month_from_text(params["last"])
    if last is None or not month <= last < month + MOST_COHORTS:
        raise Http404
    return last


def _cohort_words(cohorts: range, k: int | None) -> str:
    """'First purchase in March 2026, bought in May 2026', or of several cohorts."""
    first = words.month_name(cohorts[0])
    if len(cohorts) == 1:
        text = _("First purchase in {month}").format(month=first)
        month = words.month_name(cohorts[0] + (k or 0))
        return text if k is None else text + _(", bought in {month}").format(month=month)
    text = _("First purchase from {first} to {last}")
    text = text.format(first=first, last=words.month_name(cohorts[-1]))
    if k is None:
        return text
    after = ngettext(", bought {k} month later", ", bought {k} months later", k)
    return text + after.format(k=k)


def _repeats(name: str, asked: Asked, params: Mapping[str, str]) -> Opened:
    days = params.get("days", "")
    if days not in {*map(str, HORIZONS), "ever"}:
        raise Http404
    horizon = None if days == "ever" else int(days)
    returned = name == "returned"
    return Opened(
        name=name,
        listing=reports.repeat_members(horizon, returned, asked.query.filters),
        title=RETURNED if returned else NOT_RETURNED,
        about=_within(horizon),
        day_label=gettext_lazy("First purchase"),
        more={"days": days},
    )


def _within(horizon: int | None) -> str:
    if horizon is None:
        return _("Ever after the first purchase")
    return ngettext(
        "Within {days} day of the first purchase",
        "Within {days} days of the first purchase",
        horizon,
    ).format(days=horizon)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A customer in a list as this reader may see them; sums are of all their purchases."""

    pk: int
    name: str
    number: str
    email: str
    phone: str
    day: date | None = None
    purchases: int | None = None
    gross_minor: int | None = None
    net_minor: int | None = None


def _contacts(customers: Sequence[Customer]) -> dict[int, dict[str, Identity]]:
    """By customer and kind, the primary contact or else the oldest; one query."""
    found: dict[int, dict[str, Identity]] = {}
    rows = Identity.objects.filter(customer__in=[customer.pk for customer in customers])
    for identity in rows.order_by("-is_primary", "pk"):
        found.setdefault(identity.customer_id, {}).setdefault(identity.kind, identity)
    return found


def _person(customer: Customer, contacts: Mapping[str, Identity], in_full: bool) -> Person:
    def shown(kind: str) -> str:
        if kind not in contacts:
            return ""
        return contacts[kind].value if in_full else masking.mask_identity(contacts[kind])

    email, phone = shown(IdentityKind.EMAIL), shown(IdentityKind.PHONE)
    number = shown(IdentityKind.EXTERNAL)
    return Person(
        pk=customer.pk,
        name=masking.name_or(customer, email or phone or number),
        number=number,
        email=email,
        phone=phone,
    )


def people(rows: Sequence[Listed], *, in_full: bool) -> list[Person]:
    """The rows of a list of customers, contacts masked unless `in_full`; one query."""
    contacts = _contacts([row.customer for row in rows])
    found = []
    for row in rows:
        summary = summary_of(row.customer)
        found.append(
            replace(
                _person(row.customer, contacts.get(row.customer.pk, {}), in_full),
                day=row.day,
                purchases=summary.purchases if summary else None,
                gross_minor=summary.gross_minor if summary else None,
                net_minor=summary.net_minor if summary else None,
            )
        )
    return found


def people_by_pk(customers: Sequence[Customer], *, in_full: bool) -> dict[int, Person]:
    """The customers of purchases or refunds, by id, without their sums, contacts masked unless
    `in_full`; one query."""
    contacts = _contacts(customers)
    return {
        customer.pk: _person(customer, contacts.get(customer.pk, {}), in_full)
        for customer in customers
    }

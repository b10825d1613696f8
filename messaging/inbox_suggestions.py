"""Who a mail that matches nobody may come from: the likeliest first, each with why."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from customers.customer_list import best_contact
from customers.masking import shown_identity, shown_name
from customers.models import Customer, Identity, IdentityKind
from customers.search import UnreadableQuestion, ask, search_within
from customers.search_customers import find_customer_ids
from messaging.models import IncomingMail
from messaging.rules.mail_domains import telling_domain

MOST = 5
FOUND = 8
SAME_ADDRESS = _("has this address")
ANSWERED = _("got the mail that this one answers")
SAME_NAME = _("has such a name")
SAME_DOMAIN = _("has an address of the same domain")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer to whom the mail may belong; `why` is "" for one that was searched for."""

    pk: int
    name: str
    contact: str
    city: str
    why: str | Promise = ""


def suggestions(mail: IncomingMail, user: User) -> list[Candidate]:
    """At most five customers, the likeliest first."""
    reasons: dict[int, str | Promise] = {}
    for pk, why in _guesses(mail, user):
        reasons.setdefault(pk, why)
    shown = dict(list((reasons or _same_domain(mail, user)).items())[:MOST])
    return candidates(shown, user)


def _guesses(mail: IncomingMail, user: User) -> Iterator[tuple[int, str | Promise]]:
    owners = Identity.objects.filter(kind=IdentityKind.EMAIL, key=mail.from_key or None)
    yield from ((pk, SAME_ADDRESS) for pk in owners.values_list("customer_id", flat=True))
    if mail.answers and mail.answers.customer_id:
        yield mail.answers.customer_id, ANSWERED
    if " " in mail.from_name.strip():
        yield from ((pk, SAME_NAME) for pk in found_ids(mail.from_name, user, limit=3))


def _same_domain(mail: IncomingMail, user: User) -> dict[int, str | Promise]:
    """People of the same firm: a guess for when there is no better one."""
    domain = telling_domain(mail.from_key)
    found = found_ids(f"@{domain}", user, limit=3) if domain else []
    return dict.fromkeys(found, SAME_DOMAIN)


def found_ids(text: str, user: User, *, limit: int = FOUND) -> list[int]:
    """Customers who fit the words, best first, as the search finds them; none where the search
    takes too long or the text cannot be asked for."""
    try:
        question = ask(text, user=user, limit=limit)
    except UnreadableQuestion:
        return []
    found = search_within(find_customer_ids, question) if question else None
    return (found or [])[:limit]


def candidates(reasons: dict[int, str | Promise], user: User) -> list[Candidate]:
    """The customers with these ids as the person may see them, in that order."""
    rows = Customer.objects.visible_to(user).prefetch_related("identities").in_bulk(list(reasons))
    return [_candidate(rows[pk], user, why) for pk, why in reasons.items() if pk in rows]


def _candidate(customer: Customer, user: User, why: str | Promise) -> Candidate:
    contact = best_contact(customer.identities.all())
    shown = shown_identity(user, contact) if contact else ""
    name = shown_name(user, customer, contact or "")
    return Candidate(customer.pk, name, shown if shown != name else "", customer.city, why)

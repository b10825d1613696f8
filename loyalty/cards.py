"""Members' cards where others look: the search, the customer's page, the timeline, segments."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts import policy
from accounts.models import User
from customers.masking import shown_name
from customers.models import Customer
from customers.panels import Scene
from customers.search import Hit, Question, mark_digits
from customers.segment_conditions import rows_of
from customers.timeline import Cursor, Entry, before
from loyalty.models import MemberCard
from loyalty.rules.cards import as_typed, written
from loyalty.services.cards import valid_cards

SOURCE = "cards"


def card_of(text: str) -> MemberCard | None:
    """The card, valid or not, whose number somebody typed or scanned; None: no card's."""
    number = as_typed(text)
    cards = MemberCard.objects.select_related("customer")
    return cards.filter(number=number).first() if number else None


def find_cards(question: Question) -> list[Hit]:
    """The customer of a card's whole number. One that was replaced is found too, and says so."""
    card = card_of(question.text)
    if card is None:
        return []
    who = shown_name(question.user, card.customer)
    words = _("replaced, not valid any more") if card.ended_at else _("member's card")
    title = mark_digits(written(card.number), card.number)
    address = reverse("customers:customer", args=[card.customer_id])
    return [Hit(title, format_html("{} · {}", who, words), address)]


def panel(scene: Scene) -> dict[str, object] | None:
    """The card, or a button to give one; None where the person sees neither."""
    card = valid_cards(scene.customer).first()
    may_issue = policy.may(scene.user.role, "loyalty:card_issue", "POST")
    if card is None and not may_issue:
        return None
    return {"card": card, "number": written(card.number) if card else "", "may_issue": may_issue}


def entries(customer: Customer, cursor: Cursor | None, limit: int, user: User) -> Iterable[Entry]:
    """Cards that were given."""
    rows = MemberCard.objects.filter(before(cursor, SOURCE, "issued_at"), customer=customer)
    return map(_entry, rows.order_by("-issued_at", "-pk")[:limit])


def _entry(card: MemberCard) -> Entry:
    ended = _("replaced, not valid any more") if card.ended_at else ""
    return Entry(
        at=card.issued_at,
        pk=card.pk,
        icon="credit-card-2-front",
        title=_("Got a member's card"),
        meta=written(card.number),
        text=ended,
    )


def card_rows() -> QuerySet[MemberCard]:
    """The valid cards of the customer in question, for the segment field."""
    return rows_of(MemberCard, ended_at=None)

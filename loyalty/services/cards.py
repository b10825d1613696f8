"""Members' cards: given for nothing, replaced by another number, found by what was scanned."""

import secrets
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from core.services import audit
from customers.models import Customer
from loyalty.models import MemberCard
from loyalty.rules.cards import new_number


@transaction.atomic
def issue_card(*, actor: audit.Actor | None, customer: Customer, now: datetime) -> MemberCard:
    """The customer's card; a new one where they have none. Audited. Locks the customer's row, so
    that two clicks give one card."""
    _lock(customer)
    found = valid_cards(customer).first()
    return found or _give(actor, customer, now, "card.issued")


@transaction.atomic
def replace_card(*, actor: audit.Actor | None, customer: Customer, now: datetime) -> MemberCard:
    """A card with a new number; every earlier one stops from now on. Audited. Locks the customer's
    row."""
    _lock(customer)
    for card in valid_cards(customer):
        card.ended_at = max(now, card.issued_at)
        card.save(update_fields=["ended_at"])
    return _give(actor, customer, now, "card.replaced")


def valid_cards(customer: Customer) -> QuerySet[MemberCard]:
    """Those whose numbers find the customer, newest first."""
    return MemberCard.objects.filter(customer=customer, ended_at=None).order_by("-pk")


def _lock(customer: Customer) -> None:
    rows = Customer.objects.select_for_update(no_key=True).filter(pk=customer.pk)
    rows.values_list("pk").first()


def _give(
    actor: audit.Actor | None,
    customer: Customer,
    now: datetime,
    action: str,
    below: Callable[[int], int] = secrets.randbelow,
) -> MemberCard:
    number = new_number(below)
    # Of ten thousand million numbers a taken one is rare, but not impossible.
    while MemberCard.objects.filter(number=number).exists():
        number = new_number(below)
    card = MemberCard.objects.create(customer=customer, number=number, issued_at=now)
    audit.record(actor=actor, action=action, target=card)
    return card

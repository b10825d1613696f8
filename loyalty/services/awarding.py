"""What purchases earn: each once, and their refunds take it back. The marks say whose to look at.

Safe to lose, to repeat and to kill half-way: each award and each claw-back has a natural key, and a
mark goes only when nothing changed meanwhile. An award belongs to its purchase by the row's id, not
by its number: a till may earn under any number, and a number typed again is another purchase.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from core.jobs import DueJob
from customers.models import Customer, Purchase, PurchaseLine
from loyalty.errors import LoyaltyRefused
from loyalty.joined import standing_account
from loyalty.models import Award, AwardMark, Operation, Programme
from loyalty.rules.earning import BasketLine
from loyalty.services.earning import earn_for_order
from loyalty.services.programmes import all_programmes
from loyalty.services.refunding import refund_order
from loyalty.services.tendering import (
    KEY,
    LONGEST_ORDER,
    key_of,
    paid_with_units,
    settle_tenders_of,
)

logger = logging.getLogger(__name__)
BATCH = 100


def award_marked(now: datetime) -> int:
    """Look at marked customers' purchases; returns how many customers were looked at. A customer
    whose purchases are refused keeps the mark and holds nobody else up."""
    marks = list(AwardMark.objects.order_by("pk").select_related("customer")[:BATCH])
    programmes = all_programmes()
    return sum(_look_at(mark, programmes, now) for mark in marks)


def _look_at(mark: AwardMark, programmes: Sequence[Programme], now: datetime) -> bool:
    try:
        settle_tenders_of(customer=mark.customer, now=now)
        for programme in programmes:
            award_customer(customer=mark.customer, programme=programme, now=now)
    except LoyaltyRefused as refusal:
        logger.warning("purchases of customer %s: %s", mark.customer_id, refusal.code)
        # To the end of the row, so that others come first.
        AwardMark.objects.filter(pk=mark.pk).delete()
        AwardMark.objects.get_or_create(customer=mark.customer)
        return False
    AwardMark.objects.filter(pk=mark.pk, number=mark.number).delete()
    return True


def award_customer(*, customer: Customer, programme: Programme, now: datetime) -> None:
    """Award the customer's purchases since the programme began, while it is on, and claw back for
    refunds, also while it is not."""
    purchases = Purchase.objects.select_related("customer").filter(
        customer=customer,
        occurred_at__gte=programme.started_at,
        currency=programme.currency,
        counts=True,
    )
    found = {key_of(purchase.pk): purchase for purchase in purchases.order_by("occurred_at", "pk")}
    awards = {award.operation.key: award for award in _awards(customer, programme, found)}
    for key, purchase in found.items():
        earns = programme.is_on and purchase.occurred_at >= programme.earns_since
        if earns and key not in awards:
            award_purchase(purchase=purchase, programme=programme, now=now)
    rows = _purchases(awards)
    for key, award in awards.items():
        _claw_back(award, rows.get(key), now)


def _awards(customer: Customer, programme: Programme, keys: Iterable[str]) -> list[Award]:
    """Awards of the customer's account by purchases, those moved to others too; and awards of the
    customer's purchases on whichever account they were earned."""
    earned = Operation.objects.filter(programme=programme, key__any_of=list(keys))
    own = Q(account__customer=customer, operation__key__startswith=KEY)
    rows = Award.objects.filter(Q(operation__in=earned) | own, programme=programme)
    return list(rows.select_related("operation", "programme"))


def _purchases(keys: Iterable[str]) -> dict[str, Purchase]:
    """The purchases that earned under these keys, as they are now; those that are gone are left
    out."""
    ids = [int(key.removeprefix(KEY)) for key in keys]
    return {key_of(row.pk): row for row in Purchase.objects.filter(pk__any_of=ids)}


def award_purchase(*, purchase: Purchase, programme: Programme, now: datetime) -> None:
    """Give the purchase's customer what it earns, less what was refunded of it; once. What was paid
    with units, of whichever programme, earns nothing."""
    assert purchase.customer is not None, "guests earn nothing"
    with transaction.atomic():
        done = earn_for_order(
            actor=None,
            customer=purchase.customer,
            programme=programme,
            order=_order_number(purchase, programme),
            amount_minor=purchase.gross_minor,
            currency=purchase.currency,
            now=now,
            ordered_at=purchase.occurred_at,
            lines=lines_of(purchase),
            own_minor=paid_with_units(purchase.pk),
            key=key_of(purchase.pk),
        )
        if purchase.refunded_minor:
            _claw_back(done.operation.award, purchase, now)


def lines_of(purchase: Purchase) -> list[BasketLine]:
    """What the purchase's lines are to the rules, as they were entered; none where none were."""
    rows = PurchaseLine.objects.filter(purchase=purchase).order_by("pk")
    return [BasketLine(*row) for row in rows.values_list("amount_minor", "category", "product")]


def _order_number(purchase: Purchase, programme: Programme) -> str:
    """How a purchase of the file is named in the bank: with its source, since numbers are unique
    there only; with its id too where the name is too long or has been used."""
    name = f"{purchase.source}/{purchase.number}"
    taken = Award.objects.filter(programme=programme, order=name[:LONGEST_ORDER])
    if len(name) <= LONGEST_ORDER and not taken.exists():
        return name
    tail = f"#{purchase.pk}"
    return name[: LONGEST_ORDER - len(tail)] + tail


def _claw_back(award: Award, row: Purchase | None, now: datetime) -> None:
    """Take back for money that went back, or that is not owed any more: a purchase that was
    cancelled or taken out, or whose sum was put right. More money later earns nothing, and more
    than was paid cannot go back."""
    stands = row is not None and row.counts and row.currency == award.currency
    kept = row.gross_minor - row.refunded_minor if row is not None and stands else 0
    given_back = max(row.refunded_minor if row and stands else 0, award.amount_minor - kept)
    _refund(award, min(given_back, award.amount_minor), now)


def _refund(award: Award, given_back: int, now: datetime) -> None:
    """Let refunds add up to so much. What they were is read again under the account's lock, since
    another process may have been at it."""
    if given_back <= award.refunded_minor:
        return
    with transaction.atomic():
        standing_account(award.account_id)
        before = Award.objects.values_list("refunded_minor", flat=True).get(pk=award.pk)
        if given_back > before:
            refund_order(
                actor=None,
                programme=award.programme,
                order=award.order,
                amount_minor=given_back - before,
                now=now,
                key=f"refund:{award.order}:{given_back}",
            )


AWARD_JOB = DueJob(award_marked, every=timedelta(minutes=1))

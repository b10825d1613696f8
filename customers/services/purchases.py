"""Purchases and refunds by hand, and taking them back."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Branch, User
from core import clock
from core.errors import Refused, still_there
from core.money import known_currencies
from core.services import audit
from core.services.shop import get_shop
from customers.locks import lock_purchase_writing
from customers.models import Customer, Purchase, Refund
from customers.payments import pay_parts, purchase_paid_under, settle_parts
from customers.rules.dates import moment_of
from customers.rules.documents import MOST_MINOR, Document, ProductLine, part_of
from customers.rules.statuses import normal_status
from customers.services.batch import Saved
from customers.services.documents import save_documents
from customers.services.refund_linking import Touched, settle_purchases
from customers.services.summaries import refresh_summaries

BY_HAND = "manual"
__all__ = ["Saved", "add_purchase", "add_refund", "remove_purchase", "save_documents"]


def _check(amount_minor: int, currency: str) -> None:
    if not 0 < amount_minor < MOST_MINOR:
        raise Refused(_("Enter an amount above zero."), field="amount")
    if currency not in known_currencies():
        raise Refused(_("This is no currency."), field="currency")


def _check_instant(occurred_at: datetime, now: datetime) -> None:
    if occurred_at > now:
        raise Refused(_("This moment is still to come."), field="occurred_at")


@transaction.atomic
def add_purchase(
    *,
    actor: User | None,
    customer: Customer | None,
    number: str,
    occurred_at: datetime,
    amount_minor: int,
    currency: str,
    status: str = "",
    branch: Branch | None = None,
    source: str = BY_HAND,
    lines: Sequence[ProductLine] = (),
    parts: Mapping[str, int] | None = None,
    key: str = "",
) -> Purchase:
    """A purchase of the customer (None: a guest), audited; the summary is refreshed.

    `number` "" gives the next free one of the source. `parts` of it are paid otherwise than with
    money (`customers.payments`), in the same transaction; then `key` makes a repetition answer the
    purchase that is there. Refuses a number that the source has already, an amount of 0 or less, an
    instant still to come, and what cannot be paid so.
    """
    now = clock.now()
    _check(amount_minor, currency)
    _check_instant(occurred_at, now)
    lock_purchase_writing()
    if (before := purchase_paid_under(key)) is not None:
        return before
    number = number or _next_number(source)
    if Purchase.objects.filter(source=source, number=number).exists():
        raise Refused(_("There is a purchase of this number already."), field="number")
    document = Document(
        source=source,
        number=number,
        moment=moment_of(occurred_at, get_shop().zone),
        amount_minor=amount_minor,
        currency=currency,
        customer_id=customer.pk if customer else None,
        status=normal_status(status),
        branch=branch.name if branch else "",
        lines=tuple(lines),
    )
    save_documents(documents=[document], now=now)
    purchase = Purchase.objects.select_related("customer").get(source=source, number=number)
    pay_parts(actor, purchase, parts or {}, key, now)
    audit.record(actor=actor, action="purchase.added", target=purchase)
    refresh_summaries()
    return purchase


def _next_number(source: str) -> str:
    taken = Purchase.objects.filter(source=source).count() + 1
    while Purchase.objects.filter(source=source, number=str(taken)).exists():
        taken += 1
    return str(taken)


@transaction.atomic
def add_refund(
    *,
    actor: User | None,
    purchase: Purchase,
    amount_minor: int,
    occurred_at: datetime,
    number: str = "",
) -> Refund:
    """Money given back for the purchase, in its currency, audited; the summary is refreshed.

    Refuses more than is left of the purchase, an instant before it or still to come, and a
    number and instant that are there already. Locks the purchase.
    """
    now = clock.now()
    _check(amount_minor, purchase.currency)
    _check_instant(occurred_at, now)
    lock_purchase_writing()
    purchase = still_there(Purchase.objects.select_for_update().filter(pk=purchase.pk))
    if amount_minor > purchase.gross_minor - purchase.refunded_minor:
        raise Refused(_("That is more than is left of this purchase."), field="amount")
    if occurred_at < purchase.occurred_at:
        raise Refused(_("This moment is before the purchase."), field="occurred_at")
    moment = moment_of(occurred_at, get_shop().zone)
    document = Document(
        source=purchase.source,
        number=number or purchase.number,
        moment=moment,
        amount_minor=amount_minor,
        currency=purchase.currency,
        is_refund=True,
        part=part_of(moment),
        refund_of=purchase.number,
    )
    saved = save_documents(documents=[document], now=now)
    if not saved.created:
        raise Refused(_("This refund is on file already."), field="number")
    refund = Refund.objects.get(source=document.source, number=document.number, part=document.part)
    refund.by_hand = True
    refund.save(update_fields=["by_hand"])
    settle_parts(actor, purchase, now)
    audit.record(actor=actor, action="refund.added", target=refund)
    refresh_summaries()
    return refund


@transaction.atomic
def remove_purchase(*, actor: User | None, purchase: Purchase) -> None:
    """Take back a purchase that was entered by hand, audited. Refuses one from elsewhere, and
    one with refunds."""
    lock_purchase_writing()
    purchase = still_there(Purchase.objects.select_for_update().filter(pk=purchase.pk))
    if purchase.source != BY_HAND:
        raise Refused(_("Only a purchase entered by hand can be taken back."))
    if purchase.refunds.exists():
        raise Refused(_("Take its refunds back first."))
    details = {"amount_minor": purchase.gross_minor}
    audit.record(actor=actor, action="purchase.removed", target=purchase, details=details)
    _forget(purchase.customer_id, purchase.local_day)
    settle_parts(actor, purchase, clock.now(), is_gone=True)
    purchase.delete()
    refresh_summaries()


@transaction.atomic
def remove_refund(*, actor: User | None, refund: Refund) -> None:
    """Take back a refund that was entered by hand, of whichever purchase, audited; the purchase
    may count again. Refuses one from elsewhere."""
    lock_purchase_writing()
    refund = still_there(Refund.objects.select_for_update().filter(pk=refund.pk))
    if not refund.by_hand:
        raise Refused(_("Only a refund entered by hand can be taken back."))
    details = {"purchase": refund.purchase_id, "amount_minor": refund.amount_minor}
    audit.record(actor=actor, action="refund.removed", target=refund, details=details)
    touched = Touched()
    touched.add(refund.customer_id, refund.local_day)
    purchase = refund.purchase
    refund.delete()
    if purchase is not None:
        settle_purchases([purchase.pk])
        touched.add_all_of([purchase.pk])
        settle_parts(actor, purchase, clock.now())
    touched.announce()
    refresh_summaries()


def _forget(customer_id: int | None, day: int) -> None:
    touched = Touched()
    touched.add(customer_id, day)
    touched.announce()

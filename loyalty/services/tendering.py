"""Split tender: a part of a purchase is paid with units, and they come back as its money does.

What is back is worked out from what the shop keeps of the purchase's money, never from one refund:
so it does not depend on how refunds are split, repeated or ordered, and a refund that was a slip
takes again what it had given back, as far as it is still there.
"""

from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from core.errors import Refused
from core.services.audit import Actor
from customers.models import Customer, Purchase
from loyalty.errors import currency_mismatch
from loyalty.joined import standing_account
from loyalty.models import Account, Award, Operation, Programme, Tender, Transfer
from loyalty.models import Lot as StoredLot
from loyalty.rules.book import Book
from loyalty.rules.lots import Bucket
from loyalty.rules.tender import due_back, last_spent, still_spent, units_for
from loyalty.services.acts import Done, Order, Result, Whose, Work, perform
from loyalty.services.opening import open_again
from loyalty.services.redeeming import spend
from loyalty.services.returning import give_back

PAY, PAY_BACK, PAY_AGAIN = KINDS = ("pay", "pay_back", "pay_again")
KEY = "purchase:"
LONGEST_ORDER = 100


def key_of(purchase_id: int) -> str:
    """The key under which a purchase of the file earns."""
    return f"{KEY}{purchase_id}"


@transaction.atomic
def pay_part(
    *,
    actor: Actor | None,
    purchase: Purchase,
    programme: Programme,
    amount_minor: int,
    now: datetime,
    key: str = "",
) -> Done:
    """Pay so much of a purchase, which is being entered, with units of its customer. Result:
    `paid, amount_minor, available`. Once for each purchase and programme, before it has earned.
    Raises `Refused`, and `LoyaltyRefused`: `insufficient`, `in_debt`, `currency_mismatch`."""
    _check(purchase, programme, amount_minor)
    assert purchase.customer is not None, "guests hold nothing"
    units = units_for(amount_minor, programme.worth_per_hundred)
    act = Order(
        kind=PAY,
        key=key or f"pay:{purchase.pk}",
        content={"purchase": purchase.pk, "amount_minor": amount_minor},
        actor=actor,
        now=now,
        number=f"{purchase.source}/{purchase.number}"[:LONGEST_ORDER],
        terms={"purchase": purchase.pk},
    )

    def decide(book: Book) -> Result:
        spend(book, units, Bucket.REDEEMED)
        left = book[Bucket.AVAILABLE]
        return {"paid": units, "amount_minor": amount_minor, "available": left}

    def keep(operation: Operation, book: Book) -> None:
        Tender.objects.create(
            programme=programme,
            account_id=operation.account_id,
            operation=operation,
            purchase=purchase,
            order=operation.order,
            units=units,
            minor=amount_minor,
            gross_minor=purchase.gross_minor,
        )

    return perform(Whose(purchase.customer, programme), act, Work(decide, keep))


def _check(purchase: Purchase, programme: Programme, amount_minor: int) -> None:
    if purchase.currency != programme.currency:
        raise currency_mismatch(programme.currency)
    if not (programme.pays or programme.is_money):
        raise Refused("nothing is paid with units of this programme")
    if amount_minor < 1:
        raise Refused(_("Enter an amount above zero."))
    if amount_minor > purchase.gross_minor - paid_with_units(purchase.pk):
        raise Refused(_("That is more than the purchase."))
    if Award.objects.filter(operation__key=key_of(purchase.pk)).exists():
        raise Refused(_("This purchase has earned already; it cannot be paid with that any more."))


def paid_with_units(purchase_id: int) -> int:
    """How much of the purchase's money was paid with units of whichever programme: it earns nothing
    in any."""
    found = Tender.objects.filter(purchase_id=purchase_id).aggregate(minor=Sum("minor", default=0))
    return int(found["minor"])


def settle_tenders(
    *, purchase_id: int, now: datetime, actor: Actor | None = None, is_gone: bool = False
) -> list[Tender]:
    """Bring all parts of the purchase that were paid with units in line with what the shop keeps of
    its money (`is_gone`: nothing, it is being taken back). The parts, as they are then."""
    found = Tender.objects.filter(purchase_id=purchase_id).order_by("account_id")
    purchase = None if is_gone else Purchase.objects.filter(pk=purchase_id).first()
    for pk in found.values_list("pk", flat=True):
        _settle(actor, pk, kept_of(purchase), now)
    return list(found.select_related("programme"))


def settle_tenders_of(*, customer: Customer, now: datetime) -> None:
    """The same for all purchases of the customer, and all that were paid with the customer's
    units."""
    theirs = Q(purchase__customer=customer) | Q(account__customer=customer)
    found = Tender.objects.filter(theirs).values_list("purchase_id", flat=True)
    for purchase_id in sorted(set(found)):
        settle_tenders(purchase_id=purchase_id, now=now)


def kept_of(purchase: Purchase | None) -> int:
    """What the shop keeps of a purchase's money: nothing of one that is gone or does not count."""
    if purchase is None or not purchase.counts:
        return 0
    return purchase.gross_minor - purchase.refunded_minor


@transaction.atomic
def _settle(actor: Actor | None, tender_id: int, kept_minor: int, now: datetime) -> None:
    paid_from = Tender.objects.values_list("account_id", flat=True).get(pk=tender_id)
    account = standing_account(paid_from)
    tender = Tender.objects.get(pk=tender_id)
    due = due_back(tender.units, tender.gross_minor, kept_minor) - tender.returned
    if not due or (due < 0 and not _available(account, now)):
        return
    settling = _Settling(tender, due, account)
    act = Order(
        kind=PAY_BACK if due > 0 else PAY_AGAIN,
        # What is due was read under the lock: done twice it would be nothing.
        key=f"tender:{tender.pk}:{uuid4()}",
        content={"tender": tender.pk, "due": due},
        actor=actor,
        now=now,
        number=tender.order,
        terms={"purchase": tender.purchase_id},
    )
    perform(account, act, Work(settling.decide, settling.keep))


def _available(account: Account, now: datetime) -> int:
    book = open_again(account, key="", earned=None).book
    book.settle(now)
    return book[Bucket.AVAILABLE]


class _Settling:
    """One tender that gives back, or takes again, so many units."""

    def __init__(self, tender: Tender, due: int, account: Account) -> None:
        self._tender, self._due, self._account = tender, due, account

    def decide(self, book: Book) -> Result:
        """Give back to the lots that were spent last, or take again what is there."""
        if self._due > 0:
            parts = last_spent(still_spent(_moves(self._tender, self._account)), self._due)
            return {
                "returned": give_back(book, parts, self._account.pk),
                "available": book[Bucket.AVAILABLE],
            }
        taken = min(-self._due, book[Bucket.AVAILABLE])
        book.take(taken, Bucket.REDEEMED)
        self._due = -taken
        return {"paid": taken, "available": book[Bucket.AVAILABLE]}

    def keep(self, operation: Operation, book: Book) -> None:
        """Carry what is back."""
        returned = self._tender.returned + self._due
        Tender.objects.filter(pk=self._tender.pk).update(returned=returned)


def _moves(tender: Tender, account: Account) -> list[tuple[StoredLot | None, int]]:
    """What was spent of which lots and given back, in the order in which it happened."""
    accounts = {tender.account_id, account.pk}
    acts = Operation.objects.filter(account__in=accounts, kind__in=KINDS, order=tender.order)
    ids = [act.pk for act in acts if act.terms["purchase"] == tender.purchase_id]
    rows = Transfer.objects.filter(operation__in=ids).select_related("lot")
    rows = rows.order_by("operation", "seq")
    spent = rows.filter(Q(target=Bucket.REDEEMED) | Q(source=Bucket.REDEEMED))
    return [
        (row.lot, row.amount if row.target == Bucket.REDEEMED else -row.amount) for row in spent
    ]

"""Taking a redemption back: the units return to the lots they were of."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from core.errors import Refused
from core.services import audit
from loyalty.errors import already_reversed
from loyalty.joined import standing_account
from loyalty.models import Account, Operation, Transfer
from loyalty.models import Lot as StoredLot
from loyalty.rules.book import Book
from loyalty.rules.lots import Bucket
from loyalty.services.acts import Done, Order, Result, Work, perform
from loyalty.services.claims_ending import end_claim_of
from loyalty.services.returning import give_back

SPENDING = ("redeem", "capture")


def reverse_redemption(
    *, actor: audit.Actor, operation: Operation, now: datetime, reason: str = ""
) -> Done:
    """Give back what a redemption or a capture spent, once. Result: `returned, available`.

    Units go back to their own lots; those of lots that live less than 30 days more come as lots of
    their own, valid through the thirtieth day. Debt is repaid first. A reward that was paid so is
    cancelled, and goes back into stock. Audited. Raises `LoyaltyRefused` (`already_reversed`,
    `claim_ended` for a reward that was handed over).
    """
    if operation.kind not in SPENDING:
        raise Refused("only what was spent can be given back")
    return _reverse(actor, operation, now, reason)


@transaction.atomic
def _reverse(actor: audit.Actor, operation: Operation, now: datetime, reason: str) -> Done:
    account = standing_account(operation.account_id)
    if Operation.objects.filter(reverses=operation).exists():
        raise already_reversed()
    act = Order(
        kind="reverse",
        key=f"reverse:{operation.pk}",
        content={"operation": operation.pk},
        actor=actor,
        now=now,
        reason=reason,
        number=operation.order,
        reverses=operation,
    )
    spent = Transfer.objects.filter(operation=operation, target=Bucket.REDEEMED).order_by("seq")
    parts = [(transfer.lot, transfer.amount) for transfer in spent.select_related("lot")]
    done = perform(account, act, Work(lambda book: _return(book, parts, account)))
    end_claim_of(operation, now=now)
    audit.record(actor=actor, action="loyalty.reversed", target=account, details=done.result)
    return done


def _return(book: Book, parts: Iterable[tuple[StoredLot | None, int]], account: Account) -> Result:
    returned = give_back(book, parts, account.pk)
    return {"returned": returned, "available": book[Bucket.AVAILABLE]}

"""Refunds of orders: what was granted for the money that goes back is taken back."""

from datetime import datetime
from fractions import Fraction
from uuid import uuid4

from django.db import transaction

from core.errors import Refused
from core.services.audit import Actor
from loyalty.books import to_lot
from loyalty.errors import refund_exceeds_order, unknown_order
from loyalty.joined import lots_of_line, standing_account
from loyalty.locks import lock_account
from loyalty.models import Account, AccountJoin, Award, Operation, Programme
from loyalty.rules.award import earned
from loyalty.rules.book import Book
from loyalty.rules.clawback import Claw, claw_back
from loyalty.rules.lots import Lot
from loyalty.services.acts import Done, Order, Result, Work, again_if_outrun, perform
from loyalty.terms import from_json


@again_if_outrun
@transaction.atomic
def refund_order(
    *,
    actor: Actor | None,
    programme: Programme,
    order: str,
    amount_minor: int,
    now: datetime,
    key: str = "",
) -> Done:
    """Take back what the order earned for this part of its sum. Result: `clawed, debt_added`.

    All refunds of an order together take what one of their sum would, by the terms frozen with
    the award. Without a key each call is a refund of its own. Raises `LoyaltyRefused` for an
    order that earned nothing ever, or more money than was paid.
    """
    if amount_minor < 0:
        raise Refused("a refund is not below zero")
    awards = Award.objects.filter(programme=programme, order=order)
    found = awards.values_list("pk", "account_id").first()
    if found is None:
        raise unknown_order()
    account = _account(found[1], programme, key)
    award = Award.objects.select_related("lot").get(pk=found[0])
    refund = _Refund(award, amount_minor, programme.most_debt)
    act = Order(
        kind="refund",
        key=key or f"refund:{uuid4()}",
        content={"order": order, "amount_minor": amount_minor},
        actor=actor,
        now=now,
        number=order,
        terms=refund.terms,
    )
    return perform(account, act, Work(refund.decide, refund.keep, begin=refund.begin))


def _account(earned_on: int, programme: Programme, key: str) -> Account:
    """Where the order's units are now, locked; for a refund that was told before, where it was."""
    if key and AccountJoin.objects.filter(source=earned_on).exists():
        before = Operation.objects.filter(programme=programme, key=key).first()
        if before is not None:
            return lock_account(before.account_id)
    return standing_account(earned_on)


class _Refund:
    """One refund, from the book to its award."""

    def __init__(self, award: Award, amount_minor: int, most_debt: int | None) -> None:
        self._award, self._most_debt = award, most_debt
        self._refunded = award.refunded_minor + amount_minor
        # What the award's sums are proved by (`loyalty.reconciling`).
        self.terms = {"amount_minor": amount_minor, "lapsed": 0}
        self._claw = Claw(0, 0, 0, 0)

    def begin(self, account: Account) -> None:
        """The locked account, on which the order's units are."""
        self._account = account

    def decide(self, book: Book) -> Result:
        """Claw back what is due now; refuse more money than was paid."""
        award = self._award
        if self._refunded > award.amount_minor:
            raise refund_exceeds_order()
        due = award.granted - earned(from_json(award.terms), self._kept())
        lot, elsewhere = self._own_lot(book)
        self._claw = claw_back(
            book,
            lot=lot,
            lapsed_elsewhere=elsewhere,
            due=due - award.clawed - award.lapsed,
            lapsed_before=award.lapsed,
            most_debt=self._most_debt,
        )
        self.terms["lapsed"] = self._claw.lapsed
        return {"clawed": self._claw.clawed, "debt_added": self._claw.debt_added}

    def _kept(self) -> Fraction:
        """The share of the order's money that the shop keeps. Terms may count a part of the money
        only; of that part the same share is kept."""
        paid = self._award.amount_minor
        return Fraction(paid - self._refunded, paid) if paid else Fraction(1)

    def _own_lot(self, book: Book) -> tuple[Lot | None, int]:
        """The order's lot on this account, and how many of its units lapsed on another."""
        if self._award.lot is None:
            return None, 0
        row, elsewhere = lots_of_line(self._award.lot, self._account)
        alive = (lot for lot in book.lots if lot.pk == row.pk)
        return next(alive, None) or to_lot(row), elsewhere

    def keep(self, operation: Operation, book: Book) -> None:
        """Carry the award's sums."""
        award = self._award
        Award.objects.filter(pk=award.pk).update(
            refunded_minor=self._refunded,
            clawed=award.clawed + self._claw.clawed,
            lapsed=award.lapsed + self._claw.lapsed,
        )

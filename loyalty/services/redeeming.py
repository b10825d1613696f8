"""Spending: at once, or reserved for an order first and then spent or set free."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction

from core.errors import Refused
from core.services.audit import Actor
from customers.models import Customer
from loyalty.errors import (
    hold_ended,
    hold_expired,
    in_debt,
    insufficient,
    order_on_hold,
)
from loyalty.locks import lock_account, lock_account_of
from loyalty.models import Hold, HoldPart, HoldState, Operation, Programme
from loyalty.rules.book import Book
from loyalty.rules.lots import Bucket, Lot
from loyalty.rules.lots import Hold as OpenHold
from loyalty.services.acts import Done, Order, Result, Whose, Work, again_if_outrun, perform

HOLD_TIME = timedelta(minutes=30)
LONGEST_HOLD = timedelta(days=7)


@again_if_outrun
@transaction.atomic
def redeem(
    *,
    actor: Actor | None,
    customer: Customer,
    programme: Programme,
    units: int,
    now: datetime,
    key: str = "",
    reason: str = "",
    order: str = "",
) -> Done:
    """Spend units, of the lots that lapse soonest. Result: `redeemed, available`.

    Without a key each call spends anew. Raises `LoyaltyRefused`: `insufficient`, `in_debt`.
    """
    act = Order(
        kind="redeem",
        key=key or f"redeem:{uuid4()}",
        content={"units": units, "order": order},
        actor=actor,
        now=now,
        reason=reason,
        number=order,
    )

    def decide(book: Book) -> Result:
        spend(book, units, Bucket.REDEEMED)
        return {"redeemed": units, "available": book[Bucket.AVAILABLE]}

    return perform(Whose(customer, programme), act, Work(decide))


def spend(book: Book, units: int, target: Bucket) -> list[tuple[Lot, int]]:
    """Take units out of a settled book, or refuse."""
    if units < 1:
        raise Refused("units are whole and above zero")
    if book[Bucket.DEBT]:
        raise in_debt()
    if book[Bucket.AVAILABLE] < units:
        raise insufficient()
    return book.take(units, target)


@again_if_outrun
@transaction.atomic
def reserve(
    *,
    actor: Actor | None,
    customer: Customer,
    programme: Programme,
    units: int,
    order: str,
    now: datetime,
    time: timedelta = HOLD_TIME,
    key: str = "",
) -> Done:
    """Set units aside for an order until the time is over (seven days at most). Result: `reserved,
    available, expires_at`; the hold itself is the operation's.

    The same order with the same number answers its open hold; another number is refused, and so
    is another key. Raises `LoyaltyRefused`: `insufficient`, `in_debt`, `order_on_hold`.
    """
    if time <= timedelta(0):
        raise Refused("a hold lasts longer than no time")
    account = lock_account_of(customer=customer, programme=programme, now=now)
    opened = Hold.objects.filter(account=account, order=order, state=HoldState.OPEN)
    at = max(now, account.settled_at)
    before = opened.filter(expires_at__gt=at).select_related("operation").first()
    if before is not None and not key:
        if before.amount != units:
            raise order_on_hold()
        return Done(before.operation.result, before.operation, replayed=True)
    reservation = _Reservation(units, order, at + min(time, LONGEST_HOLD))
    act = Order(
        kind="reserve",
        key=key or f"reserve:{uuid4()}",
        content={"units": units, "order": order},
        actor=actor,
        now=now,
        number=order,
    )
    return perform(account, act, Work(reservation.decide, reservation.keep))


class _Reservation:
    """One hold, from the book to its rows."""

    def __init__(self, units: int, order: str, expires_at: datetime) -> None:
        self._units, self._order, self._expires_at = units, order, expires_at
        self._parts: list[tuple[Lot, int]] = []

    def decide(self, book: Book) -> Result:
        """Set the units aside."""
        if any(hold.order == self._order for hold in book.holds):
            raise order_on_hold()
        self._parts = spend(book, self._units, Bucket.RESERVED)
        return {
            "reserved": self._units,
            "available": book[Bucket.AVAILABLE],
            "expires_at": self._expires_at.isoformat(),
        }

    def keep(self, operation: Operation, book: Book) -> None:
        """Write the hold and the lots that its units are of."""
        hold = Hold.objects.create(
            account_id=operation.account_id,
            operation=operation,
            order=self._order,
            amount=self._units,
            expires_at=self._expires_at,
        )
        HoldPart.objects.bulk_create(
            HoldPart(hold=hold, lot_id=lot.pk or 0, amount=part) for lot, part in self._parts
        )


def capture(
    *, actor: Actor | None, hold: Hold, now: datetime, units: int | None = None, key: str = ""
) -> Done:
    """Spend what is reserved, or so many of it; the others come free. Result: `redeemed,
    available`. Raises `LoyaltyRefused`: `hold_ended`, `hold_expired`, `insufficient`."""
    amount = hold.amount if units is None else units
    if amount < 1:
        raise Refused("units are whole and above zero")
    return _end(
        actor=actor,
        hold=hold,
        now=now,
        key=key,
        kind="capture",
        units=amount,
        to=HoldState.CAPTURED,
    )


def cancel(*, actor: Actor | None, hold: Hold, now: datetime, key: str = "") -> Done:
    """Set what is reserved free, into the lots it was of, with their own ends. Result: `released,
    available`. Raises `LoyaltyRefused`: `hold_ended`, `hold_expired`."""
    to = HoldState.CANCELLED
    return _end(actor=actor, hold=hold, now=now, key=key, kind="cancel", units=0, to=to)


@again_if_outrun
@transaction.atomic
def _end(
    *,
    actor: Actor | None,
    hold: Hold,
    now: datetime,
    key: str,
    kind: str,
    units: int,
    to: HoldState,
) -> Done:
    account = lock_account(hold.account_id)
    ending = _Ending(hold.pk, units, to)
    act = Order(
        kind=kind,
        key=key or f"{kind}:{hold.pk}",
        content={"hold": hold.pk, "units": units},
        actor=actor,
        now=now,
        number=hold.order,
        terms={"hold": hold.pk},
    )
    return perform(account, act, Work(ending.decide, ending.keep))


class _Ending:
    """The end of one hold: exactly one of captured, cancelled, expired."""

    def __init__(self, hold_id: int, units: int, to: HoldState) -> None:
        self._hold_id, self._units, self._to = hold_id, units, to

    def decide(self, book: Book) -> Result:
        """Spend or free, if the hold is still open."""
        hold = self._open_hold(book)
        if self._units > hold.amount:
            raise insufficient()
        if self._to is HoldState.CAPTURED:
            book.capture(hold, self._units)
            return {"redeemed": self._units, "available": book[Bucket.AVAILABLE]}
        book.release(hold)
        book.settle(book.at)
        return {"released": hold.amount, "available": book[Bucket.AVAILABLE]}

    def _open_hold(self, book: Book) -> OpenHold:
        for hold in book.holds:
            if hold.pk == self._hold_id:
                return hold
        ended_now = any(hold.pk == self._hold_id for hold in book.ended)
        if ended_now or self._state() == HoldState.EXPIRED:
            raise hold_expired()
        raise hold_ended()

    def _state(self) -> str:
        return Hold.objects.values_list("state", flat=True).get(pk=self._hold_id)

    def keep(self, operation: Operation, book: Book) -> None:
        """Say how it ended."""
        Hold.objects.filter(pk=self._hold_id).update(state=self._to, captured=self._units)

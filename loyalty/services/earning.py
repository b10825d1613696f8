"""Earning by orders: once for each order number, from terms frozen with the award."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from core.errors import Refused
from core.services.audit import Actor
from core.services.shop import get_shop
from customers.models import Customer
from loyalty.errors import currency_mismatch
from loyalty.locks import lock_account_of
from loyalty.models import Award, Operation, Programme
from loyalty.rules.award import Terms, earned
from loyalty.rules.book import Book
from loyalty.rules.calendar import expires_at, matures_at
from loyalty.rules.lots import Bucket, Lot, LotState
from loyalty.services.acts import Done, Order, Result, Work, again_if_outrun, perform, replay
from loyalty.terms import as_json, plain_terms


def earn_for_order(
    *,
    actor: Actor | None,
    customer: Customer,
    programme: Programme,
    order: str,
    amount_minor: int,
    currency: str,
    now: datetime,
    ordered_at: datetime | None = None,
    terms: Terms | None = None,
    key: str = "",
) -> Done:
    """Give the customer what the order earns. Result: `points, matures_at, expires_at`.

    An order earns once: its repetition, under any key, answers what was answered; with another
    customer, amount or currency it is refused. `terms` None: the programme's own. The life of the
    units is counted from `ordered_at` (None: now). Raises `LoyaltyRefused`.
    """
    if currency != programme.currency:
        raise currency_mismatch(programme.currency)
    if amount_minor < 0:
        raise Refused("an order's sum is not below zero")
    act = Order(
        kind="earn",
        key=key or f"earn:{order}",
        content={"order": order, "amount_minor": amount_minor, "currency": currency},
        actor=actor,
        now=now,
        number=order,
    )
    grant = _Grant(
        programme=programme,
        amount_minor=amount_minor,
        terms=terms or plain_terms(programme, amount_minor),
        ordered_at=ordered_at or now,
        zone=get_shop().zone,
        order=order,
    )
    return _earn(customer, act, grant, now)


@again_if_outrun
@transaction.atomic
def _earn(customer: Customer, act: Order, grant: "_Grant", now: datetime) -> Done:
    account = lock_account_of(customer=customer, programme=grant.programme, now=now)
    before = Award.objects.filter(programme=grant.programme, order=act.number)
    award = before.select_related("operation").first()
    if award is not None:
        return replay(award.operation, act.fingerprint(account))
    return perform(account, act, Work(grant.decide, grant.keep))


class _Grant:
    """One order's units, from the book to its award."""

    def __init__(
        self,
        *,
        programme: Programme,
        amount_minor: int,
        terms: Terms,
        ordered_at: datetime,
        zone: ZoneInfo,
        order: str,
    ) -> None:
        self.programme, self._order, self._terms = programme, order, terms
        self._amount_minor, self._units = amount_minor, earned(terms)
        self._matures_at = matures_at(ordered_at, programme.lifetime, zone)
        self._expires_at = expires_at(ordered_at, programme.lifetime, zone)
        self._lot: Lot | None = None

    def decide(self, book: Book) -> Result:
        """Add the lot, if there is anything to add."""
        if self._units:
            self._lot = Lot(
                pk=None,
                order=self._order,
                earned=self._units,
                remaining=self._units,
                reserved=0,
                expired=0,
                state=LotState.PENDING,
                matures_at=self._matures_at,
                expires_at=self._expires_at,
            )
            book.add(self._lot, Bucket.ISSUED)
        return {
            "points": self._units,
            "matures_at": self._matures_at.isoformat(),
            "expires_at": self._expires_at.isoformat() if self._expires_at else None,
        }

    def keep(self, operation: Operation, book: Book) -> None:
        """Freeze the award."""
        Award.objects.create(
            programme=self.programme,
            account_id=operation.account_id,
            operation=operation,
            order=self._order,
            lot_id=self._lot.pk if self._lot else None,
            amount_minor=self._amount_minor,
            currency=self.programme.currency,
            terms=as_json(self._terms),
            granted=self._units,
        )

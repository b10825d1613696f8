"""Earning by orders: once for each order number, from terms frozen with the award."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from core.clock import local_date
from core.errors import Refused
from core.services.audit import Actor
from customers.models import Customer
from loyalty.errors import currency_mismatch
from loyalty.models import Account, Operation, Programme, RuleUse
from loyalty.rule_rows import Standing, standing
from loyalty.rulebook import Bought, Reckoned, reckon
from loyalty.rules.award import Terms, earned
from loyalty.rules.book import Book
from loyalty.rules.calendar import expires_at, matures_at
from loyalty.rules.earning import BasketLine
from loyalty.rules.lots import Bucket, Lot, LotState
from loyalty.services.acts import Done, Order, Result, Whose, Work, again_if_outrun, perform
from loyalty.services.caps import capped, count
from loyalty.services.storing import AWARDS, Row, Table
from loyalty.terms import as_json


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
    lines: Sequence[BasketLine] | None = None,
    own_minor: int = 0,
    terms: Terms | None = None,
    key: str = "",
) -> Done:
    """Give the customer what the order earns. Result: `points, matures_at, expires_at`.

    An order earns once: its repetition, under any key, answers what was answered; with another
    customer, amount or currency it is refused. `terms` None: by the rules as they stand now, of
    these lines (None: of the whole), less `own_minor`, which was paid with units. The life of the
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
        # What the award's sum is proved by (`loyalty.row_proofs`).
        terms={"amount_minor": amount_minor},
        earned=order,
    )
    bought = Bought(
        amount_minor=amount_minor,
        ordered_at=ordered_at or now,
        lines=lines,
        own_minor=own_minor,
    )
    return _earn(customer, programme, act, bought, terms)


@again_if_outrun
@transaction.atomic
def _earn(
    customer: Customer, programme: Programme, act: Order, bought: Bought, terms: Terms | None
) -> Done:
    grant = _Grant(customer, programme, act, bought, terms)
    work = Work(grant.decide, grant.keep, more=grant.award, begin=grant.begin)
    return perform(Whose(customer, programme), act, work)


class _Grant:
    """One order's units, from the book to its award."""

    def __init__(
        self,
        customer: Customer,
        programme: Programme,
        act: Order,
        bought: Bought,
        terms: Terms | None,
    ) -> None:
        self._customer, self._programme = customer, programme
        self._act, self._bought, self._given = act, bought, terms
        self._lot: Lot | None = None

    def begin(self, account: Account) -> None:
        """The locked account, whose caps are counted."""
        self._account = account

    def decide(self, book: Book) -> Result:
        """Add the lot, if there is anything to add."""
        stands, life = standing(self._programme), self._programme.lifetime
        self._reckon(stands)
        zone = stands.zone
        matures = matures_at(self._bought.ordered_at, life, zone)
        expires = expires_at(self._bought.ordered_at, life, zone)
        if self._units:
            self._lot = new_lot(self._act.number, self._units, matures, expires)
            book.add(self._lot, Bucket.ISSUED)
        return {
            "points": self._units,
            "matures_at": matures.isoformat(),
            "expires_at": expires.isoformat() if expires else None,
        }

    def _reckon(self, stands: Standing) -> None:
        if self._given is not None:
            day = local_date(self._bought.ordered_at, stands.zone)
            found = Reckoned(self._given, [], day)
        else:
            found = reckon(self._programme, self._customer, self._bought, self._act.now, stands)
        self._found = found
        self._terms = capped(self._account, found.terms, found.caps, found.day)
        self._units = earned(self._terms)

    def award(self, operation: Operation) -> Iterable[tuple[Table, Row]]:
        """The award, with its terms frozen."""
        row = (
            *(operation.programme_id, operation.account_id, operation.pk, operation.order),
            *(self._lot.pk if self._lot else None, self._bought.amount_minor),
            *(self._programme.currency, json.dumps(as_json(self._terms)), self._units, 0, 0, 0),
        )
        return [(AWARDS, row)]

    def keep(self, operation: Operation, book: Book) -> None:
        """Write down what each rule added, and count it in its caps."""
        gains = {rule.id: units for rule, units in self._found.gains.items() if rule.id}
        if gains:
            RuleUse.objects.bulk_create(
                RuleUse(operation=operation, rule_id=rule, units=units)
                for rule, units in gains.items()
            )
        count(self._account, self._found.caps, self._found.day, self._units)


def new_lot(order: str, units: int, matures: datetime, expires: datetime | None) -> Lot:
    """A lot that is not stored yet, with all its units."""
    return Lot(
        pk=None,
        order=order,
        earned=units,
        remaining=units,
        reserved=0,
        expired=0,
        state=LotState.PENDING,
        matures_at=matures,
        expires_at=expires,
    )

"""What apps above let a customer pay a part of a purchase with, besides money: entered with the
purchase, in its transaction; brought into line when its money goes back, or it is taken back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from core.registry import Registry
from customers.models import Customer, Purchase


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOffer:
    """Something that the customer can pay a part with now: `key` names it in forms, `label` and
    `note` are for people; it is worth `most_minor` of the currency in all."""

    key: str
    label: str
    note: str
    currency: str
    most_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidPart:
    """A part of a purchase that was paid so: `minor` of its money, of which `back_minor` went back
    in the same coin with what was refunded; `label` is what it was paid with."""

    label: str
    minor: int
    back_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPayment:
    """A kind of such payments.

    `offers` what a customer has now. `find` the purchase that was paid in part under this key, so
    that a form that is sent twice enters one purchase. `pay` these sums (by offer key) of a
    purchase that is being entered, or refuse. `settle` what was paid so with what the shop keeps of
    the purchase's money; `is_gone`: nothing, it is being taken back. `parts` what was paid so.
    All within the caller's transaction.
    """

    offers: Callable[[Customer, datetime], Sequence[PartOffer]]
    find: Callable[[str], Purchase | None]
    pay: Callable[[User | None, Purchase, Mapping[str, int], str, datetime], None]
    settle: Callable[[User | None, Purchase, bool, datetime], None]
    parts: Callable[[Purchase], Sequence[PaidPart]]


part_payments: Registry[PartPayment] = Registry("part payments")


def offers_for(customer: Customer, now: datetime) -> list[PartOffer]:
    """All that the customer can pay a part with."""
    return [offer for kind in part_payments for offer in kind.offers(customer, now)]


def purchase_paid_under(key: str) -> Purchase | None:
    """The purchase that was paid in part under the key; None for none, or for no key."""
    found = (kind.find(key) for kind in part_payments) if key else ()
    return next((purchase for purchase in found if purchase is not None), None)


def pay_parts(
    actor: User | None, purchase: Purchase, parts: Mapping[str, int], key: str, now: datetime
) -> None:
    """Pay parts of a purchase that is being entered."""
    for kind in part_payments:
        kind.pay(actor, purchase, parts, key, now)


def settle_parts(
    actor: User | None, purchase: Purchase, now: datetime, *, is_gone: bool = False
) -> None:
    """Give back, or take again, what the purchase's money asks for."""
    for kind in part_payments:
        kind.settle(actor, purchase, is_gone, now)


def paid_parts(purchase: Purchase) -> list[PaidPart]:
    """What of the purchase was paid otherwise than with money."""
    return [part for kind in part_payments for part in kind.parts(purchase)]

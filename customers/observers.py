"""The purchase observers: told, inside the transaction, which purchases changed.

Apps above register here, so that what they derive from purchases is marked stale in the same
transaction, although customers know nothing of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from core.registry import Registry
from customers.models import Customer


@dataclass(frozen=True, slots=True)
class PurchasesChanged:
    """Whose purchases or refunds were added, changed, moved or cancelled.

    `customer_days` are (customer id, local day) pairs of changed purchases and refunds, as they
    were before and as they are now: they make refreshing cheap. A customer who stands in
    `customer_ids` but in no pair is derived as a whole. `guest_days` are the local days
    (ordinals) of changed purchases and refunds without a customer, before and now alike.
    `everything` True: derive all again (the shop's zone changed, a rebuild by hand).
    """

    customer_ids: frozenset[int] = frozenset()
    customer_days: frozenset[tuple[int, int]] = frozenset()
    guest_days: frozenset[int] = frozenset()
    everything: bool = False


purchase_observers: Registry[Callable[[PurchasesChanged], None]] = Registry("purchase observers")


def announce(change: PurchasesChanged) -> None:
    """Tell all observers, inside the caller's transaction."""
    for observe in purchase_observers:
        observe(change)


# Told of each customer who is entered or signs up, inside the transaction, with the instant. Those
# whom imports bring are not told of.
customer_observers: Registry[Callable[[Customer, datetime], None]] = Registry("customer observers")


def announce_customer(customer: Customer, now: datetime) -> None:
    """Tell all observers, inside the caller's transaction."""
    for observe in customer_observers:
        observe(customer, now)

"""Which refunds belong to which purchases, and what then still counts.

A purchase whose linked refunds in order reach its gross (in its own currency) is fully
cancelled: neither it nor they count. Refunds of a purchase that does not count do not count.
All of it is worked out by the database, for many purchases at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Case, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from core.bulk import rows_by_keys
from customers.models import Purchase, Refund
from customers.observers import PurchasesChanged, announce
from customers.rules.statuses import NOT_SOLD

IN_ORDER = ~Q(status__in=NOT_SOLD)


@dataclass(slots=True)
class Touched:
    """Whose days changed, to be announced: (customer, day) pairs, and days of guests."""

    days: set[tuple[int, int]] = field(default_factory=set)
    guest_days: set[int] = field(default_factory=set)

    def add(self, customer_id: int | None, day: int) -> None:
        """A purchase or refund of this customer (None: a guest) on this day changed."""
        if customer_id is None:
            self.guest_days.add(day)
        else:
            self.days.add((customer_id, day))

    def add_all_of(self, purchase_ids: Sequence[int]) -> None:
        """These purchases and their refunds changed, as they stand now."""
        ids = list(purchase_ids)
        rows = [*Purchase.objects.filter(pk__any_of=ids).values_list("customer_id", "local_day")]
        refunds = Refund.objects.filter(purchase__any_of=ids)
        rows += refunds.values_list("customer_id", "local_day")
        for customer_id, day in rows:
            self.add(customer_id, day)

    def announce(self) -> None:
        """Tell the purchase observers, inside the caller's transaction."""
        if self.days or self.guest_days:
            announce(
                PurchasesChanged(
                    customer_ids=frozenset(customer for customer, _day in self.days),
                    customer_days=frozenset(self.days),
                    guest_days=frozenset(self.guest_days),
                )
            )


def settle_purchases(purchase_ids: Iterable[int]) -> None:
    """Bring `refunded_minor` and `counts` of the purchases and their refunds in order.

    Inside the caller's transaction, which has locked the writing of purchases.
    """
    ids = list(set(purchase_ids))
    if not ids:
        return
    purchases = Purchase.objects.filter(pk__any_of=ids)
    given_back = Refund.objects.filter(
        IN_ORDER, purchase=OuterRef("pk"), currency=OuterRef("currency")
    )
    total = given_back.values("purchase").annotate(total=Sum("amount_minor")).values("total")
    purchases.update(refunded_minor=Coalesce(Subquery(total), Value(0)))
    sold = IN_ORDER & Q(gross_minor__gt=0) & Q(gross_minor__gt=F("refunded_minor"))
    purchases.update(counts=Case(When(sold, then=Value(True)), default=Value(False)))
    valid = Purchase.objects.filter(pk__any_of=ids, counts=True)
    refunds = Refund.objects.filter(purchase__any_of=ids)
    refunds.update(
        counts=Case(
            When(IN_ORDER & Q(purchase__in=valid.values("pk")), then=Value(True)),
            default=Value(False),
        )
    )


def link_waiting_refunds(keys: Iterable[tuple[str, str]], touched: Touched) -> set[int]:
    """Link refunds that came before their purchase, given the new purchases' (source, number).
    Returns the purchases that got a refund."""
    numbers: dict[str, set[str]] = defaultdict(set)
    for source, number in keys:
        numbers[source].add(number)
    linked: set[int] = set()
    for source, new in numbers.items():
        linked |= _link_waiting(source, new)
    inherit_customers(linked, touched)
    return linked


def _link_waiting(source: str, new: set[str]) -> set[int]:
    columns = ("id", "refund_of", "purchase_id")
    found = rows_by_keys(Refund, columns, key="refund_of", keys=new, source=source)
    waiting = {pk: number for pk, number, purchase in found if purchase is None}
    if not waiting:
        return set()
    named = waiting.values()
    rows = rows_by_keys(Purchase, ("number", "id"), key="number", keys=named, source=source)
    purchases: dict[str, int] = dict(rows)
    refunds = [Refund(pk=pk, purchase_id=purchases[number]) for pk, number in waiting.items()]
    Refund.objects.bulk_update(refunds, ["purchase"], batch_size=500)
    return set(purchases.values())


def inherit_customers(purchase_ids: Iterable[int], touched: Touched) -> None:
    """A refund that names nobody belongs to its purchase's customer, also when that becomes
    another one; whose it was until then (nobody's: the guests') is touched on its day. The
    caller settles the purchases, and so touches whose it is now."""
    names_nobody = Refund.objects.filter(purchase__any_of=list(purchase_ids), customer_named=False)
    known = names_nobody.filter(purchase__customer__isnull=False)
    moving = known.exclude(customer=F("purchase__customer"))
    before = list(moving.values_list("pk", "customer_id", "local_day"))
    for _pk, customer_id, day in before:
        touched.add(customer_id, day)
    if before:
        owner = Purchase.objects.filter(pk=OuterRef("purchase")).values("customer")
        moved = Refund.objects.filter(pk__any_of=[pk for pk, _customer, _day in before])
        moved.update(customer=Subquery(owner))

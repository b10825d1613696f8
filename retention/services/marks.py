"""What a changed purchase makes stale, written in the purchase's own transaction."""

from collections.abc import Iterator

from core.bulk import insert_rows
from customers.observers import PurchasesChanged
from retention.models import RollupState, StaleMark


def mark_stale(change: PurchasesChanged) -> None:
    """Note whose figures have to be derived again; the purchase observer. Inside the caller's
    transaction, so that a figure can never miss a purchase that committed."""
    insert_rows(StaleMark, ("customer_id", "day"), _marks(change))
    if change.everything:
        RollupState.objects.bulk_create([RollupState(pk=1)], ignore_conflicts=True)
        RollupState.objects.filter(pk=1).update(all_stale=True)


def _marks(change: PurchasesChanged) -> Iterator[tuple[int | None, int | None]]:
    """Pairs of customer and day."""
    yield from change.customer_days
    known = {customer_id for customer_id, _day in change.customer_days}
    for customer_id in change.customer_ids - known:
        yield customer_id, None
    for day in change.guest_days:
        yield None, day

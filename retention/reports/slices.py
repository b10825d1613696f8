"""Which rows of money pass a filter.

These rows say of which branch and source they are by one number; the numbers that pass are
looked up first, so that millions of rows are compared with them alone.
"""

from retention.models import Slice
from retention.reports.query import Filters


def passing(filters: Filters) -> tuple[str, list[object]]:
    """The condition on `CustomerMoney` AS m, to be appended after a WHERE, with its values."""
    condition = passing_slices(filters, "m")
    if filters.tag_id is None:
        return condition, []
    tagged = "(SELECT customer_id FROM customers_customertag WHERE tag_id = %s)"
    return f"{condition} AND m.customer_id IN {tagged}", [filters.tag_id]


def passing_slices(filters: Filters, alias: str) -> str:
    """The part of the condition that is about rows, for other rows of the same customers."""
    if filters.branch_id is None and not filters.source:
        return ""
    numbers = ", ".join(str(number) for number in _numbers(filters)) or "0"
    return f"AND {alias}.slice_id IN ({numbers})"


def _numbers(filters: Filters) -> list[int]:
    chosen = Slice.objects.order_by("pk")
    if filters.branch_id is not None:
        chosen = chosen.filter(branch_id=filters.branch_id)
    if filters.source:
        chosen = chosen.filter(source=filters.source)
    return list(chosen.values_list("pk", flat=True))

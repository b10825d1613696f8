"""What moved between buckets, added up by month."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncMonth

from core.clock import month_number
from loyalty.models import Transfer


@dataclass(frozen=True, slots=True)
class Moved:
    """Units that went from one bucket to another in a month."""

    programme_id: int
    month: int
    source: str
    target: str
    units: int


def by_month(rows: QuerySet[Transfer], zone: ZoneInfo) -> list[Moved]:
    """The transfers summed by programme, month of their instants in the zone, and pair of buckets:
    one query."""
    months = rows.annotate(month=TruncMonth("at", tzinfo=zone)).order_by()
    groups = months.values_list("account__programme", "month", "source", "target")
    return [
        Moved(programme, month_number(month.date()), source, target, units)
        for programme, month, source, target, units in groups.annotate(units=Sum("amount"))
    ]

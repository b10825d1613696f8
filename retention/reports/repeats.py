"""The repeat-purchase rate: who came back within N days of the first purchase, and ever."""

from django.db.models import Q, Sum

from retention import sql
from retention.models import FirstCount
from retention.reports.query import Filters
from retention.reports.slices import passing
from retention.rules.repeats import HORIZONS, RepeatRate, latest_first_day
from retention.services.months import data_span

# Filtered: people with any purchase that passes; the later purchase has to pass as well.
PEOPLE = """
    SELECT m.customer_id, min(m.first_day) AS first_day,
        min(CASE WHEN m.repeats > 0 THEN m.day END) - min(m.first_day) AS days_to_second
    FROM retention_customermoney AS m
    WHERE m.purchases > 0 $filters GROUP BY m.customer_id
"""


def repeat_rates(filters: Filters | None = None) -> list[RepeatRate]:
    """The rates for 30, 60, 90 and 365 days, then ever, by the data's end."""
    span = data_span()
    if span is None:
        return [RepeatRate(horizon, 0, 0) for horizon in (*HORIZONS, None)]
    return _filtered(filters, span[1]) if filters else _kept_ready(span[1])


def _kept_ready(last_day: int) -> list[RepeatRate]:
    sums = {}
    for horizon in HORIZONS:
        passed = Q(day__lte=latest_first_day(horizon=horizon, last_day=last_day))
        sums[f"customers_{horizon}"] = Sum("customers", filter=passed, default=0)
        sums[f"returned_{horizon}"] = Sum(f"within_{horizon}", filter=passed, default=0)
    found = FirstCount.objects.aggregate(
        **sums, all=Sum("customers", default=0), again=Sum("ever", default=0)
    )
    rates = [RepeatRate(h, found[f"customers_{h}"], found[f"returned_{h}"]) for h in HORIZONS]
    return [*rates, RepeatRate(None, found["all"], found["again"])]


def _filtered(filters: Filters, last_day: int) -> list[RepeatRate]:
    statement, values = people(filters)
    counted = []
    for horizon in (*HORIZONS, None):
        counted.append(f"count(*) FILTER (WHERE {condition(horizon, last_day)})")
        counted.append(f"count(*) FILTER (WHERE {condition(horizon, last_day, returned=True)})")
    text = f"SELECT $sums FROM ({statement}) AS people"  # noqa: S608 (texts of this module)
    with sql.roomy():
        row = sql.fetch(text, values, sums=", ".join(counted))[0]
    pairs = zip(row[::2], row[1::2], strict=True)
    return [
        RepeatRate(horizon, int(customers), int(returned))
        for horizon, (customers, returned) in zip((*HORIZONS, None), pairs, strict=True)
    ]


def people(filters: Filters) -> tuple[str, list[object]]:
    """The SELECT of the people concerned (customer_id, first_day, days_to_second)."""
    passes, values = passing(filters)
    return PEOPLE.replace("$filters", passes), values


def condition(horizon: int | None, last_day: int, *, returned: bool | None = None) -> str:
    """Which of the people count: all whose horizon has passed, those who returned in it, or
    those who did not."""
    parts = ["1 = 1"]
    if horizon is not None:
        parts.append(f"first_day <= {latest_first_day(horizon=horizon, last_day=last_day)}")
    came = "days_to_second IS NOT NULL"
    if horizon is not None:
        came = f"coalesce(days_to_second, {horizon + 1}) <= {horizon}"
    if returned is not None:
        parts.append(came if returned else f"NOT ({came})")
    return " AND ".join(parts)

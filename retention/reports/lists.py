"""The list behind each number, from the predicate that counts it."""

from functools import reduce
from operator import or_

from django.db.models import F, Q

from customers.models import Purchase, Refund
from retention.models import CustomerDay, CustomerFirst
from retention.reports import filtered, repeats
from retention.reports.paging import CustomerListing, RecordListing, RowKeys, StatementKeys
from retention.reports.predicates import predicate
from retention.reports.query import CohortQuery, Filters, Query
from retention.rules.periods import first_day
from retention.rules.repeats import latest_first_day
from retention.services.months import data_span

SALES_LISTS = (
    "purchases",
    "guest_purchases",
    "identified_purchases",
    "repeat_purchases",
    "repeat_purchases_by_period",
    "currency_purchases",
)
COHORT = """
    SELECT p.customer_id, $day AS day FROM customers_purchase AS p
    JOIN retention_customerfirst AS f ON f.customer_id = p.customer_id
    WHERE p.counts AND f.cohort BETWEEN %s AND %s $month $filters GROUP BY p.customer_id
"""


def members(query: Query, name: str) -> CustomerListing:
    """The customers whom the named number of `MEMBER_LISTS` counts, by their last purchase
    that made them so; those won back by the purchase with which they returned."""
    if query.filters:
        statement, values = filtered.people(query)
        wanted = filtered.member_condition(query, name)
        chosen = f"SELECT customer_id FROM ({statement}) AS people WHERE {wanted}"  # noqa: S608
        shown = filtered.last_purchases(query, name)
        return CustomerListing(StatementKeys(*shown, counting=(chosen, values)))
    return CustomerListing(RowKeys(CustomerDay.objects.filter(predicate(query, name))))


def sales(query: Query, name: str) -> RecordListing[Purchase]:
    """The purchases that the named number of `SALES_LISTS` counts."""
    first = "customer__first_purchase"
    wanted = {
        "purchases": Q(),
        "guest_purchases": Q(customer=None),
        "identified_purchases": Q(customer__isnull=False),
        "repeat_purchases": Q(occurred_at__gt=F(f"{first}__first_at")),
        "repeat_purchases_by_period": Q(**{f"{first}__first_day__lt": query.period.first}),
        "currency_purchases": Q(currency=query.currency),
    }[name]
    rows = Purchase.objects.filter(_in_period(query), wanted)
    return RecordListing(rows, "purchases")


def refunds(query: Query) -> RecordListing[Refund]:
    """The refunds of the period in the query's currency, guests' too."""
    rows = Refund.objects.filter(_in_period(query), currency=query.currency)
    return RecordListing(rows, "refunds")


def _in_period(query: Query) -> Q:
    days = Q(local_day__gte=query.period.first, local_day__lt=query.period.after)
    return Q(counts=True) & days & query.filters.on_rows()


def cohort_members(query: CohortQuery, cohorts: range, k: int | None = None) -> CustomerListing:
    """The members of cohorts who bought in their own month `k`; None: all members."""
    if query.filters:
        passes, values = query.filters.in_sql("p")
        month = "" if k is None else f"AND p.local_month = f.cohort + {k}"
        day = "min(f.first_day)" if k is None else "max(p.local_day)"
        statement = COHORT.replace("$filters", passes).replace("$month", month)
        bounds = [cohorts[0], cohorts[-1], *values]
        return CustomerListing(StatementKeys(statement.replace("$day", day), bounds))
    if k is None:
        born = Q(first_day__gte=first_day(cohorts[0]), first_day__lt=first_day(cohorts.stop))
        return CustomerListing(RowKeys(CustomerFirst.objects.filter(born), "first_day"))
    returned = reduce(or_, (_came_back(cohort, k) for cohort in cohorts))
    return CustomerListing(RowKeys(CustomerDay.objects.filter(returned)))


def _came_back(cohort: int, k: int) -> Q:
    """The last purchase day of the month is the one whose next day lies beyond it."""
    born = Q(first_day__gte=first_day(cohort), first_day__lt=first_day(cohort + 1))
    low, high = first_day(cohort + k), first_day(cohort + k + 1)
    return born & Q(day__gte=low, day__lt=high, next_day__gte=high)


def repeat_members(
    horizon: int | None, returned: bool | None = None, filters: Filters | None = None
) -> CustomerListing:
    """The customers behind a repeat-purchase rate, by their first purchase: all whose horizon
    has passed, those who bought again in it (`returned` True), or those who did not."""
    span = data_span()
    last_day = span[1] if span else 0
    if filters:
        statement, values = repeats.people(filters)
        wanted = repeats.condition(horizon, last_day, returned=returned)
        chosen = f"SELECT customer_id, first_day AS day FROM ({statement}) AS people WHERE {wanted}"  # noqa: S608
        return CustomerListing(StatementKeys(chosen, values))
    rows = CustomerFirst.objects.all()
    if horizon is not None:
        rows = rows.filter(first_day__lte=latest_first_day(horizon=horizon, last_day=last_day))
    if returned is not None:
        came = Q(days_to_second__isnull=False)
        if horizon is not None:
            came &= Q(days_to_second__lte=horizon)
        rows = rows.filter(came if returned else ~came)
    return CustomerListing(RowKeys(rows, "first_day"))

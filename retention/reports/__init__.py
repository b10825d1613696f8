"""Figures of retention, and the lists behind them: what pages and commands may ask.

All figures are taken from the roll-ups as they stand; call
`retention.services.freshness.bring_up_to_date` first.
"""

from retention.reports.cohorts import CohortCell, CohortRow, CohortTable, cohorts
from retention.reports.figures import Comparison, Figures
from retention.reports.lists import (
    SALES_LISTS,
    cohort_members,
    members,
    refunds,
    repeat_members,
    sales,
)
from retention.reports.paging import CustomerListing, Listed, Listing, ListPage, RecordListing
from retention.reports.periods import LONGEST_SERIES, compare, data_months, figures, months
from retention.reports.predicates import MEMBER_LISTS
from retention.reports.query import CohortQuery, Filters, Query
from retention.reports.repeats import repeat_rates

__all__ = [
    "LONGEST_SERIES",
    "MEMBER_LISTS",
    "SALES_LISTS",
    "CohortCell",
    "CohortQuery",
    "CohortRow",
    "CohortTable",
    "Comparison",
    "CustomerListing",
    "Figures",
    "Filters",
    "ListPage",
    "Listed",
    "Listing",
    "Query",
    "RecordListing",
    "cohort_members",
    "cohorts",
    "compare",
    "data_months",
    "figures",
    "members",
    "months",
    "refunds",
    "repeat_members",
    "repeat_rates",
    "sales",
]

"""The report's numbers and lists as rows of CSV. Column names are a format, not translated.

Money is in major units beside its currency; rates are per cent, unrounded; empty where there
is no value. Names of columns are those of `retention_report`.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import cast

from core.csv_writing import Cell
from core.money import to_major
from customers.models import Customer, Purchase, Refund
from retention.pages.lists import Person, people, people_by_pk
from retention.reports import CohortTable, Figures, Listed, Listing
from retention.rules.month_texts import month_text
from retention.rules.repeats import RepeatRate

Row = list[Cell]
ROWS_AT_ONCE = 500
FIGURE_NAMES = (
    "customers_at_start",
    "kept",
    "lost",
    "new",
    "reactivated",
    "customers_at_end",
    "retention_rate",
    "churn_rate",
    "revenue_churn_rate",
    "purchases",
    "guest_purchases",
    "guest_share",
    "repeat_purchases",
    "repurchase_index",
    "repurchase_index_identified",
    "repeat_purchases_by_period",
    "repurchase_index_by_period",
    "buyers",
    "new_buyers",
    "returning_buyers",
    "returning_rate",
    "frequency",
)
FIGURES_HEADER = (
    "from",
    "to",
    "window_days",
    "is_complete",
    *FIGURE_NAMES,
    "gross",
    "refunds",
    "net",
    "aov",
    "aov_net",
    "start_net",
    "lost_net",
    "currency",
)
COHORTS_HEADER = (
    "cohort",
    "size",
    "k",
    "month",
    "active",
    "active_rate",
    "gross",
    "net",
    "gross_so_far",
    "net_so_far",
    "currency",
    "is_complete",
)
REPEATS_HEADER = ("days", "customers", "returned", "not_returned", "rate")
PEOPLE_HEADER = ("customer_id", "name", "day", "purchases", "gross", "net", "currency")
CONTACTS_HEADER = ("email", "phone")
PURCHASES_HEADER = (
    "order_id",
    "ordered_at",
    "customer_id",
    "name",
    "amount",
    "refunded",
    "currency",
    "branch",
    "source",
)
REFUNDS_HEADER = (
    "order_id",
    "refund_of",
    "refunded_at",
    "customer_id",
    "name",
    "amount",
    "currency",
    "branch",
    "source",
)


def number(value: float | None) -> Cell:
    """A rate with all its digits, never as an exponent; a count as it is."""
    return Decimal(repr(value)) if isinstance(value, float) else value


def _major(minor: int | None, currency: str) -> Cell:
    return None if minor is None else to_major(minor, currency)


def figures_row(figures: Figures) -> Row:
    """One period in the order of `FIGURES_HEADER`."""
    asked, period = figures.asked, figures.asked.period
    amounts = (figures.gross_minor, figures.refunds_minor, figures.net_minor)
    return [
        period.start,
        period.end,
        asked.window_days,
        figures.is_complete,
        *(number(getattr(figures, name)) for name in FIGURE_NAMES),
        *(_major(minor, asked.currency) for minor in amounts),
        figures.average_order,
        figures.average_order_net,
        _major(figures.start_net_minor, asked.currency),
        _major(figures.lost_net_minor, asked.currency),
        asked.currency,
    ]


def cohort_rows(table: CohortTable, currency: str) -> Iterator[Row]:
    """One row per cohort and month that has begun, in the order of `COHORTS_HEADER`."""
    for row in table.rows:
        for cell in row.cells:
            if cell is None:
                continue
            amounts = (
                cell.gross_minor,
                cell.net_minor,
                cell.gross_so_far_minor,
                cell.net_so_far_minor,
            )
            yield [
                month_text(row.month),
                row.size,
                cell.k,
                month_text(cell.month),
                cell.active,
                number(cell.rate(row.size)),
                *(_major(minor, currency) for minor in amounts),
                currency,
                cell.is_complete,
            ]


def repeat_rows(rates: Iterable[RepeatRate]) -> Iterator[Row]:
    """One row per horizon; 'ever' in place of days for the last."""
    for row in rates:
        yield [
            "ever" if row.horizon is None else row.horizon,
            row.customers,
            row.returned,
            row.customers - row.returned,
            number(row.rate),
        ]


def list_header(listing: Listing, *, contacts: bool) -> Sequence[str]:
    """The columns of a list; those with contacts only where they may be exported."""
    if listing.kind == "customers":
        return (*PEOPLE_HEADER, *(CONTACTS_HEADER if contacts else ()))
    return PURCHASES_HEADER if listing.kind == "purchases" else REFUNDS_HEADER


def list_rows(listing: Listing, *, contacts: bool, currency: str) -> Iterator[Row]:
    """All rows of a list in the order of its header, a few hundred in memory at a time.

    Without `contacts` they are masked wherever they stand in for a name or a number.
    `currency` is the shop's, that of the customers' sums; purchases carry their own.
    """
    everything = iter(listing.everything())
    while batch := list(islice(everything, ROWS_AT_ONCE)):
        if listing.kind == "customers":
            for person in people(cast(list[Listed], batch), in_full=contacts):
                yield _person_row(person, contacts=contacts, currency=currency)
        else:
            yield from _sales_rows(cast(list[Purchase | Refund], batch), contacts)


def _person_row(person: Person, *, contacts: bool, currency: str) -> Row:
    row: Row = [
        person.number,
        person.name,
        person.day,
        person.purchases,
        _major(person.gross_minor, currency),
        _major(person.net_minor, currency),
        currency,
    ]
    return [*row, person.email, person.phone] if contacts else row


def customers_of(rows: Sequence[Purchase | Refund]) -> list[Customer]:
    """Whoever is behind these documents; guests are nobody."""
    return [row.customer for row in rows if row.customer is not None]


def _sales_rows(rows: Sequence[Purchase | Refund], contacts: bool) -> Iterator[Row]:
    persons = people_by_pk(customers_of(rows), in_full=contacts)
    for row in rows:
        person = persons.get(row.customer_id or 0)
        who: Row = [person.number, person.name] if person else ["", ""]
        tail: Row = [row.currency, row.branch.name if row.branch else "", row.source]
        if isinstance(row, Purchase):
            money = [_major(m, row.currency) for m in (row.gross_minor, row.refunded_minor)]
            yield [row.number, row.occurred_at, *who, *money, *tail]
        else:
            amount = _major(row.amount_minor, row.currency)
            yield [row.number, row.refund_of, row.occurred_at, *who, amount, *tail]

"""What the page of costs shows, and its files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.clock import month_start
from core.csv_writing import Cell
from core.models import Shop
from core.money import major_text
from core.templatetags.ui import money, rate
from customers.panels import Figure
from loyalty.addresses import address_in
from loyalty.cost_sources import Cost, cost_sources
from loyalty.costs import Liability, flow_months, liability, revenue_months
from loyalty.models import Programme
from loyalty.programme_tabs import programme_tabs
from loyalty.reports import LapsingMonth, lapsing_by_month
from loyalty.rules.flows import Flow, Month
from loyalty.words import number_of, units

PERIOD = timedelta(days=365)
FLOWS: dict[Flow, str | Promise] = {
    Flow.EARNED: gettext_lazy("Earned"),
    Flow.GIVEN: gettext_lazy("Given by hand"),
    Flow.SPENT: gettext_lazy("Spent"),
    Flow.LAPSED: gettext_lazy("Expired"),
    Flow.CLAWED: gettext_lazy("Taken back for refunds"),
    Flow.TAKEN: gettext_lazy("Taken by hand"),
    Flow.WRITTEN_OFF: gettext_lazy("Debts written off"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of `components/bars.html`."""

    label: str
    value: str
    share: float
    href: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class FlowRow:
    """One month: what it is called, its numbers with the lists behind them, what was held."""

    month: date
    cells: list[tuple[int, str]]
    held: int


def cost_page(programme: Programme, shop: Shop, now: datetime) -> dict[str, Any]:
    """Everything on the page."""
    owed = liability(programme, now)
    months = _begun(flow_months(programme, shop, now))
    revenue = revenue_months(programme, shop, owed.share_lapsing)
    sources = sorted(cost_sources, key=lambda source: source.order)
    return {
        "programme": programme,
        "tabs": programme_tabs(programme, reverse("loyalty:cost")),
        "owed": owed,
        "figures": _figures(programme, owed),
        "lapsing": _lapsing(programme, lapsing_by_month(programme, shop, now)),
        "flows": [FLOWS[flow] for flow in Flow],
        "months": [_row(programme, month) for month in reversed(months)],
        "held": _held(programme, months),
        "revenue": [(month_start(row.month), row) for row in reversed(revenue)],
        "sources": [
            (source.label, source.rows(programme, now - PERIOD, now)) for source in sources
        ],
    }


def _figures(programme: Programme, owed: Liability) -> list[Figure]:
    lapsing = rate(None if owed.share_lapsing is None else 100 * float(owed.share_lapsing))
    ended = _("nothing has come to its end yet")
    if owed.ended:
        ended = _("of %(points)s that came to their end in a year") % {
            "points": units(programme, owed.ended)
        }
    return [
        Figure(label=_("Customers hold"), value=units(programme, owed.units)),
        Figure(label=_("Worth"), value=money(owed.worth_minor, programme.currency)),
        Figure(label=_("Expire unused"), value=lapsing, note=ended),
        Figure(
            label=_("Expected to be spent"), value=money(owed.expected_minor, programme.currency)
        ),
    ]


def _lapsing(programme: Programme, months: Sequence[LapsingMonth]) -> list[tuple[date | None, Bar]]:
    most = max((month.units for month in months), default=0) or 1
    return [
        (
            month.month,
            Bar(
                label="",
                value=money(programme.worth_minor(month.units), programme.currency),
                share=round(100 * month.units / most, 1),
                href=_address(programme, "loyalty:cost_lapsing", month=month.month or "never"),
            ),
        )
        for month in months
        if month.units
    ]


def _begun(months: Sequence[Month]) -> Sequence[Month]:
    """Without the months before anything happened."""
    begun = [bool(month.held) or any(month.flows.values()) for month in months]
    return months[begun.index(True) :] if True in begun else months[-1:]


def _row(programme: Programme, month: Month) -> FlowRow:
    begin = month_start(month.number)
    cells = [
        (number, _address(programme, "loyalty:cost_movements", month=begin, flow=flow))
        if number
        else (number, "")
        for flow, number in month.flows.items()
    ]
    return FlowRow(begin, cells, month.held)


def _held(programme: Programme, months: Sequence[Month]) -> list[tuple[date, Bar]]:
    most = max((month.held for month in months), default=0) or 1
    return [(month_start(month.number), _held_bar(programme, month, most)) for month in months]


def _held_bar(programme: Programme, month: Month, most: int) -> Bar:
    share = round(max(100 * month.held / most, 0), 1)
    return Bar("", number_of(programme, month.held), share, "")


def _address(programme: Programme, route: str, **query: object) -> str:
    return address_in(programme, reverse(route), **query)


def csv_months(programme: Programme, shop: Shop, now: datetime) -> Iterator[list[Cell]]:
    """Flows by month, oldest first."""
    for month in flow_months(programme, shop, now):
        worth = major_text(programme.worth_minor(max(month.held, 0)), programme.currency)
        yield [month_start(month.number), *month.flows.values(), month.held, worth]


def csv_lapsing(programme: Programme, shop: Shop, now: datetime) -> Iterator[list[Cell]]:
    """What lapses when."""
    for month in lapsing_by_month(programme, shop, now):
        worth = major_text(programme.worth_minor(month.units), programme.currency)
        yield [month.month or "", month.units, worth]


def csv_revenue(programme: Programme, shop: Shop, now: datetime) -> Iterator[list[Cell]]:
    """Revenue that waits, by month."""
    share = liability(programme, now).share_lapsing
    for row in revenue_months(programme, shop, share):
        amounts = (row.paid_minor, row.allocated_minor, row.recognised_minor, row.deferred_minor)
        money_texts = [major_text(amount, programme.currency) for amount in amounts]
        yield [month_start(row.month), row.granted, row.spent, *money_texts]


def csv_costs(programme: Programme, shop: Shop, now: datetime) -> Iterator[list[Cell]]:
    """Costs of the last year by rule, reward and coupon."""
    for source in sorted(cost_sources, key=lambda source: source.order):
        for row in source.rows(programme, now - PERIOD, now):
            yield [str(source.label), *_cost_cells(row, programme.currency)]


def _cost_cells(row: Cost, currency: str) -> list[Cell]:
    brought = "" if row.brought_minor is None else major_text(row.brought_minor, currency)
    return [row.label, row.times, major_text(row.cost_minor, currency), brought]


FILES = {
    "months": (["month", *Flow, "held", "held_worth"], csv_months),
    "lapsing": (["month", "units", "worth"], csv_lapsing),
    "revenue": (
        ["month", "granted", "spent", "paid", "allocated", "recognised", "deferred"],
        csv_revenue,
    ),
    "costs": (["kind", "name", "times", "cost", "brought"], csv_costs),
}

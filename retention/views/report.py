"""The report "Do customers stay?", its definitions, and whether its figures are fresh."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from accounts import policy
from accounts.requests import StaffRequest
from core import clock
from customers.purchase_sources import purchase_sources
from retention import reports
from retention.pages import cohort_curves, curves, flow, heat, repeats, sentence, tiles
from retention.pages.asked import Asked, months_around
from retention.pages.definitions import DEFINITIONS
from retention.reports import Comparison
from retention.services.freshness import bring_up_to_date
from retention.views.asking import read
from retention.views.controls import controls

MONTHS_SHOWN, COHORTS_SHOWN = 24, 13


def report(request: StaffRequest) -> HttpResponse:
    """The whole report; only the cohorts where htmx asks for them."""
    reading = read(request)
    asked = reading.asked
    if not reading.data:
        may_import = policy.may(request.user.role, "customers:imports")
        context: dict[str, Any] = {"reading": reading, "may_import": may_import}
        return render(request, "retention/empty.html", context)
    if request.htmx and request.htmx.target == "cohorts":
        return render(request, "retention/_cohorts.html", _cohorts(asked, reading.data))
    comparison = _compared(asked)
    context = {
        "reading": reading,
        "asked": asked,
        "figures": comparison.now,
        "controls": controls(reading, purchase_sources()),
        "sentences": sentence.sentences(comparison, asked),
        "running_note": sentence.running_note(comparison.now),
        "tiles": tiles.tiles(comparison, asked),
        "flow": flow.steps(comparison.now, asked),
        "repeats_file": asked.file("repeats"),
        "repeats": repeats.bars(reports.repeat_rates(asked.query.filters), asked),
        "definitions": DEFINITIONS,
        **_by_month(asked, reading.data),
        **_cohorts(asked, reading.data),
    }
    return render(
        request, "retention/report.html", context, status=422 if reading.problems else 200
    )


def _compared(asked: Asked) -> Comparison:
    if asked.compares:
        return reports.compare(asked.query)
    return Comparison(reports.figures(asked.query), None)


def _by_month(asked: Asked, data: range) -> dict[str, Any]:
    shown = months_around(asked, data, MONTHS_SHOWN)
    rows = reports.months(
        shown[0],
        shown[-1] + 1,
        window_days=asked.query.window_days,
        currency=asked.query.currency,
        filters=asked.query.filters,
    )
    return {
        "retention_curve": curves.retention_curve(rows, asked),
        "small_curves": [
            curves.purchases_curve(rows, asked),
            curves.revenue_curve(rows, asked),
            curves.index_curve(rows, asked),
        ],
        "month_rows": curves.table(rows, asked),
        "months_file": asked.file("months"),
    }


def _cohorts(asked: Asked, data: range) -> dict[str, Any]:
    until = months_around(asked, data, COHORTS_SHOWN)[-1]
    months = range(data[0], until + 1)
    table = heat.newest(reports.cohorts(asked.cohort_query(months)), COHORTS_SHOWN)
    return {
        "asked": asked,
        "map": heat.heat_map(table, asked),
        "curves": cohort_curves.cohort_curves(table, asked) if asked.tab == "curves" else None,
        "cohorts_file": asked.file("cohorts"),
        "cohorts_definition": DEFINITIONS["cohorts"],
        "steps": heat.key(),
        "switches": heat.switches(asked),
        "tabs": heat.tabs(asked),
    }


def definitions(request: StaffRequest) -> HttpResponse:
    """What each figure means: formula and edge cases."""
    return render(request, "retention/definitions.html", {"definitions": DEFINITIONS.values()})


def freshness(request: StaffRequest) -> HttpResponse:
    """How far the work on waiting changes is; once it is done the page is loaded again."""
    fresh = bring_up_to_date(now=clock.now())
    response = render(request, "retention/_freshness.html", {"fresh": fresh})
    if fresh.current:
        response["HX-Refresh"] = "true"
    return response

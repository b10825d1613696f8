"""What the programme costs, the lists behind its numbers, and its files."""

from datetime import date

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render

from accounts.requests import StaffRequest
from core import clock
from core.clock import local_date, month_number
from core.downloads import csv_response
from loyalty.access import get_programme_asked
from loyalty.cost_lists import lot_list, movement_list
from loyalty.cost_page import FILES, cost_page
from loyalty.rules.flows import Flow

NEVER = "never"


def cost(request: StaffRequest) -> HttpResponse:
    """What is owed, what came and went, what each thing cost."""
    context = cost_page(get_programme_asked(request), request.shop, clock.now())
    return render(request, "loyalty/cost.html", context)


def cost_csv(request: StaffRequest, kind: str) -> HttpResponseBase:
    """The page's numbers as a file."""
    if kind not in FILES:
        raise Http404
    header, rows = FILES[kind]
    return csv_response(
        f"loyalty-{kind}.csv", header, rows(get_programme_asked(request), request.shop, clock.now())
    )


def cost_movements(request: StaffRequest) -> HttpResponse:
    """The movements behind a month's number; of this month's earning where nothing is asked."""
    now = local_date(clock.now(), request.shop.zone)
    month, flow = _month(request, str(now)), request.GET.get("flow", Flow.EARNED)
    if month is None or flow not in set(Flow):
        raise Http404
    page = movement_list(request, get_programme_asked(request), month, Flow(flow))
    return render(request, "loyalty/cost_list.html", page)


def cost_lapsing(request: StaffRequest) -> HttpResponse:
    """Whose points expire in a month, or never."""
    month = _month(request, NEVER)
    if month is None and request.GET.get("month", NEVER) != NEVER:
        raise Http404
    page = lot_list(request, get_programme_asked(request), month, clock.now())
    return render(request, "loyalty/cost_list.html", page)


def _month(request: StaffRequest, usual: str) -> int | None:
    """The month that an address names by one of its days; None for anything else."""
    text = request.GET.get("month", usual)
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    return month_number(day) if day and 1900 < day.year < 2999 else None

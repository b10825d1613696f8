"""The timeline: chips, older entries, one entry opened."""

from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.requests import StaffRequest
from core import clock
from core.views import errors
from customers.access import get_customer
from customers.masking import shown_name
from customers.models import Customer
from customers.timeline import (
    BadCursor,
    Cursor,
    Entry,
    kinds,
    load_cursor,
    read_page,
    timeline_sources,
)


def timeline_context(request: StaffRequest, customer: Customer) -> dict[str, Any] | None:
    """What `_timeline.html` needs, from `kind` and `before` in the address; None where these
    are not ours."""
    kind = request.GET.get("kind", "")
    known = kinds()
    if kind and kind not in dict(known):
        return None
    try:
        cursor = load_cursor(customer, request.GET.get("before", ""))
    except BadCursor:
        return None
    page = read_page(customer=customer, user=request.user, kind=kind, cursor=cursor)
    return {
        "customer": customer,
        "days": _days(page.entries, cursor),
        "kind": kind,
        "is_older": cursor is not None,
        "chips": _chips(customer, kind),
        "older": _address(customer, kind, page.older) if page.older else "",
        "today": timezone.localdate(clock.now()),
    }


def _days(entries: list[Entry], cursor: Cursor | None) -> list[dict[str, Any]]:
    """Entries by civil day; `goes_on` where the first day began on the page before."""
    began = timezone.localdate(cursor.at) if cursor else None
    grouped = groupby(entries, key=lambda entry: timezone.localdate(entry.at))
    return [{"day": day, "entries": list(rows), "goes_on": day == began} for day, rows in grouped]


def _address(customer: Customer, kind: str, before: str = "") -> str:
    words = {name: value for name, value in (("kind", kind), ("before", before)) if value}
    address = reverse("customers:timeline", args=[customer.pk])
    return f"{address}?{urlencode(words)}" if words else address


def _chips(customer: Customer, kind: str) -> list[dict[str, Any]]:
    everything = [("", _("Everything")), *kinds()]
    return [
        {"label": label, "href": _address(customer, key), "current": key == kind}
        for key, label in everything
    ]


def timeline(request: StaffRequest, pk: int) -> HttpResponse:
    """A piece for htmx; without it the customer page with the same filter."""
    customer = get_customer(request, pk)
    if not request.htmx:
        address = reverse("customers:customer", args=[customer.pk])
        return redirect(f"{address}?{request.GET.urlencode()}#timeline")
    context = timeline_context(request, customer)
    if context is None:
        return errors.bad_request(request)
    piece = "_timeline_older.html" if context["is_older"] else "_timeline.html"
    return render(request, f"customers/{piece}", context)


def entry(request: StaffRequest, pk: int, source: str, entry_pk: int) -> HttpResponse:
    """What one entry holds: in place for htmx, on a page of its own without."""
    customer = get_customer(request, pk)
    known = timeline_sources.get(source) if source in timeline_sources else None
    opened = known.open(customer, entry_pk, request.user) if known and known.open else None
    if opened is None:
        raise Http404
    template, words = opened
    context = {"customer": customer, "user": request.user, **words}
    if request.htmx:
        return render(request, template, context)
    context |= {"piece": template, "name": shown_name(request.user, customer)}
    return render(request, "customers/entry.html", context)

"""The list behind a number: as many rows as the number says, page by page, and as a file."""

from typing import Any, cast

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render

from accounts import policy
from accounts.requests import StaffRequest
from core.downloads import csv_response
from core.errors import Refused
from core.services import audit
from core.views.errors import error_page
from customers.masking import sees_contacts
from customers.models import Purchase, Refund
from retention.pages import files, lists
from retention.pages.asked import Asked
from retention.reports import Listed, ListPage
from retention.views.asking import read

PAGE = 50
LONGEST_CURSOR = 200


def people_list(request: StaffRequest, name: str) -> HttpResponse:
    """One page of the list; only its rows where htmx asks for the next ones."""
    if name not in lists.NAMES:
        raise Http404
    reading = read(request)
    if reading.problems:
        return error_page(request, 400, " ".join(reading.problems))
    opened = lists.open_list(name, reading.asked, request.GET.dict())
    page = _page(opened, request.GET.get("after", ""))
    context = {
        "opened": opened,
        "reading": reading,
        "asked": reading.asked,
        "currency": request.shop.currency,
        "next": reading.asked.list(name, **opened.more, after=page.next) if page.next else "",
        **_rows(opened, page, request),
    }
    if request.htmx and request.htmx.target == "more":
        return render(request, "retention/_rows.html", context)
    return render(request, "retention/list.html", context | _head(opened, reading.asked, request))


def _page(opened: lists.Opened, after: str) -> ListPage[Any]:
    """The rows after the cursor; Http404 for a cursor that no list made."""
    if len(after) > LONGEST_CURSOR:
        raise Http404
    try:
        return opened.listing.page(after=after, size=PAGE)
    except Refused:
        raise Http404 from None


def _rows(opened: lists.Opened, page: ListPage[Any], request: StaffRequest) -> dict[str, Any]:
    """Rows with the people in them, as this reader may see them."""
    in_full = sees_contacts(request.user)
    if opened.listing.kind == "customers":
        return {"people": lists.people(cast(list[Listed], page.rows), in_full=in_full)}
    rows = cast(list[Purchase | Refund], page.rows)
    persons = lists.people_by_pk(files.customers_of(rows), in_full=in_full)
    return {"sales": [(row, persons.get(row.customer_id or 0)) for row in rows]}


def _head(opened: lists.Opened, asked: Asked, request: StaffRequest) -> dict[str, Any]:
    count = opened.listing.count()
    return {
        "file": asked.file(opened.name, **opened.more),
        "first": asked.list(opened.name, **opened.more),
        "count": count,
        "heading": opened.heading(count),
        "is_first_page": "after" not in request.GET,
        "has_contacts": request.user.role in policy.MANAGERS,
    }


def csv_list(request: StaffRequest, name: str) -> HttpResponseBase:
    """The whole list as a file, with contacts for managers only; audited."""
    reading = read(request)
    if reading.problems:
        return error_page(request, 400, " ".join(reading.problems))
    opened = lists.open_list(name, reading.asked, request.GET.dict())
    contacts = request.user.role in policy.MANAGERS
    audit.record(
        actor=request.user,
        action="retention.list_exported",
        details={
            "list": name,
            "query": reading.asked.params() | opened.more,
            "rows": opened.listing.count(),
            "contacts": contacts,
        },
    )
    return csv_response(
        f"{name.replace('_', '-')}.csv",
        files.list_header(opened.listing, contacts=contacts),
        files.list_rows(
            opened.listing,
            contacts=contacts,
            currency=request.shop.currency,
        ),
    )

"""The customer list, its filter, its count and its export."""

from typing import Any

from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from accounts import policy
from accounts.requests import StaffRequest
from core import clock
from core.downloads import csv_response
from core.services import audit
from core.signing import keyed_hash
from core.views.errors import error_page
from customers.access import visible_customers, visible_segments
from customers.customer_list import PAGE_SIZE, SORTS, count_all, count_up_to, for_list, lines
from customers.forms.filter import FilterForm
from customers.keyset import read_page
from customers.list_export import COLUMNS, export_rows
from customers.list_query import ListQuery, list_address, read_list_query
from customers.rules.segment_text import write_outline, write_text
from customers.segment_words import describe
from customers.segments import compile_tree, context_of
from customers.services.summaries import freshen_summaries

Row = dict[str, Any]
SHOWN_SEGMENTS = 30


def customer_list(request: StaffRequest) -> HttpResponse:
    """Customers who fit the filter, a page at a time."""
    query = read_list_query(request)
    people = query.people(request)
    page = read_page(
        for_list(people), query.sort, falling=query.falling, cursor=query.cursor, size=PAGE_SIZE
    )
    counted = count_all if request.GET.get("count") == "all" else count_up_to
    context = {
        "query": query,
        "rows": lines(page, request.user),
        "next": query.address(after=page.after) if page.after else "",
        "previous": query.address(before=page.before) if page.before else "",
        "count": counted(people),
        "columns": _columns(query),
        "words": describe(query.tree) if query.tree.parts else "",
        "where": write_text(query.tree),
        "address": list_address(query.tree),
        "filter": FilterForm.of(query.tree, request.user),
        "segments": _segments(request, query),
        "may_segment": policy.may(request.user.role, "customers:segments"),
        "may_export": policy.may(request.user.role, "customers:export"),
        "may_create": policy.may(request.user.role, "customers:new", "POST"),
    }
    return render(request, "customers/list.html", context, status=400 if query.error else 200)


def _columns(query: ListQuery) -> list[Row]:
    """Heads of the sortable columns: a second click turns the direction."""
    heads = []
    for sort in SORTS.values():
        current = sort.key == query.sort.key
        falls = not query.falling if current else sort.falls
        heads.append(
            {
                "key": sort.key,
                "label": sort.label,
                "href": query.address(sort=("-" if falls else "") + sort.key),
                "sort": ("descending" if query.falling else "ascending") if current else "",
            }
        )
    return heads


def _segments(request: StaffRequest, query: ListQuery) -> list[Row]:
    """Saved segments as chips, for those who may see them."""
    if not policy.may(request.user.role, "customers:segments"):
        return []
    listed = reverse("customers:list")
    everybody: Row = {
        "label": _("Everybody"),
        "href": listed,
        "current": not query.filter_parameters(),
    }
    return [
        everybody,
        *(
            {
                "label": row.name,
                "href": f"{listed}?segment={row.pk}",
                "current": row == query.segment,
            }
            for row in visible_segments(request)[:SHOWN_SEGMENTS]
        ),
    ]


def filter_edit(request: StaffRequest) -> HttpResponse:
    """The filter's form: redrawn, counted, or shown as a list, as its `do` says."""
    if request.method != "POST":
        query = read_list_query(request)
        form = FilterForm.of(query.tree, request.user)
        return _filter_page(request, form, 400 if query.error else 200)
    form = FilterForm.sent(request.POST, request.user)
    if request.POST.get("do") != "show":
        return _filter_page(request, form, 200)
    tree = form.tree()
    if tree is None:
        return _filter_page(request, form, 422)
    address = list_address(tree)
    if address is None:
        form.is_too_long, form.error = True, _too_long(request)
        return _filter_page(request, form, 422)
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _too_long(request: StaffRequest) -> str:
    if policy.may(request.user.role, "customers:segment_new", "POST"):
        return _("This filter is too long for an address. Save it as a segment, or ask for less.")
    return _("This filter is too long for an address. Ask for less.")


def _filter_page(request: StaffRequest, form: FilterForm, status: int) -> HttpResponse:
    may_segment = policy.may(request.user.role, "customers:segment_new", "POST")
    context = {"filter": form, "may_segment": may_segment, **filter_count(request, form)}
    if not request.htmx:
        return render(request, "customers/filter.html", context, status=status)
    piece = "_filter_count" if request.POST.get("do") == "count" else "_filter"
    return render(request, f"customers/{piece}.html", context, status=status)


def filter_count(request: StaffRequest, form: FilterForm) -> dict[str, object]:
    """How many fit the form as it stands, and where their list is (None: too long an address);
    nothing while it is wrong."""
    tree = form.tree()
    if tree is None:
        return {"count": None, "address": None}
    freshen_summaries()
    condition = compile_tree(tree, context_of(request.shop, clock.now()))
    people = visible_customers(request).filter(condition)
    return {"count": count_up_to(people), "address": list_address(tree)}


def count(request: StaffRequest) -> HttpResponse:
    """The whole number behind "more than 10,000", asked for after the page has come."""
    query = read_list_query(request)
    if not request.htmx:
        return redirect(f"{reverse('customers:list')}{query.address(count='all')}")
    context = {"count": count_all(query.people(request)), "query": query}
    return render(request, "customers/_count.html", context, status=400 if query.error else 200)


def export(request: StaffRequest) -> HttpResponse | StreamingHttpResponse:
    """The whole list as a CSV; audited with the number of people, and what was asked but not
    the words that were typed."""
    query = read_list_query(request)
    if query.error:
        return error_page(request, 400, query.error)
    people = query.people(request)
    with transaction.atomic():
        details = _asked(query) | {"count": count_all(people).number}
        audit.record(actor=request.user, action="customers.exported", details=details)
    rows = export_rows(people, request.shop.currency)
    return csv_response(
        f"customers-{clock.local_date(clock.now(), request.shop.zone)}.csv", COLUMNS, rows
    )


def _asked(query: ListQuery) -> Row:
    """The filter as the trail may keep it for ever: its fields and operators, and a hash by which
    two exports by one filter are known as such."""
    key = keyed_hash("audit.filter", write_text(query.tree)) if query.tree.parts else ""
    segment = query.segment.pk if query.segment else None
    return {"filter": write_outline(query.tree), "filter_key": key, "segment": segment}

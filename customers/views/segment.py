"""Saved segments: listed with their counts, made, changed, deleted."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from customers.access import (
    get_segment,
    get_segment_to_restore,
    visible_customers,
    visible_segments,
)
from customers.customer_list import count_up_to
from customers.forms.filter import FilterForm
from customers.forms.segment import SegmentNameForm
from customers.list_query import read_list_query
from customers.models import Segment
from customers.rules.segment_language import Group, SegmentError
from customers.segment_words import describe, explain
from customers.segments import Context, compile_tree, context_of, parse
from customers.services.segments import delete_segment, restore_segment, save_segment
from customers.services.summaries import freshen_summaries
from customers.views.list import filter_count


def segments(request: StaffRequest) -> HttpResponse:
    """All segments, each with what it asks and how many people are in it now."""
    freshen_summaries()
    context = context_of(request.shop, clock.now())
    labels: dict[str, dict[str, str]] = {}
    rows = [_row(request, segment, context, labels) for segment in visible_segments(request)]
    return render(request, "customers/segments.html", {"rows": rows})


def _row(
    request: StaffRequest, segment: Segment, context: Context, labels: dict[str, dict[str, str]]
) -> dict[str, Any]:
    try:
        tree = parse(segment.definition)
    except SegmentError as error:
        return {"segment": segment, "problem": explain(error)}
    people = visible_customers(request).filter(compile_tree(tree, context))
    return {"segment": segment, "words": describe(tree, labels), "count": count_up_to(people)}


def segment_new(request: StaffRequest) -> HttpResponse:
    """Save a filter under a name."""
    if request.method == "POST":
        return _save(request, None)
    form = FilterForm.of(read_list_query(request).tree, request.user)
    return _form_page(request, None, SegmentNameForm(), form)


def segment_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Rename a segment or change who belongs."""
    segment = get_segment(request, pk)
    if request.method == "POST":
        return _save(request, segment)
    try:
        tree = parse(segment.definition)
    except SegmentError as error:
        messages.error(request, explain(error))
        tree = parse({"all": []})
    named = SegmentNameForm(initial={"name": segment.name})
    return _form_page(request, segment, named, FilterForm.of(tree, request.user))


def _save(request: StaffRequest, segment: Segment | None) -> HttpResponse:
    named, form = SegmentNameForm(request.POST), FilterForm.sent(request.POST, request.user)
    if request.POST.get("do") != "save":
        return _form_page(request, segment, _unchecked(request.POST), form)
    tree = form.tree()
    if not named.is_valid() or tree is None:
        return _form_page(request, segment, named, form, status=422)
    saved = _try_to_save(request, segment, named, tree)
    if saved is None:
        return _form_page(request, segment, named, form, status=422)
    messages.success(request, _("Segment “%(name)s” is saved.") % {"name": saved.name})
    return redirect(f"{reverse('customers:list')}?segment={saved.pk}")


def _try_to_save(
    request: StaffRequest, segment: Segment | None, named: SegmentNameForm, tree: Group
) -> Segment | None:
    name = named.cleaned_data["name"]
    try:
        return save_segment(actor=request.user, segment=segment, name=name, tree=tree)
    except Refused as refused:
        named.add_error(refused.field, refused.message)
        return None


def _unchecked(data: QueryDict) -> SegmentNameForm:
    """The name as typed so far, which is not yet to be judged."""
    return SegmentNameForm(initial={"name": data.get("name", "")[:120]})


def _form_page(
    request: StaffRequest,
    segment: Segment | None,
    named: SegmentNameForm,
    form: FilterForm,
    status: int = 200,
) -> HttpResponse:
    context = {"segment": segment, "form": named, "filter": form, **filter_count(request, form)}
    return render(request, "customers/segment_form.html", context, status=status)


def segment_delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Delete it; nobody in it is touched, and the toast takes it back."""
    segment = get_segment(request, pk)
    delete_segment(actor=request.user, segment=segment)
    text = _("Segment “%(name)s” is deleted.") % {"name": segment.name}
    undo = reverse("customers:segment_restore", args=[pk])
    messages.success(request, text, extra_tags=f"undo:{undo}")
    return redirect("customers:segments")


def segment_restore(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the deletion back."""
    segment = get_segment_to_restore(request, pk)
    try:
        restore_segment(actor=request.user, segment=segment)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        text = _("Segment “%(name)s” is there again.") % {"name": segment.name}
        messages.success(request, text)
    return redirect("customers:segments")

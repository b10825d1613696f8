"""Importing files: bring one, look at how it is understood, import it, see what became of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.requests import StaffRequest
from core import clock
from core.downloads import csv_response
from core.errors import Gone, Refused
from core.services import audit
from customers import import_page
from customers.access import get_import_run
from customers.forms.importing import UploadForm
from customers.import_export import rejected_rows
from customers.import_words import explain
from customers.models import ImportRun
from customers.rules.flaws import FileRefused
from customers.services.importing import (
    NOT_BEGUN,
    bring_file,
    change_options,
    continue_import,
    discard_import,
    start_import,
    stop_import,
)

SHOWN_RUNS = 50
REFUSED = {"not_csv": 415, "broken_gzip": 415, "too_large": 413}


def imports(request: StaffRequest) -> HttpResponse:
    """Bring a file; below, what was imported before."""
    form = UploadForm()
    status = 200
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        status = 422
        if form.is_valid():
            try:
                run = _bring(request, form)
            except FileRefused as refused:
                form.add_error("file", explain(refused.code, refused.values))
                status = REFUSED.get(refused.code, 422)
            else:
                return redirect("customers:import_run", run.pk)
    runs = ImportRun.objects.select_related("requested_by").defer("file").order_by("-pk")
    context = {"form": form, "runs": runs[:SHOWN_RUNS]}
    return render(request, "customers/imports.html", context, status=status)


def _bring(request: StaffRequest, form: UploadForm) -> ImportRun:
    upload = form.cleaned_data["file"]
    return bring_file(
        actor=request.user,
        kind=form.cleaned_data["kind"],
        filename=upload.name,
        upload=upload,
        options={},
        now=clock.now(),
    )


def import_run(request: StaffRequest, pk: int) -> HttpResponse:
    """One file, from how it is understood to what became of it."""
    run = get_import_run(request, pk)
    if request.method != "POST":
        return _page(request, run)
    if run.status not in NOT_BEGUN or run.file is None:
        messages.error(request, _("This import has begun already."))
        return redirect("customers:import_run", pk)
    understood = import_page.understand_run(run)
    form = import_page.options_form(run, understood, request.shop, request.POST)
    if not form.is_valid():
        return _page(request, run, form=form)
    return _act(
        request, run, lambda: change_options(actor=request.user, run=run, options=form.options())
    )


def _page(request: StaffRequest, run: ImportRun, **extra: Any) -> HttpResponse:
    context: dict[str, Any] = {
        "run": run,
        "counts": import_page.counts_of(run),
        "progress": import_page.progress_of(run, clock.now()),
        "problems": import_page.problems_of(run),
        "left_out": import_page.left_out_of(run),
        "refusal": import_page.refusal_words(**run.refusal) if run.refusal else "",
        "may_change": run.status in NOT_BEGUN and run.file is not None,
    }
    if context["may_change"]:
        understood = import_page.understand_run(run)
        context["understood"] = understood
        context["preview"] = understood.preview()
        context["form"] = import_page.options_form(run, understood, request.shop)
    status = 422 if "form" in extra else 200
    return render(request, "customers/import_run.html", context | extra, status=status)


def import_progress(request: StaffRequest, pk: int) -> HttpResponse:
    """The moving part, asked for again each second; at the end the page is loaded anew."""
    run = get_import_run(request, pk)
    if not run.is_at_work:
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response
    context = {"run": run, "progress": import_page.progress_of(run, clock.now())}
    return render(request, "customers/_import_progress.html", context)


def import_start(request: StaffRequest, pk: int) -> HttpResponse:
    """Import the checked file."""
    run = get_import_run(request, pk)
    return _act(request, run, lambda: start_import(actor=request.user, run=run))


def import_stop(request: StaffRequest, pk: int) -> HttpResponse:
    """Stop after the batch in hand."""
    run = get_import_run(request, pk)
    return _act(request, run, lambda: stop_import(actor=request.user, run=run))


def import_continue(request: StaffRequest, pk: int) -> HttpResponse:
    """Go on where it was stopped."""
    run = get_import_run(request, pk)
    return _act(request, run, lambda: continue_import(actor=request.user, run=run))


def import_discard(request: StaffRequest, pk: int) -> HttpResponse:
    """Throw the file away."""
    run = get_import_run(request, pk)
    try:
        discard_import(actor=request.user, run=run)
    except Refused as refused:
        return _refused(request, run, refused)
    messages.success(request, _("The file is thrown away."))
    return redirect("customers:imports")


def _act(request: StaffRequest, run: ImportRun, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        return _refused(request, run, refused)
    return redirect("customers:import_run", run.pk)


def _refused(request: StaffRequest, run: ImportRun, refused: Refused) -> HttpResponse:
    """Say why; where the import itself is gone, on the page of all imports."""
    messages.error(request, refused.message)
    if isinstance(refused, Gone):
        return redirect("customers:imports")
    return redirect("customers:import_run", run.pk)


def import_rejected(request: StaffRequest, pk: int) -> StreamingHttpResponse:
    """The rejected rows in the file's own columns with the reason, to put right and bring again."""
    run = get_import_run(request, pk)
    details = {"rejected": run.rejected}
    audit.record(actor=request.user, action="import.rejected_rows", target=run, details=details)
    header, rows = rejected_rows(run)
    return csv_response(f"rejected-{run.pk}.csv", header, rows)

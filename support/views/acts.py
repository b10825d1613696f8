"""Acts on a case: taken, given, waited for, promised, resolved, closed, reopened, joined."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from support.access import get_case
from support.forms.acts import JoinForm, OwnerForm, PromiseForm, VerdictForm, WaitForm
from support.services import cases, resolving
from support.views.case import submit


def _act(
    request: StaffRequest, pk: int, act: Callable[..., object], words: str, undo: str = ""
) -> HttpResponse:
    """An act that takes no words; `undo` names the opposite, which the toast offers."""
    row = get_case(request, pk)
    try:
        act(actor=request.user, now=clock.now(), case=row)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        tags = f"undo:{reverse(f'support:{undo}', args=[pk])}" if undo else ""
        messages.success(request, words, extra_tags=tags)
    return redirect("support:case", pk)


def case_take(request: StaffRequest, pk: int) -> HttpResponse:
    """It is mine, and I begin; a complaint needs a cause first."""
    row = get_case(request, pk)
    try:
        cases.take_case(actor=request.user, now=clock.now(), case=row)
    except Refused as refused:
        lacking = refused.field == "category"
        words = _("Choose a cause first.") if lacking else refused.message
        messages.error(request, words)
        return redirect("support:case_edit" if lacking else "support:case", pk)
    messages.success(request, _("It is yours."))
    return redirect("support:case", pk)


def case_resume(request: StaffRequest, pk: int) -> HttpResponse:
    """The waiting is over."""
    return _act(request, pk, cases.resume_case, _("It goes on."))


def case_close(request: StaffRequest, pk: int) -> HttpResponse:
    """The customer is content."""
    return _act(request, pk, resolving.close_case, _("The case is closed."))


def case_reopen(request: StaffRequest, pk: int) -> HttpResponse:
    """It is not solved after all."""
    return _act(request, pk, resolving.reopen_case, _("The case is open again."), "case_thanks")


def case_thanks(request: StaffRequest, pk: int) -> HttpResponse:
    """What reopened it were only thanks."""
    return _act(request, pk, resolving.only_thanks, _("It stays resolved, as it was."))


def case_part(request: StaffRequest, pk: int) -> HttpResponse:
    """It is a case of its own again."""
    return _act(request, pk, resolving.unmerge_case, _("It is a case of its own again."))


def case_assign(request: StaffRequest, pk: int) -> HttpResponse:
    """Give it to somebody, or to nobody."""
    row, form = get_case(request, pk), OwnerForm(request.POST)

    def give(data: dict[str, object]) -> str:
        owner = data["owner"]
        cases.assign_case(actor=request.user, now=clock.now(), case=row, owner=owner)  # type: ignore[arg-type]
        return _("It is %(name)s's.") % {"name": owner} if owner else _("It is nobody's now.")

    return submit(request, row, "give", form, give)


def case_wait(request: StaffRequest, pk: int) -> HttpResponse:
    """Wait for the customer; the toast goes on at once."""
    row, form = get_case(request, pk), WaitForm(request.POST)

    def wait(data: dict[str, object]) -> None:
        cases.ask_customer(actor=request.user, now=clock.now(), case=row, until=data["until"])  # type: ignore[arg-type]
        undo = reverse("support:case_resume", args=[pk])
        messages.success(request, _("It waits for the customer."), extra_tags=f"undo:{undo}")

    return submit(request, row, "wait", form, wait)


def case_promise(request: StaffRequest, pk: int) -> HttpResponse:
    """Promise a word by an instant."""
    row, form = get_case(request, pk), PromiseForm(request.POST)

    def promise(data: dict[str, object]) -> str:
        cases.promise_update(actor=request.user, now=clock.now(), case=row, at=data["at"])  # type: ignore[arg-type]
        return _("Promised. A follow-up reminds of it.")

    return submit(request, row, "word", form, promise)


def case_resolve(request: StaffRequest, pk: int) -> HttpResponse:
    """Decide it."""
    row = get_case(request, pk)
    form = VerdictForm(request.POST, case=row)

    def resolve(data: dict[str, object]) -> str:
        verdict, version = form.verdict(), form.cleaned_data["version"]
        resolving.resolve_case(
            actor=request.user, now=clock.now(), case=row, verdict=verdict, version=version
        )
        return _("The case is resolved.")

    return submit(request, row, "verdict", form, resolve)


def case_join(request: StaffRequest, pk: int) -> HttpResponse:
    """It belongs to another case of the customer; the toast takes it out again."""
    row = get_case(request, pk)
    form = JoinForm(request.POST, case=row)

    def join(data: dict[str, object]) -> None:
        resolving.merge_cases(actor=request.user, now=clock.now(), case=row, into=data["into"])  # type: ignore[arg-type]
        undo = reverse("support:case_part", args=[pk])
        messages.success(request, _("The two are one now."), extra_tags=f"undo:{undo}")

    return submit(request, row, "join", form, join)

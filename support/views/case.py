"""The page of a case, what is said on it, and what it is about."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from core.posted import posted
from customers.services.interactions import LoggedAlready
from customers.views.customer import add_refusal
from messaging.forms.sender import Renewed
from support.access import get_case
from support.case_page import new_key, page_of
from support.forms.acts import JoinForm, OwnerForm, PromiseForm, TalkForm, VerdictForm, WaitForm
from support.forms.case import CaseForm
from support.models import Case
from support.services.cases import change_case
from support.services.contacts import log_contact


def case(request: StaffRequest, pk: int) -> HttpResponse:
    """A case: how long there is, what was said, what can be done."""
    return case_page(request, get_case(request, pk))


def case_page(request: StaffRequest, row: Case, **sent: Form) -> HttpResponse:
    """The page; with a form that holds mistakes it is a 422."""
    shown: dict[str, Any] = {
        "talk": TalkForm(initial={"channel": "call", "draft_name": new_key()}),
        "give": OwnerForm(initial={"owner": row.owner_id}),
        "wait": WaitForm(),
        "word": PromiseForm(),
        "verdict": VerdictForm(case=row),
        "join": JoinForm(case=row),
    }
    form = next(iter(sent.values()), None)
    page = page_of(row, request.user, clock.now())
    context = {"page": page, "forms": shown | sent, "form": form, "sent": set(sent)}
    return render(request, "support/case.html", context, status=422 if form else 200)


def submit(
    request: StaffRequest, row: Case, name: str, form: Form, do: Callable[[Any], str | None]
) -> HttpResponse:
    """Act on a case with what a form says; where that is refused, the page with the form as it was
    sent. `do` answers the words of the toast."""
    if form.is_valid():
        try:
            words = do(form.cleaned_data)
        except Refused as refused:
            row = get_case(request, row.pk)
            if isinstance(form, Renewed):
                form.renew(row.version)
            add_refusal(request, form, refused)
        else:
            if words:
                messages.success(request, words)
            return redirect("support:case", row.pk)
    return case_page(request, row, **{name: form})


def case_log(request: StaffRequest, pk: int) -> HttpResponse:
    """Note what was said; a word of the customer's may lead to another case."""
    row, form, now = get_case(request, pk), TalkForm(request.POST), clock.now()
    if not form.is_valid():
        return case_page(request, row, talk=form)
    key = form.cleaned_data["draft_name"]
    try:
        after = log_contact(
            actor=request.user, now=now, case=row, said=form.said(now), draft_key=key
        )
    except LoggedAlready as before:
        return _again(request, row, form, before)
    except Refused as refused:
        add_refusal(request, form, refused)
        return case_page(request, get_case(request, pk), talk=form)
    messages.success(request, _said(row, after))
    return redirect("support:case", after.pk)


def _said(before: Case, after: Case) -> str:
    if after.pk not in {before.pk, before.merged_into_id}:
        return _("That case ended long ago. This is a new one: %(number)s.") % {
            "number": after.number
        }
    if after.reopened_count > before.reopened_count:
        return _("It is with the case, which is open again.")
    return _("It is with the case.")


def _again(request: StaffRequest, row: Case, form: TalkForm, before: LoggedAlready) -> HttpResponse:
    """The same words are there; others may be meant to come on top, with a key of their own."""
    if before.interaction.text == form.cleaned_data["text"].strip():
        messages.info(request, _("It is on the file already."))
        return redirect("support:case", row.pk)
    form.data = {**dict(form.data.items()), "draft_name": new_key()}
    add_refusal(request, form, before)
    return case_page(request, row, talk=form)


def case_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Say anew what it is about; who saved in between is not overwritten in silence."""
    row = get_case(request, pk)
    form = CaseForm(posted(request), case=row)
    if request.method == "POST" and form.is_valid():
        try:
            change_case(
                actor=request.user,
                now=clock.now(),
                case=row,
                values=form.values(),
                version=form.cleaned_data["version"],
            )
        except Refused as refused:
            form.renew(get_case(request, pk).version)
            add_refusal(request, form, refused)
        else:
            messages.success(request, _("The case is saved."))
            return redirect("support:case", pk)
    context = {"form": form, "case": row}
    return render(request, "support/case_edit.html", context, status=422 if form.errors else 200)

"""What a second person decides: the list, and the three ways in which one ends."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import policy
from accounts.access import get_approval
from accounts.approvals import asked_by, ended, to_decide
from accounts.forms.approvals import AnswerForm
from accounts.requests import StaffRequest
from accounts.services.approvals import approve, refuse, withdraw
from core import clock
from core.errors import Refused
from core.views.language import safe_next

PAGE, SHOWN = "accounts:approvals", 50


def approvals(request: StaffRequest) -> HttpResponse:
    """What waits for the person's decision, and what was decided lately."""
    return _page(request)


def _page(request: StaffRequest, form: AnswerForm | None = None, pk: int = 0) -> HttpResponse:
    context = {
        "lines": to_decide(request.user, SHOWN),
        "ended": ended(request.user, SHOWN),
        "form": form or AnswerForm(),
        "refused": pk,
    }
    return render(request, "accounts/approvals.html", context, status=422 if form else 200)


def requests(request: StaffRequest) -> HttpResponse:
    """What the person asked for, and what became of it."""
    decides = policy.may(request.user.role, "accounts:approvals")
    context = {"lines": asked_by(request.user, SHOWN), "decides": decides}
    return render(request, "accounts/requests.html", context)


def approval_approve(request: StaffRequest, pk: int) -> HttpResponse:
    """Approve it; it is done at once."""
    approval = get_approval(request, pk)
    try:
        approve(actor=request.user, approval=approval, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Approved, and done."))
    return redirect(safe_next(request, reverse(PAGE)))


def approval_refuse(request: StaffRequest, pk: int) -> HttpResponse:
    """Refuse it, with a word about why."""
    approval, form = get_approval(request, pk), AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, form, pk)
    answer = form.cleaned_data["answer"]
    try:
        refuse(actor=request.user, approval=approval, answer=answer, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Refused. Who asked for it sees why."))
    return redirect(safe_next(request, reverse(PAGE)))


def approval_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Take back what one asked for."""
    approval = get_approval(request, pk)
    try:
        withdraw(actor=request.user, approval=approval, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("It is withdrawn."))
    return redirect(safe_next(request, reverse("accounts:requests")))

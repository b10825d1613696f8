"""Suppressed addresses: the list, one more, lifting with a reason."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from core.posted import posted
from customers.access import get_suppression
from customers.forms.suppression import LiftForm, SuppressForm, SuppressionFilter
from customers.mail_state import shown_suppressions
from customers.models import ChoiceSource, SuppressionReason
from customers.services.suppressions import lift, suppress
from customers.suppression_list import read_suppressions
from customers.views.customer import add_refusal


def suppressions(request: StaffRequest) -> HttpResponse:
    """Who gets no mails and why, newest first."""
    form = SuppressionFilter(request.GET)
    if not form.is_valid():
        return render(request, "customers/suppressions.html", {"form": form}, status=400)
    before = request.GET.get("before", "")
    last = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    page = read_suppressions(form.cleaned_data, last, request.user)
    asked = {name: value for name, value in form.cleaned_data.items() if value}
    older = urlencode({**asked, "before": page.older}) if page.older else ""
    context = {"form": form, "page": page, "asked": asked, "older": older}
    return render(request, "customers/suppressions.html", context)


def suppression_new(request: StaffRequest) -> HttpResponse:
    """Somebody asked for no more mails."""
    form = SuppressForm(posted(request), initial={"address": request.GET.get("address", "")})
    if request.method == "POST" and form.is_valid():
        suppress(
            actor=request.user,
            reason=SuppressionReason.ASKED,
            source=ChoiceSource.STAFF,
            now=clock.now(),
            **form.cleaned_data,
        )
        messages.success(request, _("The address is suppressed."))
        return redirect("customers:suppressions")
    status = 422 if form.errors else 200
    return render(request, "customers/suppression_new.html", {"form": form}, status=status)


def suppression_lift(request: StaffRequest, pk: int) -> HttpResponse:
    """Let mails through again, for a reason."""
    suppression = get_suppression(request, pk)
    form = LiftForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            lift(actor=request.user, suppression=suppression, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            add_refusal(request, form, refused)
        else:
            messages.success(request, _("Mails may go to this address again."))
            return redirect("customers:suppressions")
    shown = shown_suppressions(request.user, [suppression])[0]
    context = {"form": form, "shown": shown}
    status = 422 if form.errors else 200
    return render(request, "customers/suppression_lift.html", context, status=status)

"""A new case of a customer, from nothing or from what was said."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from core.posted import posted
from customers.access import get_customer
from customers.masking import shown_name
from customers.models import Customer, Interaction
from customers.views.customer import add_refusal
from support.access import find_talk
from support.case_page import new_key
from support.forms.case import NewCaseForm
from support.models import Case
from support.services.cases import open_case


def case_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Open a case; a second click opens the same one."""
    customer = get_customer(request, pk)
    talk = find_talk(request, customer, request.GET.get("from", ""))
    initial: dict[str, object] = {"key": new_key(), "kind": "complaint"}
    if talk:
        initial |= {"description": talk.text, "received_at": talk.occurred_at}
    form = NewCaseForm(posted(request), customer=customer, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            case = _opened(request, customer, form, talk)
        except Refused as refused:
            add_refusal(request, form, refused)
        else:
            messages.success(request, _("Case %(number)s is open.") % {"number": case.number})
            return redirect("support:case", case.pk)
    name = shown_name(request.user, customer)
    context = {"form": form, "customer": customer, "name": name, "talk": talk}
    return render(request, "support/case_new.html", context, status=422 if form.errors else 200)


def _opened(
    request: StaffRequest, customer: Customer, form: NewCaseForm, talk: Interaction | None
) -> Case:
    now, key = clock.now(), form.cleaned_data["key"]
    return open_case(
        actor=request.user,
        now=now,
        customer=customer,
        asked=form.asked(now),
        owner=form.cleaned_data["owner"],
        interaction=talk,
        key=f"form:{customer.pk}:{key}" if key else "",
    )

"""What a customer wants by mail, said to staff: the same choices as on their own page."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.requests import StaffRequest
from core import clock
from core.posted import posted
from customers.access import get_customer
from customers.forms.preference import StaffPreferenceForm, present_wishes
from customers.mail_state import mail_state
from customers.masking import shown_name
from customers.models import ChoiceSource, Customer
from customers.services import preferences as service

SOURCE = ChoiceSource.STAFF


def preferences(request: StaffRequest, pk: int) -> HttpResponse:
    """Topics, how often, the language."""
    customer = get_customer(request, pk)
    initial = present_wishes(customer, customer.language)
    form = StaffPreferenceForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        wishes, now = form.wishes(), clock.now()
        service.choose(actor=request.user, customer=customer, wishes=wishes, source=SOURCE, now=now)
        messages.success(request, _("What the customer wishes is saved."))
        return redirect("customers:customer", customer.pk)
    status = 422 if form.errors else 200
    context = _page(request, customer) | {"form": form}
    return render(request, "customers/preferences.html", context, status=status)


def _page(request: StaffRequest, customer: Customer) -> dict[str, Any]:
    return {
        "customer": customer,
        "name": shown_name(request.user, customer),
        "mails": mail_state(customer, request.user, clock.now()),
    }


def preferences_pause(request: StaffRequest, pk: int) -> HttpResponse:
    """No marketing and no surveys for 30 days."""
    customer = get_customer(request, pk)
    service.pause(actor=request.user, customer=customer, source=SOURCE, now=clock.now())
    messages.success(request, _("Mails are paused for 30 days."))
    return redirect("customers:preferences", customer.pk)


def preferences_resume(request: StaffRequest, pk: int) -> HttpResponse:
    """End the pause."""
    customer = get_customer(request, pk)
    service.resume(actor=request.user, customer=customer, source=SOURCE, now=clock.now())
    messages.success(request, _("The pause is over."))
    return redirect("customers:preferences", customer.pk)

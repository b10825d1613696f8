"""Asking a customer by mail to agree to something: a link that they confirm by one tap."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from core.posted import posted
from customers.access import get_customer
from customers.forms.consent_request import ConsentRequestForm
from customers.masking import shown_name
from customers.models import ConsentAction, ConsentEntry, Customer
from customers.services.consent_requests import request_consent
from customers.views.customer import add_refusal

SHOWN_REQUESTS = 10


def consent_request(request: StaffRequest, pk: int) -> HttpResponse:
    """What is asked for, and what waits for an answer."""
    customer = get_customer(request, pk)
    initial = _known(request, customer)
    form = ConsentRequestForm(posted(request), customer=customer, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            now = clock.now()
            request_consent(actor=request.user, customer=customer, now=now, **form.cleaned_data)
        except Refused as refused:
            add_refusal(request, form, refused)
        else:
            messages.success(request, _("The mail with the link is on its way."))
            return redirect("customers:consents", customer.pk)
    open_ones = customer.consent_requests.filter(confirmed_at=None, expires_at__gt=clock.now())
    context = {
        "customer": customer,
        "name": shown_name(request.user, customer),
        "form": form,
        "waiting": list(open_ones.order_by("-pk")[:SHOWN_REQUESTS]),
    }
    status = 422 if form.errors else 200
    return render(request, "customers/consent_request.html", context, status=status)


def _known(request: StaffRequest, customer: Customer) -> dict[str, Any]:
    """The customer's language, and the wording that was used last in it."""
    spoken = customer.language in dict(settings.LANGUAGES)
    language = customer.language if spoken else request.shop.language
    used = ConsentEntry.objects.filter(action=ConsentAction.GRANTED, language=language)
    last = used.exclude(text="").order_by("-pk").first()
    return {
        "language": language,
        "text": last.text if last else "",
        "purpose": last.purpose if last else "",
    }

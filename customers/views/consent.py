"""Consents: the ledger of a customer, a new line with its proof, taking back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import policy
from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from core.posted import posted
from customers.access import get_customer
from customers.consents import present_consents
from customers.file_panels import shown_consents
from customers.forms.consent import ConsentForm, WithdrawForm
from customers.mail_state import mail_state
from customers.masking import shown_name
from customers.models import ConsentAction, ConsentEntry, ConsentSource, Customer
from customers.services.consents import record_consent
from customers.views.customer import add_refusal

SHOWN_LINES = 100
# How far back a wording is looked for.
RECENT_LINES = 1_000


def consents(request: StaffRequest, pk: int) -> HttpResponse:
    """What the customer agreed to, and how that came about; a form for those who may grant."""
    customer = get_customer(request, pk)
    form = None
    if policy.may(request.user.role, "customers:consents", "POST"):
        form = ConsentForm(posted(request), customer=customer, initial=_known(request, customer))
    if request.method == "POST" and form and form.is_valid():
        try:
            _grant(request, customer, form.cleaned_data)
        except Refused as refused:
            add_refusal(request, form, refused)
        else:
            messages.success(request, _("The consent is recorded with its proof."))
            return redirect("customers:consents", customer.pk)
    status = 422 if form and form.errors else 200
    context = _ledger(request, customer) | {"form": form}
    return render(request, "customers/consents.html", context, status=status)


def _grant(request: StaffRequest, customer: Customer, data: dict[str, Any]) -> None:
    now = clock.now()
    moment = data.pop("occurred_at") or now
    record_consent(
        actor=request.user,
        customer=customer,
        action=ConsentAction.GRANTED,
        occurred_at=moment,
        now=now,
        **data,
    )


def _known(request: StaffRequest, customer: Customer) -> dict[str, Any]:
    """The wording that was used last in the customer's language, else the shop's, so that nobody
    types it twice; none in another language, which the customer did not read."""
    language = customer.language or request.shop.language
    recent = ConsentEntry.objects.order_by("-pk").values("pk")[:RECENT_LINES]
    granted = ConsentEntry.objects.filter(pk__in=recent, action=ConsentAction.GRANTED)
    used = granted.filter(language=language).exclude(text="").order_by("-pk").first()
    return {
        "text": used.text if used else "",
        "language": language,
        "purpose": used.purpose if used else "",
    }


def _ledger(request: StaffRequest, customer: Customer) -> dict[str, Any]:
    lines = customer.consent_entries.select_related("actor").order_by("-occurred_at", "-pk")
    return {
        "customer": customer,
        "name": shown_name(request.user, customer),
        "mails": mail_state(customer, request.user, clock.now()),
        "present": shown_consents(request.user, present_consents(customer)),
        "lines": shown_consents(request.user, list(lines[:SHOWN_LINES])),
    }


def consent_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a consent back, at once and without a reason."""
    customer = get_customer(request, pk)
    form = WithdrawForm(request.POST)
    line = None
    if form.is_valid():
        line = customer.consent_entries.filter(pk=form.cleaned_data["entry"]).first()
    if line is None or line.purpose != form.cleaned_data["purpose"]:
        raise Http404
    now = clock.now()
    record_consent(
        actor=request.user,
        customer=customer,
        address=line.address,
        purpose=line.purpose,
        action=ConsentAction.WITHDRAWN,
        text="",
        source=ConsentSource.STAFF,
        source_note="",
        language="",
        occurred_at=now,
        now=now,
    )
    messages.success(request, _("The consent is taken back."))
    return redirect("customers:consents", customer.pk)

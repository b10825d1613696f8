"""Codes: minted, chosen, taken along as a file, withdrawn, given to customers."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.requests import StaffRequest
from core import clock
from core.downloads import csv_response
from core.errors import Refused
from core.services import audit
from core.templatetags.ui import whole
from customers.access import get_customer
from customers.masking import shown_name
from customers.models import Customer
from loyalty.coupon_access import get_campaign, get_code
from loyalty.coupon_page import COLUMNS, code_row, export_rows, uses_page
from loyalty.coupon_panels import open_campaigns
from loyalty.coupon_words import gives
from loyalty.forms.coupon import GiveForm, MintForm, WordForm
from loyalty.models import CouponCode
from loyalty.services.coupon_codes import add_word, give, mint, restore, withdraw
from loyalty.views.coupons import coupon_page

SHOWN = 50


def coupon_mint(request: StaffRequest, pk: int) -> HttpResponse:
    """Make codes for one use each."""
    campaign, form = get_campaign(request, pk), MintForm(request.POST)
    if not form.is_valid():
        return coupon_page(request, campaign, mint_form=form)
    number = mint(actor=request.user, campaign=campaign, now=clock.now(), **form.cleaned_data)
    words = ngettext("%(number)s code is made.", "%(number)s codes are made.", number)
    messages.success(request, words % {"number": whole(number)})
    return redirect("loyalty:coupon", pk)


def coupon_word(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a code that everybody may know."""
    campaign, form = get_campaign(request, pk), WordForm(request.POST)
    if form.is_valid():
        try:
            made = add_word(
                actor=request.user, campaign=campaign, now=clock.now(), **form.cleaned_data
            )
        except Refused as refused:
            form.add_error("word", refused.message)
        else:
            messages.success(request, _("The code %(code)s is made.") % {"code": made})
            return redirect("loyalty:coupon", pk)
    return coupon_page(request, campaign, word_form=form)


@transaction.atomic
def coupon_csv(request: StaffRequest, pk: int) -> StreamingHttpResponse:
    """The campaign's codes as a file; audited."""
    campaign = get_campaign(request, pk)
    number = campaign.codes.count()
    audit.record(
        actor=request.user,
        action="coupon.exported",
        target=campaign,
        details={"number": number},
    )
    return csv_response(f"coupons-{pk}.csv", COLUMNS, export_rows(campaign, clock.now()))


def coupon_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """The code can be used no more; the toast takes that back."""
    code = get_code(request, pk)
    withdraw(actor=request.user, code=code, now=clock.now())
    undo = reverse("loyalty:coupon_restore", args=[pk])
    words = _("The code %(code)s is withdrawn.") % {"code": code}
    messages.success(request, words, extra_tags=f"undo:{undo}")
    return redirect("loyalty:coupon", code.campaign_id)


def coupon_restore(request: StaffRequest, pk: int) -> HttpResponse:
    """The code is good again."""
    code = get_code(request, pk)
    restore(actor=request.user, code=code)
    messages.success(request, _("The code %(code)s is good again.") % {"code": code})
    return redirect("loyalty:coupon", code.campaign_id)


def customer_coupons(request: StaffRequest, pk: int) -> HttpResponse:
    """The customer's codes and what they used; giving one more."""
    customer, form = get_customer(request, pk), GiveForm(request.POST)
    if request.method != "POST":
        return _customer_page(request, customer, GiveForm())
    if form.is_valid():
        campaign = form.cleaned_data["campaign"]
        key = _given_key(request, customer)
        try:
            give(actor=request.user, campaign=campaign, customer=customer, now=clock.now(), key=key)
        except Refused as refused:
            form.add_error("campaign", refused.message)
        else:
            messages.success(request, _("The coupon is given."))
            return redirect("loyalty:customer_coupons", pk)
    return _customer_page(request, customer, form)


def _given_key(request: StaffRequest, customer: Customer) -> str:
    """A form sent twice, by a second click, gives once."""
    key = request.POST.get("key", "")
    return f"form:{customer.pk}:{key}" if key.isascii() and key.isalnum() and len(key) <= 40 else ""


def _customer_page(request: StaffRequest, customer: Customer, form: GiveForm) -> HttpResponse:
    now = clock.now()
    found = CouponCode.objects.filter(customer=customer).select_related("campaign", "customer")
    codes = [
        code_row(row, request.user, now, request.shop.zone) for row in found.order_by("-pk")[:SHOWN]
    ]
    uses, _older = uses_page(customer.coupon_uses.all(), None, request.user)
    context = {
        "customer": customer,
        "name": shown_name(request.user, customer),
        "codes": [(row, gives(row.code.campaign)) for row in codes],
        "uses": uses,
        "form": form,
        "campaigns": open_campaigns(now),
        "key": get_random_string(32),
    }
    status = 422 if form.errors else 200
    return render(request, "loyalty/customer_coupons.html", context, status=status)

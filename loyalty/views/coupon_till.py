"""A code at the till: looked at, used, taken back."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from core.posted import posted
from core.templatetags.ui import money
from customers.access import visible_customers
from customers.masking import shown_name
from loyalty.coupon_access import get_use
from loyalty.forms.coupon import TillForm
from loyalty.models import CouponUse
from loyalty.services.coupon_uses import undo_use, use_now
from loyalty.till import Answer, answer, used_before


def coupon_till(request: StaffRequest) -> HttpResponse:
    """What a code gives on this purchase, or exactly why it does not."""
    initial = {name: request.GET.get(name, "")[:300] for name in ("code", "customer")}
    form = TillForm(posted(request), currency=request.shop.currency, initial=initial)
    found = _answered(request, form) if request.method == "POST" else None
    return _page(request, form, found)


def _answered(request: StaffRequest, form: TillForm) -> Answer | None:
    if not form.is_valid():
        return None
    try:
        return answer(form, visible_customers(request), clock.now())
    except Refused as refused:
        form.add_error(refused.field or "code", refused.message)
        return None


def _page(request: StaffRequest, form: TillForm, found: Answer | None) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "answer": found, "key": _key(request)}
    if found is not None and found.asking.customer is not None:
        context["whose"] = shown_name(request.user, found.asking.customer)
    status = 422 if form.errors else 200
    return render(request, "loyalty/till.html", context, status=status)


def _key(request: StaffRequest) -> str:
    """Makes a form that is sent twice count once, where there is no number of a receipt."""
    key = request.POST.get("key", "")
    return key if key.isascii() and key.isalnum() and len(key) == 32 else get_random_string(32)


def coupon_use(request: StaffRequest) -> HttpResponse:
    """Use the codes; where they would do something else by now than was shown, show that."""
    form = TillForm(request.POST, currency=request.shop.currency)
    order = f"till:{_key(request)}"
    if form.is_valid() and (before := used_before(form, order)):
        return _done(request, before)
    found = _answered(request, form)
    if found is None or request.POST.get("discount") != str(found.discount_minor):
        return _page(request, form, found)
    order = form.cleaned_data["order"] or order
    try:
        held = use_now(actor=request.user, typed=form.codes(), order=order, asking=found.asking)
    except Refused as refused:
        form.add_error("code", refused.message)
        return _page(request, form, None)
    return _done(request, held.uses)


def _done(request: StaffRequest, uses: Sequence[CouponUse]) -> HttpResponse:
    for use in uses:
        messages.success(request, _said(use), extra_tags=_undo(use))
    return redirect("loyalty:coupon_till")


def _said(use: CouponUse) -> str:
    off, paid = money(use.discount_minor, use.currency), money(use.paid_minor, use.currency)
    words = _("“%(campaign)s” is used: %(off)s off, %(paid)s to pay.")
    return words % {"campaign": use.campaign.name, "off": off, "paid": paid}


def _undo(use: CouponUse) -> str:
    return f"undo:{reverse('loyalty:coupon_undo', args=[use.pk])}"


def coupon_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a use back: the code is good again."""
    try:
        undo_use(actor=request.user, use=get_use(request, pk), now=clock.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Taken back. The code is good again."))
    return redirect("loyalty:coupon_till")

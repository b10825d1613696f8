"""A customer's points: what they have, what happened, and spending or correcting by hand."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from accounts import policy
from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from customers.access import get_customer
from customers.masking import shown_name
from customers.models import Customer
from loyalty.access import get_redemption
from loyalty.forms.points import AdjustForm, RedeemForm
from loyalty.points_page import points_page
from loyalty.services.acts import Done
from loyalty.services.adjusting import adjust
from loyalty.services.adjustment_requests import ask_to_adjust, is_above_limit
from loyalty.services.programmes import get_programme
from loyalty.services.redeeming import redeem
from loyalty.services.reversing import reverse_redemption
from loyalty.views.keys import form_key
from loyalty.words import units


def points(request: StaffRequest, pk: int) -> HttpResponse:
    """Balances, lots and movements."""
    return _page(request, get_customer(request, pk))


def _page(request: StaffRequest, customer: Customer, **forms: Form) -> HttpResponse:
    context = points_page(customer, clock.now(), request.GET.get("before", ""))
    shown = {
        "name": shown_name(request.user, customer),
        "redeem_form": RedeemForm(),
        "adjust_form": AdjustForm(),
        **forms,
        "may_redeem": policy.may(request.user.role, "loyalty:points_redeem", "POST"),
        "may_adjust": policy.may(request.user.role, "loyalty:points_adjust", "POST"),
    }
    status = 422 if forms else 200
    return render(request, "loyalty/points.html", {**context, **shown}, status=status)


def points_redeem(request: StaffRequest, pk: int) -> HttpResponse:
    """Spend points at the counter."""
    customer, form = get_customer(request, pk), RedeemForm(request.POST)
    if form.is_valid():
        try:
            _redeem(request, customer, form)
        except Refused as refused:
            form.add_error("units", refused.message)
        else:
            return redirect("loyalty:points", customer.pk)
    return _page(request, customer, redeem_form=form)


def _redeem(request: StaffRequest, customer: Customer, form: RedeemForm) -> Done:
    programme = get_programme()
    done = redeem(
        actor=request.user,
        customer=customer,
        programme=programme,
        units=form.cleaned_data["units"],
        reason=form.cleaned_data["reason"],
        now=clock.now(),
        key=form_key(request),
    )
    left = units(programme, done.result["available"])
    messages.success(request, _("Redeemed. %(points)s are left.") % {"points": left})
    return done


def points_adjust(request: StaffRequest, pk: int) -> HttpResponse:
    """Give or take points, with a reason; above the person's limit a manager is asked."""
    customer, form = get_customer(request, pk), AdjustForm(request.POST)
    if form.is_valid():
        try:
            said = _adjust(request, customer, form)
        except Refused as refused:
            form.add_error("why" if refused.field == "reason" else "change", refused.message)
        else:
            messages.success(request, said)
            return redirect("loyalty:points", customer.pk)
    return _page(request, customer, adjust_form=form)


def _adjust(request: StaffRequest, customer: Customer, form: AdjustForm) -> str:
    """Do it, or ask for it; what to tell the person."""
    programme, key = get_programme(), form_key(request)
    number, reason = form.cleaned_data["change"], form.cleaned_data["why"]
    is_asked = is_above_limit(actor=request.user, programme=programme, units=number)
    (ask_to_adjust if is_asked else adjust)(
        actor=request.user,
        customer=customer,
        programme=programme,
        units=number,
        reason=reason,
        key=key or f"form:{get_random_string(32)}",
        now=clock.now(),
    )
    if is_asked:
        return _("That is above your limit, so a manager is asked. You see the answer on your day.")
    return _("The points are corrected.")


def redemption_reverse(request: StaffRequest, pk: int) -> HttpResponse:
    """Give back what a redemption spent."""
    operation = get_redemption(request, pk)
    customer = operation.account.customer
    assert customer is not None, "visible customers have a file"
    try:
        reverse_redemption(actor=request.user, operation=operation, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The points are back."))
    return redirect("loyalty:points", customer.pk)

"""A customer's points: what they have, what happened, and spending or correcting by hand."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from accounts import policy
from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from customers.access import get_customer
from customers.masking import shown_name
from customers.models import Customer
from loyalty.access import get_programme_asked, get_redemption
from loyalty.addresses import address_in
from loyalty.errors import LoyaltyRefused
from loyalty.forms.points import AdjustForm, RedeemForm
from loyalty.models import Programme
from loyalty.points_page import points_page
from loyalty.services.acts import Done
from loyalty.services.adjusting import adjust
from loyalty.services.adjustment_requests import ask_to_adjust, is_above_limit
from loyalty.services.redeeming import redeem
from loyalty.services.reversing import reverse_redemption
from loyalty.views.keys import form_key
from loyalty.words import refusal_said, told


def points(request: StaffRequest, pk: int) -> HttpResponse:
    """Balances, lots and movements."""
    return _page(request, get_customer(request, pk), get_programme_asked(request))


def _page(
    request: StaffRequest, customer: Customer, programme: Programme, **forms: Form
) -> HttpResponse:
    context = points_page(customer, programme, clock.now(), request.GET.get("before", ""))
    shown = {
        "name": shown_name(request.user, customer),
        "redeem_form": RedeemForm(programme=programme),
        "adjust_form": AdjustForm(programme=programme),
        **forms,
        "may_redeem": policy.may(request.user.role, "loyalty:points_redeem", "POST"),
        "may_adjust": policy.may(request.user.role, "loyalty:points_adjust", "POST"),
    }
    status = 422 if forms else 200
    return render(request, "loyalty/points.html", {**context, **shown}, status=status)


def points_redeem(request: StaffRequest, pk: int) -> HttpResponse:
    """Spend points at the counter."""
    customer, programme = get_customer(request, pk), get_programme_asked(request)
    form = RedeemForm(request.POST, programme=programme)
    if form.is_valid():
        try:
            _redeem(request, customer, form)
        except LoyaltyRefused as refused:
            form.add_error("units", refusal_said(programme, refused))
        except Refused as refused:
            form.add_error("units", refused.message)
        else:
            return redirect(_address(customer, programme))
    return _page(request, customer, programme, redeem_form=form)


def _address(customer: Customer, programme: Programme) -> str:
    return address_in(programme, reverse("loyalty:points", args=[customer.pk]))


def _redeem(request: StaffRequest, customer: Customer, form: RedeemForm) -> Done:
    programme = form.programme
    done = redeem(
        actor=request.user,
        customer=customer,
        programme=programme,
        units=form.cleaned_data["units"],
        reason=form.cleaned_data["reason"],
        now=clock.now(),
        key=form_key(request),
    )
    left = told(programme, done.result["available"])
    messages.success(request, _("Redeemed. %(points)s are left.") % {"points": left})
    return done


def points_adjust(request: StaffRequest, pk: int) -> HttpResponse:
    """Give or take points, with a reason; above the person's limit a manager is asked."""
    customer, programme = get_customer(request, pk), get_programme_asked(request)
    form = AdjustForm(request.POST, programme=programme)
    if form.is_valid():
        try:
            said = _adjust(request, customer, form)
        except LoyaltyRefused as refused:
            form.add_error("change", refusal_said(programme, refused))
        except Refused as refused:
            form.add_error("why" if refused.field == "reason" else "change", refused.message)
        else:
            messages.success(request, said)
            return redirect(_address(customer, programme))
    return _page(request, customer, programme, adjust_form=form)


def _adjust(request: StaffRequest, customer: Customer, form: AdjustForm) -> str:
    """Do it, or ask for it; what to tell the person."""
    programme, key = form.programme, form_key(request)
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
    return _("It is corrected.") if programme.is_money else _("The points are corrected.")


def redemption_reverse(request: StaffRequest, pk: int) -> HttpResponse:
    """Give back what a redemption spent."""
    operation = get_redemption(request, pk)
    customer = operation.account.customer
    assert customer is not None, "visible customers have a file"
    programme = operation.account.programme
    try:
        reverse_redemption(actor=request.user, operation=operation, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(
            request, _("It is given back.") if programme.is_money else _("The points are back.")
        )
    return redirect(_address(customer, programme))

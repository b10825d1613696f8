"""Friends brought along: what they are worth, who came by whom, and those to look at."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from core.posted import posted
from customers.access import get_customer
from customers.masking import shown_name
from customers.models import Customer
from loyalty.coupon_access import get_referral
from loyalty.forms.referral import CameByForm, SchemeForm
from loyalty.models import Referral, ReferralState
from loyalty.services.referrals import (
    change_scheme,
    decide,
    get_scheme,
    note_referral,
    referral_code,
)

PAGE = 50


def referrals(request: StaffRequest) -> HttpResponse:
    """The settings, those to look at, and all others, the newest first."""
    scheme = get_scheme()
    form = SchemeForm(posted(request), scheme=scheme)
    if request.method == "POST" and form.is_valid():
        try:
            change_scheme(
                actor=request.user, values=form.values(), version=form.cleaned_data["version"]
            )
        except Refused as refused:
            form.renew(scheme.version)
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("It holds from now on."))
            return redirect("loyalty:referrals")
    context = {"form": form, "scheme": scheme, **_lists(request)}
    status = 422 if form.errors else 200
    return render(request, "loyalty/referrals.html", context, status=status)


def _lists(request: StaffRequest) -> dict[str, object]:
    rows = Referral.objects.select_related("referrer", "referee").order_by("-pk")
    below = request.GET.get("before", "")
    if below.isascii() and below.isdigit() and len(below) < 19:
        rows = rows.filter(pk__lt=int(below))
    found = list(rows[: PAGE + 1])
    flagged = Referral.objects.select_related("referrer", "referee").filter(
        state=ReferralState.FLAGGED
    )
    return {
        "rows": [_row(request.user, row) for row in found[:PAGE]],
        "older": found[PAGE - 1].pk if len(found) > PAGE else None,
        "flagged": [_row(request.user, row) for row in flagged.order_by("pk")[:PAGE]],
    }


def _row(user: User, row: Referral) -> dict[str, object]:
    return {"row": row, "by": _name(user, row.referrer), "friend": _name(user, row.referee)}


def _name(user: User, customer: Customer | None) -> str:
    return shown_name(user, customer) if customer else ""


def referral_accept(request: StaffRequest, pk: int) -> HttpResponse:
    """The two are two: it waits for the order."""
    return _decide(request, pk, True, _("Accepted. It waits for the friend's order."))


def referral_decline(request: StaffRequest, pk: int) -> HttpResponse:
    """It never counts."""
    return _decide(request, pk, False, _("Declined. Nobody is rewarded."))


def _decide(request: StaffRequest, pk: int, accepts: bool, words: str) -> HttpResponse:
    referral = get_referral(request, pk)
    decide(actor=request.user, referral=referral, accepts=accepts, now=clock.now())
    messages.success(request, words)
    return redirect("loyalty:referrals")


def customer_referral(request: StaffRequest, pk: int) -> HttpResponse:
    """Make the customer's code, or note by whose code they came."""
    customer, now = get_customer(request, pk), clock.now()
    if "code" not in request.POST:
        referral_code(actor=request.user, customer=customer, now=now)
        messages.success(request, _("The code is made. It stands on this page."))
        return redirect("customers:customer", pk)
    form = CameByForm(request.POST)
    try:
        typed = form.cleaned_data["code"] if form.is_valid() else ""
        note_referral(actor=request.user, referee=customer, typed=typed, now=now)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Noted. Both are rewarded with the first order."))
    return redirect("customers:customer", pk)

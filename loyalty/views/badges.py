"""Badges: the list of them, adding one, giving one to a customer."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import policy
from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from core.posted import posted
from customers.access import get_customer, visible_customers
from loyalty import challenge_page
from loyalty.forms.challenges import BadgeForm, GiveBadgeForm
from loyalty.models import Badge
from loyalty.services.badges import add_badge, give_badge


def badges(request: StaffRequest) -> HttpResponse:
    """The badges and how many have them; adding one."""
    form = BadgeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            add_badge(actor=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field, refused.message)
        else:
            messages.success(request, _("The badge is there."))
            return redirect("loyalty:badges")
    people = visible_customers(request)
    context = {
        "form": form,
        "badges": challenge_page.badges(people),
        "may_add": policy.may(request.user.role, "loyalty:badges", "POST"),
    }
    status = 422 if form.errors else 200
    return render(request, "loyalty/badges.html", context, status=status)


def badge_give(request: StaffRequest, pk: int) -> HttpResponse:
    """Give a customer a badge."""
    customer, form = get_customer(request, pk), GiveBadgeForm(request.POST)
    if form.is_valid():
        badge: Badge = form.cleaned_data["badge"]
        give_badge(actor=request.user, badge=badge, customer=customer, now=clock.now())
        messages.success(request, _("The badge is given."))
        return redirect("loyalty:tier", customer.pk)
    messages.error(request, _("Choose a badge."))
    return redirect("loyalty:tier", customer.pk)

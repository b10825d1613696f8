"""Rewards before one customer: what is within reach, claimed in one click, and saved for."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import policy
from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from customers.access import get_customer
from customers.masking import shown_name
from customers.models import Customer
from customers.views.returning import go_back
from loyalty.access import get_reward
from loyalty.catalogue import name_of
from loyalty.forms.reward import ClaimForm, GoalForm
from loyalty.services.claiming import claim_reward
from loyalty.services.programmes import get_programme
from loyalty.services.rewards import save_for
from loyalty.shelf import claims_of, shelf_of
from loyalty.views.keys import form_key
from loyalty.words import units


def shelf(request: StaffRequest, pk: int) -> HttpResponse:
    """Every reward that the customer may have, with the way there; and what they had."""
    return _page(request, get_customer(request, pk))


def _page(request: StaffRequest, customer: Customer, form: Form | None = None) -> HttpResponse:
    programme = get_programme()
    found = shelf_of(customer, programme, clock.now())
    context = {
        "customer": customer,
        "name": shown_name(request.user, customer),
        "shelf": found,
        "balance": units(programme, found.available),
        "claims": claims_of(customer),
        "form": form,
        "may_claim": policy.may(request.user.role, "loyalty:reward_claim", "POST"),
    }
    return render(request, "loyalty/shelf.html", context, status=422 if form else 200)


def reward_claim(request: StaffRequest, pk: int) -> HttpResponse:
    """Redeem a reward; the toast takes it back."""
    customer, form = get_customer(request, pk), ClaimForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a reward."))
        return _page(request, customer, form)
    reward = get_reward(request, form.cleaned_data["reward"])
    try:
        done = claim_reward(
            actor=request.user,
            customer=customer,
            reward=reward,
            now=clock.now(),
            key=form_key(request),
            seen_cost=form.cleaned_data["cost"],
        )
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        undo = reverse("loyalty:claim_cancel", args=[done.operation.claim.pk])
        left = units(get_programme(), done.result["available"])
        words = _("“%(name)s” is redeemed. %(points)s are left.")
        text = words % {"name": name_of(reward), "points": left}
        messages.success(request, text, extra_tags=f"undo:{undo}")
    return go_back(request, reverse("loyalty:shelf", args=[customer.pk]))


def saving_goal(request: StaffRequest, pk: int) -> HttpResponse:
    """Save for a reward from now on, or for none."""
    customer, form = get_customer(request, pk), GoalForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a reward."))
        return _page(request, customer, form)
    wanted = form.cleaned_data["reward"]
    reward = get_reward(request, wanted) if wanted else None
    try:
        save_for(actor=request.user, customer=customer, reward=reward, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("loyalty:shelf", customer.pk)

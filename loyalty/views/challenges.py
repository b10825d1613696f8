"""Challenges and badges."""

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
from loyalty.access import get_challenge
from loyalty.challenges import State, amount, state_of
from loyalty.forms.challenges import BadgeForm, ChallengeForm, GiveBadgeForm
from loyalty.models import Badge
from loyalty.services.challenges import (
    add_badge,
    add_challenge,
    change_challenge,
    give_badge,
    stop_challenge,
)
from loyalty.services.programmes import get_programme


def challenges(request: StaffRequest) -> HttpResponse:
    """The challenges and how their members get on."""
    today = clock.local_date(clock.now(), request.shop.zone)
    context = {
        "cards": challenge_page.cards(visible_customers(request), today),
        "may_edit": policy.may(request.user.role, "loyalty:challenge_new"),
    }
    return render(request, "loyalty/challenges.html", context)


def challenge(request: StaffRequest, pk: int) -> HttpResponse:
    """One challenge: who reached it and who is close."""
    found, people = get_challenge(pk), visible_customers(request)
    state = state_of(found, clock.local_date(clock.now(), request.shop.zone))
    may_edit = policy.may(request.user.role, "loyalty:challenge_edit")
    context = {
        "challenge": found,
        "says": challenge_page.says(found),
        "target": amount(found, found.target),
        "state": challenge_page.WORDS[state],
        "runners": challenge_page.runners(found, people, request.user),
        "finishers": challenge_page.finishers(found, people, request.user),
        "may_change": may_edit and state == State.PLANNED,
        "may_stop": may_edit and state in {State.PLANNED, State.RUNNING},
    }
    return render(request, "loyalty/challenge.html", context)


def challenge_new(request: StaffRequest) -> HttpResponse:
    """Set a challenge up."""
    programme = get_programme()
    form = ChallengeForm(posted(request), programme=programme)
    if request.method == "POST" and form.is_valid():
        try:
            made = add_challenge(
                actor=request.user, programme=programme, values=form.values(), now=clock.now()
            )
        except Refused as refused:
            form.add_error(refused.field, refused.message)
        else:
            messages.success(request, _("The challenge is set up."))
            return redirect("loyalty:challenge", made.pk)
    status = 422 if form.errors else 200
    return render(request, "loyalty/challenge_form.html", {"form": form}, status=status)


def challenge_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a challenge that has not begun; who saved in between is not overwritten."""
    found = get_challenge(pk)
    form = ChallengeForm(posted(request), programme=found.programme, challenge=found)
    if request.method == "POST" and form.is_valid():
        try:
            change_challenge(
                actor=request.user,
                challenge=found,
                values=form.values(),
                version=form.cleaned_data["version"],
                now=clock.now(),
            )
        except Refused as refused:
            form.renew(found.version)
            form.add_error(refused.field, refused.message)
        else:
            messages.success(request, _("The challenge is changed."))
            return redirect("loyalty:challenge", found.pk)
    context = {"form": form, "challenge": found}
    status = 422 if form.errors else 200
    return render(request, "loyalty/challenge_form.html", context, status=status)


def challenge_stop(request: StaffRequest, pk: int) -> HttpResponse:
    """Nothing more is won from now on."""
    found = get_challenge(pk)
    try:
        stop_challenge(actor=request.user, challenge=found, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The challenge is stopped. What was won stays."))
    return redirect("loyalty:challenge", found.pk)


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

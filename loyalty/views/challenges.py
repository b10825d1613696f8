"""Challenges: the list, one of them, setting one up, changing and stopping it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import policy
from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from core.posted import posted
from customers.access import visible_customers
from loyalty import challenge_page
from loyalty.access import get_challenge
from loyalty.challenges import State, state_of
from loyalty.forms.challenges import ChallengeForm, RunningChallengeForm
from loyalty.models import Challenge
from loyalty.services.challenges import (
    add_challenge,
    change_challenge,
    change_running,
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
    """One challenge, in one of its repetitions: who reached it and who is close."""
    found, people = get_challenge(pk), visible_customers(request)
    today = clock.local_date(clock.now(), request.shop.zone)
    state, asked = state_of(found, today), request.GET.get("period", "")
    may_edit = policy.may(request.user.role, "loyalty:challenge_edit")
    goes_on = state == State.RUNNING and bool(found.repeats)
    context = {
        **challenge_page.challenge_context(found, people, request.user, asked, today),
        "state": challenge_page.WORDS[state],
        "may_change": may_edit and (state == State.PLANNED or goes_on),
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
    """Change a challenge that has not begun, or the end of one that repeats and runs; who saved in
    between is not overwritten."""
    found = get_challenge(pk)
    form, save = _form(request, found)
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except Refused as refused:
            form.renew(found.version)
            form.add_error(refused.field, refused.message)
        else:
            messages.success(request, _("The challenge is changed."))
            return redirect("loyalty:challenge", found.pk)
    is_running = isinstance(form, RunningChallengeForm)
    context = {"form": form, "challenge": found, "is_running": is_running}
    status = 422 if form.errors else 200
    return render(request, "loyalty/challenge_form.html", context, status=status)


def _form(
    request: StaffRequest, found: Challenge
) -> tuple[ChallengeForm | RunningChallengeForm, Callable[[], Challenge]]:
    """The form that the challenge still allows, and what saves it."""
    now, sent = clock.now(), posted(request)
    begun = state_of(found, clock.local_date(now, request.shop.zone)) != State.PLANNED
    form: ChallengeForm | RunningChallengeForm
    usual: dict[str, Any] = {"actor": request.user, "challenge": found, "now": now}
    if begun and found.repeats:
        form = RunningChallengeForm(sent, challenge=found)
        return form, lambda: change_running(**usual, **form.cleaned_data)
    form = ChallengeForm(sent, programme=found.programme, challenge=found)
    return form, lambda: change_challenge(
        **usual, values=form.values(), version=form.cleaned_data["version"]
    )


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

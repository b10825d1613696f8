"""Claimed rewards: what is to be got ready and handed over, and what became of the others."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import policy
from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from customers.access import visible_customers
from customers.masking import shown_name
from customers.views.returning import go_back
from loyalty.access import get_claim
from loyalty.catalogue import name_of, readers_languages
from loyalty.models import OPEN_STATES, ClaimState, RewardClaim
from loyalty.services import claiming

PAGE, SHOWN = "loyalty:claims", 50


def claims(request: StaffRequest) -> HttpResponse:
    """What waits to be handed over, newest first; `?state=` shows the others."""
    state = request.GET.get("state", "")
    wanted = [state] if state in ClaimState.values else list(OPEN_STATES)
    rows = RewardClaim.objects.filter(
        account__customer__in=visible_customers(request), state__in=wanted
    )
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.select_related("reward", "account__customer").order_by("-pk")[: SHOWN + 1])
    languages = readers_languages()
    context = {
        "rows": [_row(request, claim, languages) for claim in found[:SHOWN]],
        "older": found[SHOWN - 1].pk if found[SHOWN:] else None,
        "state": state if state in ClaimState.values else "",
        "states": _states(state),
        "may_act": policy.may(request.user.role, "loyalty:claim_hand_over", "POST"),
    }
    return render(request, "loyalty/claims.html", context)


def _row(request: StaffRequest, claim: RewardClaim, languages: Sequence[str]) -> dict[str, Any]:
    customer = claim.account.customer
    assert customer is not None, "visible customers have a file"
    who = shown_name(request.user, customer)
    return {
        "claim": claim,
        "name": name_of(claim.reward, languages),
        "who": who,
        "customer": customer,
    }


def _states(state: str) -> list[dict[str, Any]]:
    page = reverse(PAGE)
    known = state in ClaimState.values
    others = [(ClaimState.HANDED_OVER, _("Handed over")), (ClaimState.CANCELLED, _("Cancelled"))]
    return [
        {"label": _("To hand over"), "href": page, "current": not known},
        *(
            {"label": label, "href": f"{page}?state={value}", "current": state == value}
            for value, label in others
        ),
    ]


def claim_ready(request: StaffRequest, pk: int) -> HttpResponse:
    """It lies ready."""
    return _act(request, pk, claiming.make_ready, _("It lies ready."), "")


def claim_hand_over(request: StaffRequest, pk: int) -> HttpResponse:
    """The customer has it; the toast takes that back."""
    return _act(request, pk, claiming.hand_over, _("It is handed over."), "claim_take_back")


def claim_take_back(request: StaffRequest, pk: int) -> HttpResponse:
    """It is not handed over after all."""
    return _act(request, pk, claiming.take_back, _("It waits to be handed over again."), "")


def claim_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    """The points go back to where they were."""
    words = _("The reward is cancelled; the points are back.")
    return _act(request, pk, claiming.cancel_claim, words, "")


def _act(
    request: StaffRequest, pk: int, act: Callable[..., object], words: str, undo: str
) -> HttpResponse:
    claim = get_claim(request, pk)
    try:
        act(actor=request.user, claim=claim, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        address = reverse(f"loyalty:{undo}", args=[pk]) if undo else ""
        messages.success(request, words, extra_tags=f"undo:{address}" if address else "")
    return go_back(request, reverse(PAGE))

"""Coupon campaigns: the list with live numbers, one of them, making and changing."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import policy
from accounts.requests import StaffRequest
from core import clock
from core.clock import local_date
from core.errors import Refused
from core.posted import posted
from customers.access import visible_segments
from loyalty.coupon_access import get_campaign
from loyalty.coupon_page import (
    campaign_rows,
    codes_page,
    figures_of,
    state_of,
    terms_of,
    uses_page,
    week_bars,
)
from loyalty.coupon_words import gives
from loyalty.forms.coupon import CampaignForm, MintForm, WordForm
from loyalty.models import CampaignState, CouponCampaign
from loyalty.services.coupon_campaigns import change_campaign, make_campaign, set_state


def coupons(request: StaffRequest) -> HttpResponse:
    """All campaigns with what they gave, brought in and cost."""
    context = {"rows": campaign_rows(clock.now()), "may_edit": _may(request, "coupon_new")}
    return render(request, "loyalty/coupons.html", context)


def _may(request: StaffRequest, route: str) -> bool:
    return policy.may(request.user.role, f"loyalty:{route}", "POST")


def coupon(request: StaffRequest, pk: int) -> HttpResponse:
    """A campaign: what it gives, its numbers, its codes and its uses."""
    return coupon_page(request, get_campaign(request, pk))


def coupon_page(request: StaffRequest, campaign: CouponCampaign, **forms: Any) -> HttpResponse:
    """The page; a form that was refused stands on it with what was typed."""
    now, wanted = clock.now(), request.GET.get("q", "")[:100].replace("\x00", "")
    codes, older = codes_page(campaign, wanted, _below(request, "before"), request.user, now)
    uses, earlier = uses_page(campaign.uses.all(), _below(request, "earlier"), request.user)
    context = {
        "campaign": campaign,
        "gives": gives(campaign),
        "state": state_of(campaign, now),
        "figures": figures_of(campaign),
        "terms": terms_of(campaign),
        "bars": week_bars(campaign, now),
        **{"codes": codes, "older": older, "uses": uses, "earlier": earlier, "wanted": wanted},
        **{"mint_form": MintForm(), "word_form": WordForm(), **forms},
        "may_edit": _may(request, "coupon_edit"),
        "may_undo": _may(request, "coupon_undo"),
    }
    return render(request, "loyalty/coupon.html", context, status=422 if forms else 200)


def _below(request: StaffRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def coupon_new(request: StaffRequest) -> HttpResponse:
    """Make a campaign."""
    return _form(request, None)


def coupon_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change what a campaign gives from now on."""
    return _form(request, get_campaign(request, pk))


def _form(request: StaffRequest, campaign: CouponCampaign | None) -> HttpResponse:
    form = CampaignForm(posted(request), campaign=campaign, segments=visible_segments(request))
    if campaign is None:
        form.fields["first_day"].initial = local_date(clock.now(), request.shop.zone)
    if request.method == "POST" and form.is_valid():
        try:
            saved = _saved(request, campaign, form)
        except Refused as refused:
            if campaign is not None:
                form.renew(campaign.version)
            form.add_error(refused.field, refused.message)
        else:
            messages.success(request, _("“%(name)s” is saved.") % {"name": saved.name})
            return redirect("loyalty:coupon", saved.pk)
    context = {"form": form, "campaign": campaign}
    status = 422 if form.errors else 200
    return render(request, "loyalty/coupon_form.html", context, status=status)


def _saved(
    request: StaffRequest, campaign: CouponCampaign | None, form: CampaignForm
) -> CouponCampaign:
    values = form.values()
    if campaign is None:
        return make_campaign(actor=request.user, values=values, now=clock.now())
    version = form.cleaned_data["version"]
    return change_campaign(actor=request.user, campaign=campaign, values=values, version=version)


def coupon_stop(request: StaffRequest, pk: int) -> HttpResponse:
    """No code of the campaign can be used until it is opened again."""
    return _set_state(request, pk, CampaignState.STOPPED, _("The campaign is stopped."))


def coupon_open(request: StaffRequest, pk: int) -> HttpResponse:
    """Its codes can be used again."""
    return _set_state(request, pk, CampaignState.OPEN, _("The campaign is open again."))


def _set_state(request: StaffRequest, pk: int, state: CampaignState, words: str) -> HttpResponse:
    set_state(actor=request.user, campaign=get_campaign(request, pk), state=state)
    messages.success(request, words)
    return redirect("loyalty:coupon", pk)

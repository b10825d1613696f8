"""Tiers: the ladder and who moves on it, its rules, and one customer's tier."""

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
from customers.masking import sees_internal, shown_name
from customers.models import Customer
from loyalty import tier_page
from loyalty.forms.challenges import GiveBadgeForm
from loyalty.forms.tiers import GiveTierForm, TiersForm
from loyalty.models import Badge, TierChange, TierGift, TierStanding
from loyalty.services.programmes import get_programme
from loyalty.services.tier_gifts import give_tier, take_tier_back
from loyalty.services.tier_schemes import change_tiers
from loyalty.tier_words import amount, outlook, until
from loyalty.tiers import read_ladder


def tiers(request: StaffRequest) -> HttpResponse:
    """The ladder with its members, who is about to rise and who to fall."""
    ladder, people = read_ladder(get_programme()), visible_customers(request)
    context = {
        "ladder": ladder,
        "scheme": ladder.scheme,
        "steps": tier_page.steps(ladder, people),
        "rising": tier_page.rising(ladder, people, request.user),
        "falling": tier_page.falling(ladder, people, request.user, clock.now()),
        "may_edit": policy.may(request.user.role, "loyalty:tiers_edit"),
    }
    return render(request, "loyalty/tiers.html", context)


def tiers_edit(request: StaffRequest) -> HttpResponse:
    """Change the ladder; who saved in between is not overwritten in silence."""
    ladder = read_ladder(get_programme())
    form = TiersForm(posted(request), ladder=ladder)
    if request.method == "POST" and form.is_valid():
        try:
            change_tiers(
                actor=request.user,
                programme=ladder.programme,
                terms=form.terms(),
                rungs=form.cleaned_data["rungs"],
                version=form.cleaned_data["version"],
                now=clock.now(),
            )
        except Refused as refused:
            form.renew(ladder.scheme.version if ladder.scheme else 0)
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("It holds from now on. Members are being placed."))
            return redirect("loyalty:tiers")
    status = 422 if form.errors else 200
    return render(request, "loyalty/tiers_form.html", {"form": form}, status=status)


def tier(request: StaffRequest, pk: int) -> HttpResponse:
    """One customer's tier: where it stands, and how it came to be."""
    return _page(request, get_customer(request, pk))


def _page(
    request: StaffRequest, customer: Customer, form: GiveTierForm | None = None
) -> HttpResponse:
    ladder, now = read_ladder(get_programme()), clock.now()
    standing = TierStanding.objects.filter(customer=customer).first()
    gift = TierGift.objects.filter(customer=customer, since__lte=now, until__gt=now).last()
    changes = TierChange.objects.filter(account__customer=customer).order_by("-seq")
    context = {
        "customer": customer,
        "name": shown_name(request.user, customer),
        "standing": standing,
        "tier": ladder.tier(standing.key) if standing else None,
        "value": amount(ladder, standing.value if standing else 0),
        "until": until(standing, ladder) if standing else "",
        "outlook": outlook(standing, ladder) if standing else "",
        "gift": gift,
        "reason": gift.reason if gift and sees_internal(request.user) else "",
        "changes": changes[:50],
        "form": form or GiveTierForm(ladder=ladder),
        "badge_form": GiveBadgeForm(),
        "badges": Badge.objects.filter(holdings__customer=customer).order_by("name"),
        "may_give_badge": policy.may(request.user.role, "loyalty:badge_give", "POST")
        and Badge.objects.exists(),
        "may_give": policy.may(request.user.role, "loyalty:tier_give", "POST") and ladder.tiers,
    }
    return render(request, "loyalty/tier.html", context, status=422 if form else 200)


def tier_give(request: StaffRequest, pk: int) -> HttpResponse:
    """A manager gives a tier until a day."""
    customer, ladder = get_customer(request, pk), read_ladder(get_programme())
    form = GiveTierForm(request.POST, ladder=ladder)
    if form.is_valid():
        try:
            give_tier(actor=request.user, customer=customer, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field, refused.message)
        else:
            messages.success(request, _("The tier is given."))
            return redirect("loyalty:tier", customer.pk)
    return _page(request, customer, form)


def tier_take_back(request: StaffRequest, pk: int) -> HttpResponse:
    """End what was given by hand."""
    customer = get_customer(request, pk)
    try:
        take_tier_back(actor=request.user, customer=customer, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("What purchases earned holds again."))
    return redirect("loyalty:tier", customer.pk)

"""Members' cards at the desk: given in one click, shown, printed, replaced, scanned."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import policy
from accounts.requests import StaffRequest
from core import clock
from customers.access import get_customer, visible_customers
from customers.masking import shown_name
from customers.views.returning import go_back
from loyalty.access import get_valid_card
from loyalty.card_codes import bars_svg, qr_svg
from loyalty.card_links import card_url
from loyalty.cards import card_of
from loyalty.leaderboard import board_for
from loyalty.models import LeaderboardOptOut
from loyalty.rules.cards import written
from loyalty.services.cards import issue_card, replace_card
from loyalty.services.leaderboard import get_board

LONGEST = 40


def card_issue(request: StaffRequest, pk: int) -> HttpResponse:
    """Give a card; who has one keeps it."""
    customer = get_customer(request, pk)
    card = issue_card(actor=request.user, customer=customer, now=clock.now())
    number = written(card.number)
    messages.success(request, _("The card has the number %(number)s.") % {"number": number})
    return go_back(request, reverse("loyalty:card", args=[pk]))


def card(request: StaffRequest, pk: int) -> HttpResponse:
    """The card at its true size, to print; and its page for a phone."""
    customer = get_customer(request, pk)
    found = get_valid_card(customer)
    context = {
        "customer": customer,
        "name": shown_name(request.user, customer),
        "card": found,
        "number": written(found.number),
        "address": card_url(found),
        "shop": request.shop,
        "board": board_for(customer, clock.now(), top=5),
        "is_off": LeaderboardOptOut.objects.filter(customer=customer).exists(),
        "is_open": get_board().is_open,
        "may_replace": policy.may(request.user.role, "loyalty:card_replace", "POST"),
    }
    return render(request, "loyalty/card.html", context)


def card_replace(request: StaffRequest, pk: int) -> HttpResponse:
    """A new number; the old one stops."""
    customer = get_customer(request, pk)
    get_valid_card(customer)
    card = replace_card(actor=request.user, customer=customer, now=clock.now())
    words = _("The new number is %(number)s; the old one stops now.")
    messages.success(request, words % {"number": written(card.number)})
    return redirect("loyalty:card", pk)


def card_qr(request: StaffRequest, pk: int) -> HttpResponse:
    """The QR code."""
    return svg(qr_svg(get_valid_card(get_customer(request, pk)).number))


def card_bars(request: StaffRequest, pk: int) -> HttpResponse:
    """The barcode."""
    return svg(bars_svg(get_valid_card(get_customer(request, pk)).number))


def svg(content: bytes) -> HttpResponse:
    """A picture, for an <img>."""
    return HttpResponse(content, content_type="image/svg+xml")


def card_scan(request: StaffRequest) -> HttpResponse:
    """A field for a scanner gun or the keyboard, beside it the camera; a number leads to its
    customer."""
    typed = request.GET.get("number", "")[:LONGEST]
    if not typed.strip():
        return render(request, "loyalty/card_scan.html", {"typed": "", "problem": ""})
    found = card_of(typed)
    if found is not None and found.ended_at is None:
        if not visible_customers(request).filter(pk=found.customer_id).exists():
            raise Http404
        return redirect("customers:customer", found.customer_id)
    problem = _("This card was replaced by another.") if found else _("No card has this number.")
    context = {"typed": typed, "problem": problem}
    return render(request, "loyalty/card_scan.html", context)

"""The card on the customer's own phone: a page by a signed link, without signing in. It shows the
first name, the number and its codes; with the leaderboard on, the first places as everybody sees
them and the own one."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from core.services.shop import get_shop
from loyalty.card_codes import bars_svg, qr_svg
from loyalty.card_links import read_card_link
from loyalty.leaderboard import board_for
from loyalty.rules.cards import written
from loyalty.views.card import svg
from messaging.public_pages import language_of, public_page


@public_page("GET")
def phone_card(request: HttpRequest, token: str, now: datetime) -> HttpResponse:
    """The card, to be held against a scanner."""
    card, shop = read_card_link(token, now), get_shop()
    with translation.override(language_of(card.customer, shop)):
        context = {
            "shop": shop,
            "token": token,
            "first_name": card.customer.first_name,
            "number": written(card.number),
            "board": board_for(card.customer, now, top=5),
        }
        return render(request, "loyalty/phone_card.html", context)


@public_page("GET")
def phone_card_qr(request: HttpRequest, token: str, now: datetime) -> HttpResponse:
    """The QR code."""
    return svg(qr_svg(read_card_link(token, now).number))


@public_page("GET")
def phone_card_bars(request: HttpRequest, token: str, now: datetime) -> HttpResponse:
    """The barcode."""
    return svg(bars_svg(read_card_link(token, now).number))

"""Double opt-in: a page with one button, and a new link where the old one is too old."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse

from core.errors import Refused
from core.services.limits import is_allowed
from core.signing import BadToken
from customers.models import ConsentRequest
from customers.services.consent_requests import LinkExpired, confirm_consent, renew_request
from customers.suppressions import key_of
from messaging.public_links import CONFIRMING, preferences_token, read_id
from messaging.public_pages import Reader, public_page, show

# New links for one that is too old, in a day.
MOST_RENEWALS, DAY = 3, 24 * 60 * 60


@public_page("GET", "POST")
def confirm(request: HttpRequest, token: str, now: datetime) -> HttpResponse:
    """What one agrees to, and one button; opening the page changes nothing."""
    row = _request_behind(token, now)
    if request.method == "POST":
        try:
            row = confirm_consent(request=row, now=now)
        except LinkExpired:
            pass  # The page says so, and offers a new one.
        except Refused:
            return _page(request, token, row, now, {"is_refused": True}, 422)
    return _page(request, token, row, now, {})


def _request_behind(token: str, now: datetime) -> ConsentRequest:
    pk = read_id(CONFIRMING, token, now)
    row = ConsentRequest.objects.select_related("customer").filter(pk=pk).first()
    if row is None:
        raise BadToken("gone")
    return row


def _page(
    request: HttpRequest,
    token: str,
    row: ConsentRequest,
    now: datetime,
    more: dict[str, object],
    status: int = 200,
) -> HttpResponse:
    key = key_of(row.address)
    context = {
        "token": token,
        "request_row": row,
        "is_expired": not row.confirmed_at and now >= row.expires_at,
        "preferences": preferences_token(row.customer_id, key),
        **more,
    }
    return show(request, "confirm", Reader(row.customer, key), context, status)


@public_page("POST", home="messaging:confirm")
def renew(request: HttpRequest, token: str, now: datetime) -> HttpResponse:
    """Send a new link to the same address, at most three times a day."""
    row = _request_behind(token, now)
    allowed = is_allowed(key=f"renew {row.address}", limit=MOST_RENEWALS, seconds=DAY, now=now)
    if row.confirmed_at is None and now >= row.expires_at and allowed:
        try:
            renew_request(request=row, now=now)
        except Refused:
            return _page(request, token, row, now, {"is_refused": True}, 422)
    return _page(request, token, row, now, {"is_renewed": True})

"""What all pages for customers have in common: no sign-in, no cookie, the customer's language,
and one answer for every link that does not work.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.views.session import client_address
from core import clock
from core.models import Shop
from core.services.limits import is_allowed
from core.services.shop import get_shop
from core.signing import BadToken
from customers.masking import mask_email
from customers.models import Customer
from customers.services.preferences import addresses_of

# Wrong links from one address, and right ones used, in a minute.
MOST_WRONG, MOST_USES, MINUTE = 30, 30, 60

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a page: a customer (None: not on file any more) by a link to one address."""

    customer: Customer | None
    key: str

    @property
    def address(self) -> str:
        """The address as its owner knows it and others do not; "" where it is gone."""
        own = addresses_of(self.customer).get(self.key, "") if self.customer else ""
        return mask_email(own) if own else ""


def public_page(*methods: str, home: str = "") -> Callable[[View], View]:
    """Marks a view that customers reach by a signed link; `home` is the page of its button.

    The link is the right to do what the page does, so no form carries a token of another kind
    and no cookie is set. A link that is wrong in any way gets the same answer; many wrong ones
    from one address get 429, and so do many uses of one link. Who opens the address of a button,
    from the history say, is told that nothing was changed, with the way to its page.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, token: str) -> HttpResponse:
            now, shop = clock.now(), get_shop()
            with timezone.override(shop.zone):
                if request.method in {"GET", "HEAD"} and "GET" not in methods:
                    back = reverse(home, args=[token]) if home else ""
                    return _button_only(request, shop, back)
                if request.method == "POST" and not _may_use(token, now):
                    return dead_end(request, shop, status=429)
                try:
                    return view(request, token, now)
                except BadToken:
                    return _wrong_link(request, shop, now)

        allowed = dict.fromkeys([*methods, "GET", "HEAD"])
        return csrf_exempt(require_http_methods([*allowed])(wrapped))

    return decorate


def _may_use(token: str, now: datetime) -> bool:
    return is_allowed(key=f"public use {token}", limit=MOST_USES, seconds=MINUTE, now=now)


def _wrong_link(request: HttpRequest, shop: Shop, now: datetime) -> HttpResponse:
    key = f"public wrong {client_address(request)}"
    allowed = is_allowed(key=key, limit=MOST_WRONG, seconds=MINUTE, now=now)
    return dead_end(request, shop, status=404 if allowed else 429)


def _button_only(request: HttpRequest, shop: Shop, back: str) -> HttpResponse:
    answer = dead_end(request, shop, status=405, back=back)
    answer.headers["Allow"] = "POST"
    return answer


def dead_end(request: HttpRequest, shop: Shop, *, status: int, back: str = "") -> HttpResponse:
    """The page for links that do not work, or not now; in the browser's language. `back` is the
    address of a page that does."""
    context = {"shop": shop, "status": status, "back": back}
    return render(request, "public/dead_end.html", context, status=status)


def language_of(customer: Customer | None, shop: Shop) -> str:
    """The customer's language where pages speak it, else the shop's."""
    known = dict(settings.LANGUAGES)
    wanted = customer.language if customer else ""
    return wanted if wanted in known else shop.language


def show(
    request: HttpRequest, template: str, reader: Reader, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page for its reader, in their language."""
    shop = get_shop()
    with translation.override(language_of(reader.customer, shop)):
        words = {"shop": shop, "reader": reader, **context}
        return render(request, f"public/{template}.html", words, status=status)


def find_reader(customer_id: int, key: str) -> Reader:
    """The reader behind a link's ids."""
    return Reader(Customer.objects.filter(pk=customer_id).first(), key)

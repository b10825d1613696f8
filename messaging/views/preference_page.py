"""The preference page: leave altogether, choose topics, how often, a pause, the language."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from core.errors import Refused
from core.posted import posted
from core.services.shop import get_shop
from core.signing import BadToken
from customers.forms.preference import PreferenceForm, present_wishes
from customers.models import ChoiceSource, Customer, MailPreference
from customers.permission import stops_for
from customers.services import preferences as service
from customers.services import subscriptions
from customers.services.subscriptions import may_return
from messaging.public_links import read_preferences_link, undo_token
from messaging.public_pages import Reader, find_reader, language_of, public_page, show

SOURCE = ChoiceSource.PREFERENCES
HOME = "messaging:preferences"
DONE = ("saved", "paused", "resumed", "returned")


@public_page("GET", "POST")
def preferences(request: HttpRequest, token: str, now: datetime) -> HttpResponse:
    """All that can be chosen. Whoever is not on file any more can still leave."""
    reader = find_reader(*read_preferences_link(token, now))
    if reader.customer is None:
        return show(request, "preferences_gone", reader, {"token": token})
    language = language_of(reader.customer, get_shop())
    with translation.override(language):
        initial = present_wishes(reader.customer, language, reader.key)
        form = PreferenceForm(posted(request), initial=initial)
        is_right = request.method == "POST" and form.is_valid()
    if is_right:
        wishes, customer = form.wishes(), reader.customer
        service.choose(
            actor=None, customer=customer, wishes=wishes, source=SOURCE, now=now, key=reader.key
        )
        return _back(token, "saved")
    return _page(request, token, reader, now, {"form": form})


def _page(
    request: HttpRequest, token: str, reader: Reader, now: datetime, more: dict[str, Any]
) -> HttpResponse:
    assert reader.customer is not None
    paused = MailPreference.objects.filter(customer=reader.customer, paused_until__gt=now)
    gets_nothing = _gets_nothing(reader, reader.customer, now)
    done = request.GET.get("done")
    context = {
        "token": token,
        "paused_until": paused.values_list("paused_until", flat=True).first(),
        "gets_nothing": gets_nothing,
        "may_return": gets_nothing and may_return(reader.customer, reader.key),
        "done": done if done in DONE else "",
        **more,
    }
    form = more.get("form")
    status = 422 if more.get("is_refused") or (form is not None and form.errors) else 200
    return show(request, "preferences", reader, context, status)


def _gets_nothing(reader: Reader, customer: Customer, now: datetime) -> bool:
    """Whether consent is lacking, or the address left; a pause or a topic is no such thing."""
    address = service.addresses_of(customer).get(reader.key, "")
    pair = (customer.pk, address)
    found = stops_for([pair], message_class="marketing", topic="", now=now).get(pair)
    return found is not None and found.until is None


def _back(token: str, done: str) -> HttpResponse:
    address = reverse("messaging:preferences", args=[token])
    return HttpResponseRedirect(f"{address}?done={done}")


def _known(token: str, now: datetime) -> tuple[Customer, str]:
    """The customer and address key behind the link; `BadToken` where they are not on file."""
    reader = find_reader(*read_preferences_link(token, now))
    if reader.customer is None:
        raise BadToken("gone")
    return reader.customer, reader.key


@public_page("POST", home=HOME)
def pause(request: HttpRequest, token: str, now: datetime) -> HttpResponse:
    """No mails for 30 days."""
    service.pause(actor=None, customer=_known(token, now)[0], source=SOURCE, now=now)
    return _back(token, "paused")


@public_page("POST", home=HOME)
def resume(request: HttpRequest, token: str, now: datetime) -> HttpResponse:
    """End the pause."""
    service.resume(actor=None, customer=_known(token, now)[0], source=SOURCE, now=now)
    return _back(token, "resumed")


@public_page("POST", home=HOME)
def leave(request: HttpRequest, token: str, now: datetime) -> HttpResponse:
    """Unsubscribe from all; with a way back."""
    customer_id, key = read_preferences_link(token, now)
    reader = find_reader(customer_id, key)
    change = subscriptions.unsubscribe_from_all(
        customer=reader.customer, key=key, source=SOURCE, now=now
    )
    context = {"preferences": token, "is_all": True}
    undo = {"undo": undo_token(change, now)} if change else {}
    return show(request, "unsubscribed", reader, context | undo)


@public_page("POST", home=HOME)
def come_back(request: HttpRequest, token: str, now: datetime) -> HttpResponse:
    """Agree to get mails again, in the words that stood on the page."""
    customer, key = _known(token, now)
    language, shop = language_of(customer, get_shop()), get_shop()
    with translation.override(language):
        text = wording(str(shop))
    try:
        subscriptions.subscribe(
            customer=customer, key=key, text=text, language=language, source=SOURCE, now=now
        )
    except Refused:
        return _refused(request, token, Reader(customer, key), now)
    return _back(token, "returned")


def wording(shop: str) -> str:
    """What one agrees to by the button of the page, in the active language."""
    return _(
        "I would like to get news and offers from %(shop)s by e-mail. I can change my mind at any "
        "time."
    ) % {"shop": shop}


def _refused(request: HttpRequest, token: str, reader: Reader, now: datetime) -> HttpResponse:
    assert reader.customer is not None
    language = language_of(reader.customer, get_shop())
    with translation.override(language):
        form = PreferenceForm(initial=present_wishes(reader.customer, language, reader.key))
    return _page(request, token, reader, now, {"form": form, "is_refused": True})

"""Leaving by the link of a mail: a page with one button, the mail program's own button, and the
way back."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core import clock
from core.services.limits import is_allowed
from core.signing import BadToken
from customers.models import ChoiceSource, PreferenceChange, Topic
from customers.rules.permission import Gate, gate_of
from customers.services import subscriptions
from messaging.public_links import (
    UNDOING,
    MailLink,
    preferences_token,
    read_id,
    read_mail_link,
    undo_token,
)
from messaging.public_pages import MINUTE, MOST_USES, Reader, find_reader, public_page, show


@public_page("GET", "POST")
def unsubscribe(request: HttpRequest, token: str, now: datetime) -> HttpResponse:
    """What one would leave, and one button; after it the way back."""
    link = read_mail_link(token, now)
    reader = find_reader(link.customer_id, link.address_key)
    context = {
        "is_survey": _is_survey(link),
        "preferences": preferences_token(link.customer_id, link.address_key),
    }
    if request.method != "POST":
        return show(request, "unsubscribe", reader, context | {"token": token})
    change = _leave(link, reader, ChoiceSource.LINK, now)
    return show(request, "unsubscribed", reader, context | _way_back(change, now))


def _is_survey(link: MailLink) -> bool:
    topic = Topic.objects.filter(key=link.topic).first()
    return gate_of(link.message_class, topic.nature if topic else "") == Gate.SURVEY


def _leave(link: MailLink, reader: Reader, source: str, now: datetime) -> PreferenceChange | None:
    return subscriptions.unsubscribe(
        customer=reader.customer,
        key=link.address_key,
        message_class=link.message_class,
        topic=link.topic,
        source=source,
        now=now,
    )


def _way_back(change: PreferenceChange | None, now: datetime) -> dict[str, str]:
    return {"undo": undo_token(change, now)} if change else {}


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def one_click(request: HttpRequest, token: str) -> HttpResponse:
    """RFC 8058: the mail program says that its reader wants no more; done within this request.

    Always 200, for wrong links too, so that nobody can try links out. Programs that open the
    address instead get the page with its button.
    """
    if request.method != "POST":
        return unsubscribe(request, token)
    now = clock.now()
    try:
        link = read_mail_link(token, now)
    except BadToken:
        return HttpResponse("OK\n", content_type="text/plain")
    if is_allowed(key=f"one click {token}", limit=MOST_USES, seconds=MINUTE, now=now):
        reader = find_reader(link.customer_id, link.address_key)
        _leave(link, reader, ChoiceSource.ONE_CLICK, now)
    return HttpResponse("OK\n", content_type="text/plain")


@public_page("POST")
def undo(request: HttpRequest, token: str, now: datetime) -> HttpResponse:
    """That was a mistake: all is as it was before."""
    change = PreferenceChange.objects.filter(pk=read_id(UNDOING, token, now)).first()
    if change is None:
        raise BadToken("gone")
    subscriptions.take_back(change=change, source=ChoiceSource.LINK, now=now)
    return show(request, "taken_back", Reader(change.customer, ""), {})

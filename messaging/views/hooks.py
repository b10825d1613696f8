"""What mail providers post to us: reports about mails that went out, and mails that came in.

Nothing is read before the provider has proved who it is. An event that was recorded before changes
nothing, so providers may post again whatever we answered.
"""

import logging
import time
from datetime import datetime
from typing import Any

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.signals import AnymailInboundEvent
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core import clock
from messaging.hooks.amazon import NotNow
from messaging.hooks.events import event_of, ids_of
from messaging.hooks.incoming import KEY, keep_whole, read_whole, receivers, take_in
from messaging.hooks.providers import Hook, NoSecret, NotSetUp, open_hook
from messaging.services.feedback import find_message, record_event, recorded_keys

logger = logging.getLogger(__name__)
MEGABYTE = 1_048_576
MOST_BYTES = {"tracking": 2 * MEGABYTE, "inbound": 30 * MEGABYTE, "inbound_mime": 30 * MEGABYTE}
MOST_EVENTS = 2_000
# Providers give up after ten seconds or more; what is left then is asked for again.
SECONDS = 5.0


@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def mail_hook(request: HttpRequest, provider: str, kind: str) -> HttpResponse:
    """Take a provider's events. 404: not known or not set up; 401, 403: not the provider; 413:
    too much; 400: cannot be read; 503: post it again. Some providers try the address with HEAD
    first."""
    if kind != "tracking" and KEY not in receivers:
        raise Http404
    try:
        hook = open_hook(provider, kind)
    except NotSetUp as error:
        raise Http404 from error
    if request.method == "HEAD":
        return HttpResponse()
    if _length(request) > MOST_BYTES[kind]:
        return HttpResponse(status=413)
    if kind != "tracking":
        read_whole(request)
    try:
        hook.prove(request)
    except Exception as error:
        return _refusal(error, provider)
    return _read(hook, request, provider, kind)


def _read(hook: Hook, request: HttpRequest, provider: str, kind: str) -> HttpResponse:
    """Take what a provider posts that has proved itself. A mail that cannot be made out is kept
    whole: refused, it would be lost once the provider gives up."""
    try:
        events = hook.events(request)
    except DatabaseError:
        raise
    except Exception as error:
        known = isinstance(error, NotNow | AnymailWebhookValidationFailure)
        if known or kind == "tracking" or not _length(request):
            return _refusal(error, provider)
        logger.warning("mail hook: a mail of %s that cannot be read", provider, exc_info=error)
        keep_whole(request, provider, clock.now())
        return HttpResponse()
    return _take(events, request, provider, clock.now())


def _refusal(error: Exception, provider: str) -> HttpResponse:
    """Why a post was not read."""
    if isinstance(error, NoSecret):
        return HttpResponse(status=401, headers={"WWW-Authenticate": 'Basic realm="mail hooks"'})
    if isinstance(error, NotNow):
        return _later()
    if isinstance(error, AnymailWebhookValidationFailure):
        logger.warning("mail hook: a post that is not from %s", provider)
        return HttpResponse(status=403)
    logger.warning("mail hook: a post of %s that cannot be read", provider, exc_info=error)
    return HttpResponse(status=400)


def _later() -> HttpResponse:
    return HttpResponse(status=503, headers={"Retry-After": "60"})


def _length(request: HttpRequest) -> int:
    given = request.headers.get("Content-Length", "")
    return int(given) if given.isascii() and given.isdigit() else 0


def _take(events: list[Any], request: HttpRequest, provider: str, now: datetime) -> HttpResponse:
    """Record the events, each in a transaction of its own. Where that takes too long the provider
    is asked (503) to post them again; what was recorded is passed over then."""
    if len(events) > MOST_EVENTS:
        return HttpResponse(status=413)
    deadline = time.monotonic() + SECONDS
    for event in [one for one in events if isinstance(one, AnymailInboundEvent)]:
        take_in(event, request, provider, now)
    told = {one.key: (one, event) for event in events if (one := event_of(event, provider))}
    for key in told.keys() - recorded_keys(source=provider, keys=told.keys()):
        if time.monotonic() > deadline:
            return _later()
        one, event = told[key]
        pk = find_message(ids=ids_of(event), address=str(event.recipient or ""))
        record_event(event=one, message_pk=pk, now=now)
    return HttpResponse()

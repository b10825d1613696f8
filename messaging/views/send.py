"""Mailings: how far each is, live; let go, paused, called off, sent to the remaining."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import policy
from accounts.requests import StaffRequest
from core import clock
from core.downloads import csv_response
from core.errors import Refused
from messaging.audience_export import COLUMNS, audience_rows
from messaging.models import Send
from messaging.outbox_access import get_send
from messaging.send_list import live_send, newest_sends
from messaging.services.remaining import plan_remaining
from messaging.services.sends import (
    call_off_send,
    note_audience_export,
    pause_send,
    release_send,
)


def sends(request: StaffRequest) -> HttpResponse:
    """The newest mailings with their counts; asks again while one goes out."""
    shown = newest_sends()
    context = {
        "sends": shown,
        "may_act": _may_act(request),
        "is_live": any(one.is_running for one in shown),
    }
    return render(request, "messaging/sends.html", context)


def send(request: StaffRequest, pk: int) -> HttpResponse:
    """One mailing, live."""
    return render(request, "messaging/send.html", _live(request, get_send(request, pk)))


def send_progress(request: StaffRequest, pk: int) -> HttpResponse:
    """How far a mailing is, as a piece that asks for itself until it is over."""
    return _piece(request, get_send(request, pk))


def send_audience(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Who was to get it and where each mail stands, as a file; audited."""
    found = get_send(request, pk)
    note_audience_export(actor=request.user, send=found)
    return csv_response(f"mailing-{found.pk}.csv", COLUMNS, audience_rows(found))


def _piece(request: StaffRequest, found: Send, problem: str = "") -> HttpResponse:
    context = _live(request, found) | {"problem": problem}
    return render(request, "messaging/_send_progress.html", context)


def _live(request: StaffRequest, found: Send) -> dict[str, Any]:
    return {
        "live": live_send(found, clock.now()),
        "may_act": _may_act(request),
        "may_export": policy.may(request.user.role, "messaging:send_audience"),
    }


def _may_act(request: StaffRequest) -> bool:
    return policy.may(request.user.role, "messaging:send_release", "POST")


def send_release(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a planned, paused or late mailing go."""
    return _act(request, pk, release_send, _("The mailing goes out."))


def send_pause(request: StaffRequest, pk: int) -> HttpResponse:
    """Hold a mailing before its next mail."""
    return _act(request, pk, pause_send, _("The mailing is paused."))


def send_call_off(request: StaffRequest, pk: int) -> HttpResponse:
    """End a mailing for good."""
    return _act(request, pk, call_off_send, _("The mailing is called off."))


def send_rest(request: StaffRequest, pk: int) -> HttpResponse:
    """Plan a mailing to those whom one that is over did not reach."""
    found = get_send(request, pk)
    try:
        rest = plan_remaining(actor=request.user, send=found, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("messaging:send", found.pk)
    messages.success(request, _("Planned. Nothing goes before you let it go."))
    return redirect("messaging:send", rest.pk)


def _act(request: StaffRequest, pk: int, act: Callable[..., object], done: str) -> HttpResponse:
    """Do it; the page gets its piece anew, the list and pages without htmx a message."""
    found, problem = get_send(request, pk), ""
    try:
        act(actor=request.user, send=found, now=clock.now())
    except Refused as refused:
        problem = refused.message
    if request.htmx:
        return _piece(request, get_send(request, pk), problem)
    if problem:
        messages.error(request, problem)
    else:
        messages.success(request, done)
    if request.POST.get("back") == "list":
        return redirect("messaging:sends")
    return redirect("messaging:send", found.pk)

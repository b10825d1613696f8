"""The outbox: what was sent and what was not, with reasons; one message, step by step."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import policy
from accounts.requests import StaffRequest
from core import clock
from core.views.errors import bad_request
from messaging.forms.outbox import OutboxFilter
from messaging.message_page import life_of
from messaging.models import MessageState, Sender
from messaging.outbox_access import get_message
from messaging.outbox_list import read_outbox, shown_message
from messaging.services.evidence import settle_uncertain


def outbox(request: StaffRequest) -> HttpResponse:
    """All messages by filter, newest first; senders that stand still on top."""
    form = OutboxFilter(request.GET)
    if not form.is_valid():
        return render(request, "messaging/outbox.html", {"form": form}, status=400)
    before = request.GET.get("before", "")
    last = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    page = read_outbox(form.cleaned_data, last, request.user)
    asked = {name: getattr(v, "pk", v) for name, v in form.cleaned_data.items() if v}
    context = {
        "form": form,
        "page": page,
        "asked": asked,
        "older": urlencode({**asked, "before": page.older}) if page.older else "",
        "stopped": Sender.objects.exclude(paused_for=""),
        "may_start": policy.may(request.user.role, "messaging:sender_start", "POST"),
        "may_see_delivery": policy.may(request.user.role, "messaging:deliverability"),
        "may_see_caught": policy.may(request.user.role, "messaging:caught_mails"),
    }
    return render(request, "messaging/outbox.html", context)


def message(request: StaffRequest, pk: int) -> HttpResponse:
    """One message: where it stands and how it came there."""
    found = get_message(request, pk)
    context = {
        "shown": shown_message(found, request.user),
        "life": life_of(found),
        "may_settle": found.state == MessageState.UNCERTAIN
        and policy.may(request.user.role, "messaging:message_settle", "POST"),
    }
    return render(request, "messaging/message.html", context)


def message_settle(request: StaffRequest, pk: int) -> HttpResponse:
    """A person has found out whether an uncertain message arrived."""
    found, answer = get_message(request, pk), request.POST.get("arrived")
    if answer not in ("yes", "no"):
        return bad_request(request)
    arrived = answer == "yes"
    if settle_uncertain(actor=request.user, message=found, arrived=arrived, now=clock.now()):
        messages.success(request, _("Noted. The mail is not sent again."))
    else:
        messages.info(request, _("This mail is not uncertain any more."))
    return redirect("messaging:message", found.pk)

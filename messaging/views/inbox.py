"""The tray of unsorted mails: looked through, and put aside several at once."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import policy
from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from core.views.errors import bad_request
from customers.views.returning import go_back
from messaging.forms.inbox import InboxFilter
from messaging.inbox_access import visible_mails
from messaging.inbox_list import PAGE, TRAYS, Tray, read_place, read_tray, write_place
from messaging.models import IncomingMail
from messaging.services.sorting_mails import set_aside_mail, take_mail_back


def inbox(request: StaffRequest) -> HttpResponse:
    """Mails that match nobody, from the one that has waited longest; and what was set aside."""
    form = InboxFilter(request.GET)
    if not form.is_valid():
        return bad_request(request)
    mailbox = form.cleaned_data["mailbox"]
    after = read_place(request.GET.get("after", ""))
    page = read_tray(form.tray, mailbox, after, request.user)
    asked = {"state": form.tray.value, "mailbox": mailbox.pk if mailbox else ""}
    context = {
        "form": form,
        "page": page,
        "tray": form.tray.value,
        "is_later": after is not None,
        "chips": _chips(form.tray, asked),
        "here": request.get_full_path(),
        "rest": _query({**asked, "after": write_place(page.rest)}) if page.rest else "",
        "may_settings": policy.may(request.user.role, "messaging:mailboxes"),
    }
    return render(request, "messaging/inbox.html", context)


def _query(words: dict[str, Any]) -> str:
    return urlencode({name: value for name, value in words.items() if value})


def _chips(tray: Tray, asked: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "href": f"?{_query({**asked, 'state': key.value})}",
            "current": key == tray,
        }
        for key, label in TRAYS.items()
    ]


def inbox_aside(request: StaffRequest) -> HttpResponse:
    """Put the ticked mails aside; the toast takes them back."""
    chosen = _chosen(request)
    done = [mail.pk for mail in chosen if _tried(set_aside_mail, request, mail)]
    if not done:
        messages.info(request, _("No mail was set aside. Tick those that are not for you."))
        return go_back(request, reverse("messaging:inbox"))
    words = ngettext("%(number)s mail set aside.", "%(number)s mails set aside.", len(done))
    undo = f"{reverse('messaging:inbox_back')}?{urlencode({'mail': done}, doseq=True)}"
    messages.success(request, words % {"number": len(done)}, extra_tags=f"undo:{undo}")
    return go_back(request, reverse("messaging:inbox"))


def inbox_back(request: StaffRequest) -> HttpResponse:
    """Put mails that were set aside together among the unsorted again."""
    done = [mail.pk for mail in _chosen(request) if _tried(take_mail_back, request, mail)]
    words = ngettext("%(number)s mail is back.", "%(number)s mails are back.", len(done))
    messages.success(request, words % {"number": len(done)})
    return go_back(request, reverse("messaging:inbox"))


def _chosen(request: StaffRequest) -> list[IncomingMail]:
    """The mails whose ids were sent, as far as the person may see them; at most a page."""
    sent = [*request.POST.getlist("mail"), *request.GET.getlist("mail")]
    ids = {
        int(text) for text in sent[:PAGE] if text.isascii() and text.isdigit() and len(text) < 19
    }
    return list(visible_mails(request).filter(pk__in=ids))


def _tried(act: Callable[..., object], request: StaffRequest, mail: IncomingMail) -> bool:
    try:
        act(actor=request.user, mail=mail, now=clock.now())
    except Refused:
        return False
    return True

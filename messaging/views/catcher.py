"""The mail catcher: in a demo and in development, every mail that would have left."""

from django.http import HttpResponse
from django.shortcuts import render

from accounts.requests import StaffRequest
from messaging.caught_mails import newest_caught, shown_mail
from messaging.outbox_access import get_caught


def caught_mails(request: StaffRequest) -> HttpResponse:
    """The newest caught mails."""
    return render(request, "messaging/caught_mails.html", {"mails": newest_caught()})


def caught_mail(request: StaffRequest, pk: int) -> HttpResponse:
    """One of them: headers and text as they would have travelled."""
    shown = shown_mail(get_caught(request, pk))
    return render(request, "messaging/caught_mail.html", {"mail": shown})

"""Mailboxes: listed, added, changed, tried, stopped, taken out. For admins."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from core.posted import posted
from messaging.forms.mailbox import MailboxForm, initial_of
from messaging.inbox_access import get_mailbox
from messaging.mailbox_list import all_mailboxes, shown_mailbox
from messaging.mailbox_trial import try_mailbox
from messaging.models import Mailbox
from messaging.services.mailboxes import (
    remove_mailbox,
    save_mailbox,
    start_mailbox,
    switch_mailbox,
)


def mailboxes(request: StaffRequest) -> HttpResponse:
    """All mailboxes with how reading them goes."""
    return render(request, "messaging/mailboxes.html", {"mailboxes": all_mailboxes()})


def mailbox_new(request: StaffRequest) -> HttpResponse:
    """Name a mailbox; it is read at once."""
    today = clock.now().astimezone(request.shop.zone).date()
    form = MailboxForm(posted(request), initial={"read_since": today})
    row = Mailbox()
    if request.method == "POST" and form.is_valid() and _saved(request, row, form):
        messages.success(request, _("The mailbox is on file. Try it now."))
        return redirect("messaging:mailbox", row.pk)
    status = 422 if form.errors else 200
    return render(request, "messaging/mailbox_form.html", {"form": form}, status=status)


def mailbox(request: StaffRequest, pk: int) -> HttpResponse:
    """One mailbox: how it goes, and what can be changed."""
    found = get_mailbox(request, pk)
    form = _form(posted(request), found)
    if request.method == "POST" and form.is_valid() and _saved(request, found, form):
        messages.success(request, _("The mailbox is saved."))
        return redirect("messaging:mailbox", pk)
    context = {"form": form, "shown": shown_mailbox(found)}
    status = 422 if form.errors else 200
    return render(request, "messaging/mailbox_form.html", context, status=status)


def _form(sent: QueryDict | None, row: Mailbox) -> MailboxForm:
    return MailboxForm(sent, initial=initial_of(row), mailbox=row)


def _saved(request: StaffRequest, row: Mailbox, form: MailboxForm) -> bool:
    """Save the row; False where the service refused, which the form then says."""
    values = dict(form.cleaned_data)
    password = values.pop("password")
    for name, value in values.items():
        setattr(row, name, value)
    try:
        save_mailbox(actor=request.user, mailbox=row, password=password, now=clock.now())
    except Refused as refused:
        form.add_error(refused.field, refused.message)
        return False
    return True


def mailbox_try(request: StaffRequest, pk: int) -> HttpResponse:
    """Connect and say what is there, or what is wrong: in place for htmx, as a page without."""
    found = get_mailbox(request, pk)
    trial = try_mailbox(found)
    if request.htmx:
        return render(request, "messaging/_mailbox_trial.html", {"trial": trial})
    context = {
        "form": _form(None, found),
        "shown": shown_mailbox(found),
        "trial": trial,
    }
    return render(request, "messaging/mailbox_form.html", context)


def mailbox_stop(request: StaffRequest, pk: int) -> HttpResponse:
    """Read it no more; the toast starts it again."""
    found = get_mailbox(request, pk)
    switch_mailbox(actor=request.user, mailbox=found, is_on=False, now=clock.now())
    undo = reverse("messaging:mailbox_start", args=[pk])
    text = _("“%(name)s” is not read any more.") % {"name": found.name}
    messages.success(request, text, extra_tags=f"undo:{undo}")
    return redirect("messaging:mailboxes")


def mailbox_start(request: StaffRequest, pk: int) -> HttpResponse:
    """Read it again, at once."""
    found = get_mailbox(request, pk)
    switch_mailbox(actor=request.user, mailbox=found, is_on=True, now=clock.now())
    start_mailbox(actor=request.user, mailbox=found, now=clock.now())
    messages.success(request, _("“%(name)s” is read again.") % {"name": found.name})
    return redirect("messaging:mailboxes")


def mailbox_remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Forget it; its mails stay."""
    found = get_mailbox(request, pk)
    remove_mailbox(actor=request.user, mailbox=found)
    text = _("“%(name)s” is taken out. Its mails are still here.") % {"name": found.name}
    messages.success(request, text)
    return redirect("messaging:mailboxes")

"""A mail that came in: read, sorted to a customer, set aside, taken back; its files."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import policy
from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from core.text import is_storable
from core.views.errors import bad_request
from customers.access import get_customer
from customers.masking import shown_name
from customers.views.returning import go_back
from messaging.forms.inbox import AssignForm
from messaging.inbox_access import get_attachment, get_incoming, rules_of
from messaging.inbox_page import page_of
from messaging.inbox_suggestions import candidates, found_ids, suggestions
from messaging.incoming_files import download
from messaging.incoming_html import framed
from messaging.models import IncomingMail, MailPlace
from messaging.services.sorting_mails import (
    assign_mail,
    create_customer_from_mail,
    drop_rule,
    fields_from,
    set_aside_mail,
    take_mail_back,
)


def incoming(request: StaffRequest, pk: int) -> HttpResponse:
    """The mail, and beside it whose it may be."""
    mail = get_incoming(request, pk)
    asked = request.GET.get("q", "")
    if not is_storable(asked):
        return bad_request(request)
    context = {
        "page": page_of(mail),
        "view": "html" if mail.html and request.GET.get("view") == "html" else "",
        "customer_name": shown_name(request.user, mail.customer) if mail.customer else "",
        "rules": rules_of(mail),
        "may_read_outbox": policy.may(request.user.role, "messaging:message"),
        **(_sorting(request, mail, asked) if mail.place != MailPlace.MATCHED else {}),
    }
    return render(request, "messaging/incoming.html", context)


def _sorting(request: StaffRequest, mail: IncomingMail, asked: str) -> dict[str, Any]:
    return {
        "likely": suggestions(mail, request.user),
        "asked": asked,
        "found": _found(request, asked),
        "new_name": mail.from_name or mail.from_address,
    }


def _found(request: StaffRequest, asked: str) -> list[Any]:
    ids = found_ids(asked, request.user)
    return candidates(dict.fromkeys(ids, ""), request.user)


def incoming_search(request: StaffRequest, pk: int) -> HttpResponse:
    """Customers who fit `q`, as a piece; without htmx the mail's page with them."""
    get_incoming(request, pk)
    if not request.htmx:
        return redirect(f"{reverse('messaging:incoming', args=[pk])}?{request.GET.urlencode()}")
    asked = request.GET.get("q", "")
    if not is_storable(asked):
        return bad_request(request)
    context = {"asked": asked, "found": _found(request, asked)}
    return render(request, "messaging/_incoming_found.html", context)


def incoming_assign(request: StaffRequest, pk: int) -> HttpResponse:
    """The mail is this customer's; the toast takes it back."""
    mail, form = get_incoming(request, pk), AssignForm(request.POST)
    if not form.is_valid():
        return bad_request(request)
    customer = get_customer(request, form.cleaned_data["customer"])
    try:
        assign_mail(
            actor=request.user,
            mail=mail,
            customer=customer,
            now=clock.now(),
            following=form.cleaned_data["following"],
        )
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("messaging:incoming", pk)
    name = shown_name(request.user, customer, mail.from_address)
    _say(request, mail, _("The mail is with %(name)s now.") % {"name": name})
    return go_back(request, reverse("messaging:inbox"))


def incoming_new_customer(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a customer of whoever wrote, and give them the mail."""
    mail = get_incoming(request, pk)
    try:
        made = create_customer_from_mail(
            actor=request.user, mail=mail, fields=fields_from(mail), now=clock.now()
        )
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("messaging:incoming", pk)
    words = _("%(name)s is on file, and the mail is with them.")
    name = shown_name(request.user, made, mail.from_address)
    _say(request, mail, words % {"name": name})
    return redirect("customers:customer", made.pk)


def incoming_aside(request: StaffRequest, pk: int) -> HttpResponse:
    """Not for us; the toast takes it back."""
    mail = get_incoming(request, pk)
    try:
        set_aside_mail(actor=request.user, mail=mail, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("messaging:incoming", pk)
    _say(request, mail, _("The mail is set aside."))
    return go_back(request, reverse("messaging:inbox"))


def incoming_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the mail back from its customer, or from what was set aside."""
    mail = get_incoming(request, pk)
    try:
        take_mail_back(actor=request.user, mail=mail, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The mail is among the unsorted again."))
    return redirect("messaging:incoming", pk)


def incoming_rule_drop(request: StaffRequest, pk: int) -> HttpResponse:
    """Mails from this address do not go to the customer by themselves any more."""
    mail = get_incoming(request, pk)
    for rule in rules_of(mail):
        drop_rule(actor=request.user, rule=rule)
    messages.success(request, _("Mails from this address are asked about again."))
    return redirect("messaging:incoming", pk)


def _say(request: StaffRequest, mail: IncomingMail, done: str) -> None:
    undo = reverse("messaging:incoming_back", args=[mail.pk])
    messages.success(request, done, extra_tags=f"undo:{undo}")


def incoming_html(request: StaffRequest, pk: int) -> HttpResponse:
    """The mail as its writer laid it out, for a frame; nothing is loaded from elsewhere."""
    return framed(get_incoming(request, pk), with_pictures=False)


def incoming_pictures(request: StaffRequest, pk: int) -> HttpResponse:
    """The same with its pictures from elsewhere, for this once."""
    return framed(get_incoming(request, pk), with_pictures=True)


def incoming_file(request: StaffRequest, pk: int, position: int) -> HttpResponseBase:
    """A file that came with the mail."""
    return download(get_attachment(request, pk, position))

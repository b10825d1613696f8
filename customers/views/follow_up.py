"""Follow-ups: promised, changed, done, taken back, put off, given to somebody."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from core.posted import posted
from core.templatetags.ui import day as day_words
from customers.access import get_customer, get_follow_up
from customers.forms.follow_up import FollowUpForm
from customers.models import Customer, FollowUp
from customers.services.follow_ups import (
    add_follow_up,
    assign_follow_up,
    change_follow_up,
    finish_follow_up,
    reopen_follow_up,
    snooze_follow_up,
)
from customers.views.customer import add_refusal
from customers.views.day import day_again
from customers.views.returning import go_back


def _page_of(customer_pk: int) -> str:
    return reverse("customers:customer", args=[customer_pk])


def follow_up_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Promise something to a customer."""
    customer = get_customer(request, pk)
    initial = {"assignee": request.user.pk, "due_on": timezone.localdate(clock.now())}
    form = FollowUpForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            add_follow_up(
                actor=request.user, now=clock.now(), customer=customer, promise=form.promise()
            )
        except Refused as refused:
            add_refusal(request, form, refused)
        else:
            messages.success(request, _("The follow-up is on the list."))
            return go_back(request, _page_of(customer.pk))
    return _form_page(request, form, customer, None)


def follow_up_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Say it anew: what, when, who."""
    follow_up = get_follow_up(request, pk)
    form = FollowUpForm(posted(request), follow_up=follow_up)
    if request.method == "POST" and form.is_valid():
        try:
            change_follow_up(
                actor=request.user, now=clock.now(), follow_up=follow_up, promise=form.promise()
            )
        except Refused as refused:
            add_refusal(request, form, refused)
        else:
            messages.success(request, _("The follow-up is saved."))
            return go_back(request, _page_of(follow_up.customer_id))
    return _form_page(request, form, follow_up.customer, follow_up)


def _form_page(
    request: StaffRequest, form: FollowUpForm, customer: Customer, follow_up: FollowUp | None
) -> HttpResponse:
    context = {"form": form, "customer": customer, "follow_up": follow_up}
    status = 422 if form.errors else 200
    return render(request, "customers/follow_up_form.html", context, status=status)


def follow_up_done(request: StaffRequest, pk: int) -> HttpResponse:
    """Done: it slides off the list, and the toast takes that back."""
    follow_up = get_follow_up(request, pk)
    note = request.POST.get("note", "").replace("\x00", "")
    try:
        finish_follow_up(actor=request.user, now=clock.now(), follow_up=follow_up, note=note)
    except Refused as refused:
        return _gone(request, follow_up, refused)
    undo = reverse("customers:follow_up_reopen", args=[pk])
    text = _("Done: %(what)s") % {"what": follow_up.what}
    if request.htmx:
        return _slid_off(request, text=text, undo_href=undo, level="success")
    messages.success(request, text, extra_tags=f"undo:{undo}")
    return go_back(request, _page_of(follow_up.customer_id))


def _gone(request: StaffRequest, follow_up: FollowUp, refused: Refused) -> HttpResponse:
    """Say that it went meanwhile; the row goes too."""
    if request.htmx:
        return _slid_off(request, text=refused.message, level="error")
    messages.error(request, refused.message)
    return go_back(request, _page_of(follow_up.customer_id))


def _slid_off(request: StaffRequest, **toast: str) -> HttpResponse:
    """The toast, and with it all of the day's page that counts or lists follow-ups."""
    again = day_again(request, request.POST.get("next", ""))
    response = render(request, "customers/_follow_up_gone.html", toast | again)
    if again:
        # The row goes with its list, which is swapped as a whole.
        response["HX-Reswap"] = "none swap:150ms"
    return response


def follow_up_reopen(request: StaffRequest, pk: int) -> HttpResponse:
    """Not done after all."""
    follow_up = get_follow_up(request, pk)
    try:
        reopen_follow_up(actor=request.user, follow_up=follow_up)
    except Refused as refused:
        return _gone(request, follow_up, refused)
    messages.success(request, _("It is open again: %(what)s") % {"what": follow_up.what})
    return go_back(request, reverse("customers:day"))


def follow_up_snooze(request: StaffRequest, pk: int) -> HttpResponse:
    """Put it off by some days from today."""
    follow_up = get_follow_up(request, pk)
    days = request.POST.get("days", "")
    number = int(days) if days.isascii() and days.isdigit() and len(days) < 4 else 0
    today = timezone.localdate(clock.now())
    try:
        put_off = snooze_follow_up(
            actor=request.user, today=today, follow_up=follow_up, days=number
        )
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        text = _("Put off to %(day)s: %(what)s")
        words = {"day": day_words(put_off.due_on), "what": put_off.what}
        messages.success(request, text % words)
    return go_back(request, _page_of(follow_up.customer_id))


def follow_up_take(request: StaffRequest, pk: int) -> HttpResponse:
    """The signed-in person does it."""
    follow_up = get_follow_up(request, pk)
    try:
        assign_follow_up(actor=request.user, follow_up=follow_up, assignee=request.user)
    except Refused as refused:
        return _gone(request, follow_up, refused)
    messages.success(request, _("It is yours: %(what)s") % {"what": follow_up.what})
    return go_back(request, _page_of(follow_up.customer_id))

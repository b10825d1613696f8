"""Interactions: logged in the composer, corrected, taken back, drafted."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from core.posted import posted
from customers.access import get_customer, get_interaction
from customers.forms.interaction import ComposerForm, InteractionForm, initial_of
from customers.models import Customer
from customers.services.interactions import (
    LoggedAlready,
    change_interaction,
    discard_draft,
    log_interaction,
    may_change,
    save_draft,
    undo_interaction,
)
from customers.views.customer import add_refusal, customer_page, new_key


def interaction_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Log what was said; the toast takes it back."""
    customer = get_customer(request, pk)
    form = ComposerForm(request.POST)
    if not form.is_valid():
        return customer_page(request, customer, form)
    now = clock.now()
    try:
        logged = log_interaction(
            actor=request.user,
            now=now,
            customer=customer,
            said=form.said(now),
            next_step=form.next_step(),
            draft_key=form.cleaned_data["draft_name"],
        )
    except LoggedAlready as before:
        return _again(request, customer, form, before)
    except Refused as refused:
        add_refusal(request, form, refused)
        return customer_page(request, customer, form)
    undo = reverse("customers:interaction_undo", args=[logged.pk])
    messages.success(request, _("It is on the file."), extra_tags=f"undo:{undo}")
    return redirect("customers:customer", customer.pk)


def _again(
    request: StaffRequest, customer: Customer, form: ComposerForm, before: LoggedAlready
) -> HttpResponse:
    """The same words are on the file; others may be meant to come on top, as a new draft."""
    if before.interaction.text == form.cleaned_data["text"].strip():
        discard_draft(actor=request.user, customer=customer)
        messages.info(request, _("It is on the file already."))
        return redirect("customers:customer", customer.pk)
    form.data = {**dict(form.data.items()), "draft_name": new_key()}
    add_refusal(request, form, before)
    return customer_page(request, customer, form)


def interaction_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take back what was just logged."""
    interaction = get_interaction(request, pk)
    customer_pk = interaction.customer_id
    try:
        undo_interaction(actor=request.user, now=clock.now(), interaction=interaction)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("It is taken back."))
    return redirect("customers:customer", customer_pk)


def interaction_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Correct what was logged."""
    interaction = get_interaction(request, pk)
    if not may_change(request.user, interaction):
        messages.error(request, _("Only its author or a manager can change this."))
        return redirect("customers:customer", interaction.customer_id)
    form = InteractionForm(posted(request), initial=initial_of(interaction))
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        said = form.said(now)
        try:
            change_interaction(actor=request.user, now=now, interaction=interaction, said=said)
        except Refused as refused:
            add_refusal(request, form, refused)
        else:
            messages.success(request, _("It is corrected."))
            return redirect("customers:customer", interaction.customer_id)
    context = {"form": form, "interaction": interaction, "customer": interaction.customer}
    status = 422 if form.errors else 200
    return render(request, "customers/interaction_form.html", context, status=status)


def draft(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep what is being typed; the page saves by itself, so there is nothing to show."""
    customer = get_customer(request, pk)
    fields = {name: request.POST.get(name, "") for name in ComposerForm.base_fields}
    if "discard" in request.POST:
        discard_draft(actor=request.user, customer=customer)
    else:
        save_draft(actor=request.user, now=clock.now(), customer=customer, fields=fields)
    if request.htmx:
        return HttpResponse(status=204)
    return redirect("customers:customer", customer.pk)

"""The customer page, and the forms that make and change a file."""

import secrets
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts import policy
from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from core.posted import posted
from customers import reports
from customers.access import get_customer
from customers.forms.customer import CustomerForm, NewCustomerForm, initial_of
from customers.forms.interaction import ComposerForm
from customers.masking import shown_name
from customers.models import Customer, PossibleDuplicate
from customers.names import language_name, place_name
from customers.panels import Scene, customer_actions, figures_for, side_panels_for
from customers.reports import find_draft, tag_names
from customers.services.customers import ChangedMeanwhile, create_customer, update_customer
from customers.services.identities import TakenByAnother
from customers.views.timeline import timeline_context


def customer(request: StaffRequest, pk: int) -> HttpResponse:
    """Everything known about one customer on one page."""
    found = get_customer(request, pk)
    return customer_page(request, found)


def customer_page(
    request: StaffRequest, found: Customer, composer: ComposerForm | None = None
) -> HttpResponse:
    """The page; with a composer that holds mistakes it is a 422."""
    timeline = timeline_context(request, found)
    if timeline is None:
        return redirect("customers:customer", found.pk)
    status = 422 if composer is not None else 200
    context = _header(request, found) | timeline | _composer(request, found, composer)
    return render(request, "customers/customer.html", context, status=status)


def _header(request: StaffRequest, found: Customer) -> dict[str, Any]:
    now = clock.now()
    scene = Scene(customer=found, user=request.user, shop=request.shop, now=now)
    zone = found.timezone or request.shop.timezone
    return {
        "customer": found,
        "name": shown_name(request.user, found),
        "since": reports.customer_since(found),
        "tags": tag_names(found),
        "language": language_name(found.language) if found.language else "",
        "local_time": reports.local_time(found, request.shop.zone, now),
        "place": place_name(zone),
        "figures": figures_for(scene),
        "panels": side_panels_for(scene),
        "actions": _actions(request),
    }


def _actions(request: StaffRequest) -> list[Any]:
    allowed = [link for link in customer_actions if policy.may(request.user.role, link.route)]
    return sorted(allowed, key=lambda link: link.order)


def new_key() -> str:
    """A name for a draft that nobody has begun yet."""
    return secrets.token_hex(16)


def _composer(
    request: StaffRequest, found: Customer, composer: ComposerForm | None
) -> dict[str, Any]:
    if not policy.may(request.user.role, "customers:interaction_new", "POST"):
        return {}
    draft = None if composer else find_draft(user=request.user, customer=found)
    initial: dict[str, Any] = {
        "channel": "call",
        "assignee": request.user.pk,
        "draft_name": new_key(),
    }
    return {
        "composer": composer or ComposerForm(initial=initial | (draft.fields if draft else {})),
        "draft": draft,
    }


def customer_new(request: StaffRequest) -> HttpResponse:
    """A new file; what the address brings along ("?email=…") is not asked again."""
    form = NewCustomerForm(posted(request), initial=_known(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = create_customer(
                actor=request.user,
                now=clock.now(),
                fields=form.fields_of_customer(),
                identities=form.identities(),
                tags=form.cleaned_data["tags"],
            )
        except Refused as refused:
            add_refusal(request, form, refused)
        else:
            messages.success(request, _("%(name)s is on file.") % {"name": made})
            _warn_of_duplicates(request, made)
            return redirect("customers:customer", made.pk)
    status = 422 if form.errors else 200
    return render(request, "customers/customer_form.html", {"form": form}, status=status)


def _known(request: StaffRequest) -> dict[str, Any]:
    """The first answers: from the address, the shop, and who asks."""
    known: dict[str, Any] = {
        name: request.GET.get(name, "")[:254]
        for name in ("first_name", "last_name", "email", "phone", "external")
    }
    first, _space, last = request.GET.get("name", "")[:240].partition(" ")
    return known | {
        "first_name": known["first_name"] or first,
        "last_name": known["last_name"] or last,
        "language": request.shop.language,
        "branch": request.user.branch_id,
    }


def add_refusal(request: StaffRequest, form: Form, refused: Refused) -> None:
    """Put a service's refusal beside its field, with a link to whom a contact belongs to."""
    message = refused.message
    if isinstance(refused, TakenByAnother):
        address = reverse("customers:customer", args=[refused.owner.pk])
        name = shown_name(request.user, refused.owner)
        message = format_html('{} <a href="{}">{}</a>', refused.message, address, name)
    form.add_error(refused.field if refused.field in form.fields else None, message)


def _warn_of_duplicates(request: StaffRequest, made: Customer) -> None:
    pairs = PossibleDuplicate.objects.filter(Q(first=made) | Q(second=made), dismissed_at=None)
    for pair in pairs.select_related("first", "second")[:3]:
        other = pair.second if pair.first_id == made.pk else pair.first
        name = shown_name(request.user, other)
        messages.warning(request, _("%(name)s has the same phone number.") % {"name": name})


def customer_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change the file; who saved in between is not overwritten in silence."""
    found = get_customer(request, pk)
    form = CustomerForm(
        posted(request), initial=initial_of(found, tag_names(found)), customer=found
    )
    context: dict[str, Any] = {"form": form, "customer": found, "name": str(found)}
    if request.method == "POST" and form.is_valid():
        try:
            update_customer(
                actor=request.user,
                now=clock.now(),
                customer=found,
                fields=form.fields_of_customer(),
                seen_at=form.cleaned_data["seen_at"],
                tags=form.cleaned_data["tags"],
            )
        except ChangedMeanwhile as refused:
            form.add_error(None, refused.message)
            context["meanwhile"] = form.settle(refused.present, tag_names(refused.present))
        except Refused as refused:
            add_refusal(request, form, refused)
        else:
            messages.success(request, _("The file is saved."))
            return redirect("customers:customer", found.pk)
    status = 422 if form.errors else 200
    return render(request, "customers/customer_form.html", context, status=status)

"""Two files that are not the same person: put away, and brought back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.requests import StaffRequest
from core import clock
from customers.access import get_customer, get_duplicate
from customers.masking import shown_name
from customers.services.duplicates import dismiss_duplicate, restore_duplicate


def duplicate_dismiss(request: StaffRequest, pk: int, pair_pk: int) -> HttpResponse:
    """Not the same person; the toast takes it back."""
    pair = get_duplicate(request, get_customer(request, pk), pair_pk)
    dismiss_duplicate(actor=request.user, now=clock.now(), pair=pair)
    other = pair.second if pair.first_id == pk else pair.first
    text = _("%(name)s is noted as somebody else.") % {"name": shown_name(request.user, other)}
    undo = reverse("customers:duplicate_restore", args=[pk, pair_pk])
    messages.success(request, text, extra_tags=f"undo:{undo}")
    return redirect("customers:customer", pk)


def duplicate_restore(request: StaffRequest, pk: int, pair_pk: int) -> HttpResponse:
    """Perhaps the same person after all."""
    pair = get_duplicate(request, get_customer(request, pk), pair_pk)
    restore_duplicate(actor=request.user, pair=pair)
    messages.success(request, _("They are shown as perhaps the same person again."))
    return redirect("customers:customer", pk)

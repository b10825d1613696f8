"""Contacts and dates of a customer, each on a page of its own."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from core.posted import posted
from customers.access import get_customer, get_identity, get_important_date
from customers.forms.customer import IdentityForm, ImportantDateForm
from customers.names import yearly_day
from customers.rules.birthdays import YearlyDay
from customers.services.identities import add_identity, make_primary, remove_identity
from customers.services.important_dates import add_important_date, remove_important_date
from customers.views.customer import add_refusal


def contacts(request: StaffRequest, pk: int) -> HttpResponse:
    """All contacts, and a line to add one."""
    customer = get_customer(request, pk)
    form = IdentityForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            add_identity(
                actor=request.user, customer=customer, now=clock.now(), **form.cleaned_data
            )
        except Refused as refused:
            refused.field = "value"
            add_refusal(request, form, refused)
        else:
            messages.success(request, _("The contact is added."))
            return redirect("customers:contacts", customer.pk)
    rows = customer.identities.order_by("kind", "-is_primary", "created_at", "pk")
    context = {"customer": customer, "form": form, "identities": rows}
    status = 422 if form.errors else 200
    return render(request, "customers/contacts.html", context, status=status)


def contact_remove(request: StaffRequest, pk: int, identity_pk: int) -> HttpResponse:
    """Take a contact off the file."""
    customer = get_customer(request, pk)
    identity = get_identity(request, customer, identity_pk)
    try:
        remove_identity(actor=request.user, identity=identity)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The contact is removed."))
    return redirect("customers:contacts", customer.pk)


def contact_primary(request: StaffRequest, pk: int, identity_pk: int) -> HttpResponse:
    """Put a contact before the others of its kind."""
    customer = get_customer(request, pk)
    make_primary(actor=request.user, identity=get_identity(request, customer, identity_pk))
    messages.success(request, _("The contact comes first now."))
    return redirect("customers:contacts", customer.pk)


def dates(request: StaffRequest, pk: int) -> HttpResponse:
    """Dates that matter, and a line to add one."""
    customer = get_customer(request, pk)
    form = ImportantDateForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            add_important_date(
                actor=request.user,
                customer=customer,
                today=timezone.localdate(clock.now()),
                **form.cleaned_data,
            )
        except Refused as refused:
            add_refusal(request, form, refused)
        else:
            messages.success(request, _("The date is added."))
            return redirect("customers:dates", customer.pk)
    rows = [
        (row, yearly_day(YearlyDay(row.month, row.day, row.year)))
        for row in customer.important_dates.all()
    ]
    context = {"customer": customer, "form": form, "rows": rows}
    status = 422 if form.errors else 200
    return render(request, "customers/dates.html", context, status=status)


def date_remove(request: StaffRequest, pk: int, date_pk: int) -> HttpResponse:
    """Take a date off the file."""
    customer = get_customer(request, pk)
    found = get_important_date(request, customer, date_pk)
    remove_important_date(actor=request.user, important_date=found)
    messages.success(request, _("The date is removed."))
    return redirect("customers:dates", customer.pk)

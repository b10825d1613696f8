"""Cashback: set up, changed, switched on and off beside the points."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from core.posted import posted
from core.services.shop import get_shop
from loyalty.access import get_any_programme, get_cashback
from loyalty.example import cashback_example as example_for
from loyalty.forms.cashback import CashbackForm
from loyalty.models import Programme, ProgrammeKind
from loyalty.services.programmes import add_cashback, change_programme, switch_programme


def cashback_new(request: StaffRequest) -> HttpResponse:
    """Set cashback up in a currency."""
    form = CashbackForm(posted(request), currency=request.shop.currency)
    if request.method == "POST" and form.is_valid():
        try:
            add_cashback(
                actor=request.user,
                currency=form.counted_in,
                values=form.values(),
                now=clock.now(),
            )
        except Refused as refused:
            form.add_error(refused.field, refused.message)
        else:
            messages.success(request, _("Cashback is on. Purchases from now on earn it."))
            return redirect("loyalty:programme")
    usual = Programme(kind=ProgrammeKind.CASHBACK, currency=request.shop.currency, **_USUAL)
    return _page(request, form, usual, None)


_USUAL = {"earn_units": 300, "earn_minor": 10_000}


def cashback_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change cashback; who saved in between is not overwritten in silence."""
    found = get_cashback(pk)
    form = CashbackForm(posted(request), programme=found)
    if request.method == "POST" and form.is_valid():
        try:
            change_programme(
                actor=request.user,
                programme=found,
                values=form.values(),
                version=form.cleaned_data["version"],
            )
        except Refused as refused:
            form.renew(get_cashback(pk).version)
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("It holds for purchases from now on."))
            return redirect("loyalty:programme")
    return _page(request, form, found, found)


def _page(
    request: StaffRequest, form: CashbackForm, shown: Programme, programme: Programme | None
) -> HttpResponse:
    context = {
        "form": form,
        "programme": programme,
        "example": example_for(shown, get_shop(), clock.now()),
    }
    status = 422 if form.errors else 200
    return render(request, "loyalty/cashback_form.html", context, status=status)


def cashback_example(request: StaffRequest) -> HttpResponse:
    """What cashback as typed would do, as a piece; nothing is saved."""
    asked = request.GET.get("programme", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else 0
    found = get_cashback(number) if asked else None
    form = CashbackForm(request.POST, programme=found)
    example = None
    if form.is_valid():
        kind = ProgrammeKind.CASHBACK
        typed = Programme(kind=kind, currency=form.counted_in, **form.values())
        example = example_for(typed, get_shop(), clock.now())
    return render(request, "loyalty/_cashback_example.html", {"example": example})


def programme_on(request: StaffRequest, pk: int) -> HttpResponse:
    """Let purchases earn again."""
    return _switch(request, pk, on=True)


def programme_off(request: StaffRequest, pk: int) -> HttpResponse:
    """Let purchases earn nothing any more."""
    return _switch(request, pk, on=False)


def _switch(request: StaffRequest, pk: int, *, on: bool) -> HttpResponse:
    found = get_any_programme(pk)
    switch_programme(actor=request.user, programme=found, on=on, now=clock.now())
    said = (
        _("On. Purchases from now on earn.")
        if on
        else _("Off. Purchases earn nothing here; what customers hold can still be spent.")
    )
    messages.success(request, said)
    return redirect("loyalty:programme")

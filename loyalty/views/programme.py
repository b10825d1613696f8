"""The programme: what customers earn, and what they hold."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import policy
from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from core.posted import posted
from core.services.shop import get_shop
from core.templatetags.ui import whole
from customers.panels import Figure
from loyalty.cashback_words import cashback_rows
from loyalty.example import example_of
from loyalty.forms.programme import ProgrammeForm
from loyalty.models import Programme
from loyalty.reports import Outstanding, lapsing_by_month, outstanding
from loyalty.rules_page import Trial, rule_rows
from loyalty.services.programmes import change_programme, get_programme
from loyalty.telling_page import rows as telling_rows


def programme(request: StaffRequest) -> HttpResponse:
    """The rules in words, an example with what last month would have cost, and the figures."""
    found, shop, now = get_programme(), get_shop(), clock.now()
    context = {
        "programme": found,
        "rules": rule_rows(found, shop, now),
        "trial": Trial(found, request.GET, form_id="basket", shop=shop, now=now),
        "figures": _figures(outstanding(found)),
        "months": lapsing_by_month(found, shop, now),
        "cashback": cashback_rows(),
        "may_edit": policy.may(request.user.role, "loyalty:programme_edit"),
        "telling": telling_rows(request, found, now),
        "may_tell": policy.may(request.user.role, "loyalty:telling_edit"),
    }
    return render(request, "loyalty/programme.html", context)


def _figures(held: Outstanding) -> list[Figure]:
    return [
        Figure(label=_("Members"), value=whole(held.members)),
        Figure(label=_("Points to spend"), value=whole(held.available)),
        Figure(label=_("Waiting for returns"), value=whole(held.pending)),
        Figure(label=_("Owed to the shop"), value=whole(held.debt)),
    ]


def programme_edit(request: StaffRequest) -> HttpResponse:
    """Change the rules; who saved in between is not overwritten in silence."""
    found = get_programme()
    form = ProgrammeForm(posted(request), programme=found)
    if request.method == "POST" and form.is_valid():
        try:
            change_programme(
                actor=request.user,
                programme=found,
                values=form.values(),
                version=form.cleaned_data["version"],
            )
        except Refused as refused:
            form.renew(found.version)
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("It holds for purchases from now on."))
            return redirect("loyalty:programme")
    example = example_of(found, get_shop(), clock.now())
    context = {"form": form, "programme": found, "example": example}
    status = 422 if form.errors else 200
    return render(request, "loyalty/programme_form.html", context, status=status)


def programme_example(request: StaffRequest) -> HttpResponse:
    """What the rules as typed would do, as a piece; nothing is saved."""
    found = get_programme()
    form = ProgrammeForm(request.POST, programme=found)
    typed = Programme(currency=found.currency, kind=found.kind, **_typed(form))
    example = example_of(typed, get_shop(), clock.now()) if form.is_valid() else None
    context = {"example": example, "programme": found}
    return render(request, "loyalty/_example.html", context)


def _typed(form: ProgrammeForm) -> dict[str, object]:
    return form.values() if form.is_valid() else {}

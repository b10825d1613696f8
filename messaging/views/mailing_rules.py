"""The rules of mailings, with examples that follow what is typed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from core.posted import posted
from customers.models import CountryRule
from customers.names import country_name
from messaging.forms.mailing_rules import MailingRulesForm, initial_rules
from messaging.models import MailingRules
from messaging.rules_example import examples
from messaging.services.gate import mailing_rules as present_rules
from messaging.services.mailing_rules import change_mailing_rules


def mailing_rules(request: StaffRequest) -> HttpResponse:
    """Quiet hours and caps; who saved in between is not overwritten in silence."""
    rules = present_rules()
    form = MailingRulesForm(posted(request), initial=initial_rules(rules))
    if request.method == "POST" and form.is_valid():
        try:
            change_mailing_rules(
                actor=request.user,
                values=form.values(),
                topics=form.caps(),
                version=form.cleaned_data["version"],
            )
        except Refused as refused:
            form.renew(rules.version)
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("The rules hold from the next mail on."))
            return redirect("messaging:mailing_rules")
    status = 422 if form.errors else 200
    context = {
        "form": form,
        "examples": examples(rules, clock.now()),
        "countries": [(rule, country_name(rule.country)) for rule in CountryRule.objects.all()],
    }
    return render(request, "messaging/mailing_rules.html", context, status=status)


def rules_example(request: StaffRequest) -> HttpResponse:
    """What the rules as typed would do, as a piece; nothing is saved."""
    form = MailingRulesForm(request.POST)
    shown = examples(MailingRules(**form.values()), clock.now()) if form.is_valid() else []
    return render(request, "messaging/_rules_example.html", {"examples": shown})

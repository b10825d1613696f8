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
from messaging.sender_words import changed_fields
from messaging.services.gate import mailing_rules as present_rules
from messaging.services.mailing_rules import change_mailing_rules


def mailing_rules(request: StaffRequest) -> HttpResponse:
    """Quiet hours and caps; who saved in between is not overwritten in silence."""
    form = MailingRulesForm(posted(request), initial=initial_rules(present_rules()))
    meanwhile: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, form)
        except Refused as refused:
            meanwhile = _keep_typed(form, refused)
        else:
            messages.success(request, _("The rules hold from the next mail on."))
            return redirect("messaging:mailing_rules")
    context = {
        "form": form,
        "meanwhile": meanwhile,
        "examples": examples(present_rules(), clock.now()),
        "countries": [(rule, country_name(rule.country)) for rule in CountryRule.objects.all()],
    }
    status = 422 if form.errors else 200
    return render(request, "messaging/mailing_rules.html", context, status=status)


def _save(request: StaffRequest, form: MailingRulesForm) -> None:
    change_mailing_rules(
        actor=request.user,
        values=form.values(),
        topics=form.caps(),
        version=form.cleaned_data["version"],
        now=clock.now(),
    )


def _keep_typed(form: MailingRulesForm, refused: Refused) -> list[tuple[str, str]]:
    """What stands there now where it differs; the text that was typed wins if it is sent again."""
    rules = present_rules()
    differing = list(changed_fields(form, rules))
    form.renew(rules.version)
    form.add_error(None, refused.message)
    return differing


def rules_example(request: StaffRequest) -> HttpResponse:
    """What the rules as typed would do, as a piece; nothing is saved."""
    form = MailingRulesForm(request.POST)
    shown = examples(MailingRules(**form.values()), clock.now()) if form.is_valid() else []
    return render(request, "messaging/_rules_example.html", {"examples": shown})

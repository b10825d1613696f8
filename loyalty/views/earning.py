"""The rules of how customers earn: written in plain words, tried out, switched off and on."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from core.posted import posted
from core.services.shop import get_shop
from loyalty.access import get_rule
from loyalty.forms.earning import RuleForm
from loyalty.models import EarningRule
from loyalty.rules.earning import RuleKind
from loyalty.rules_page import Trial
from loyalty.services.earning_rules import add_rule, change_rule, switch_rule
from loyalty.services.programmes import get_programme


def rule_kinds(request: StaffRequest) -> HttpResponse:
    """What a new rule is to do."""
    return render(request, "loyalty/rule_kinds.html")


def rule_new(request: StaffRequest, kind: str) -> HttpResponse:
    """A new rule of the kind."""
    if kind not in set(RuleKind):
        raise Http404
    return _form_page(request, RuleKind(kind), None)


def rule_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a rule; who saved in between is not overwritten in silence."""
    rule = get_rule(request, pk)
    return _form_page(request, RuleKind(rule.kind), rule)


def _form_page(request: StaffRequest, kind: RuleKind, rule: EarningRule | None) -> HttpResponse:
    programme = get_programme()
    form = RuleForm(posted(request), kind=kind, programme=programme, rule=rule)
    tried = request.POST.get("do") == "try"
    if request.method == "POST" and not tried and form.is_valid() and _save(request, form, rule):
        messages.success(request, _("It holds for purchases from now on."))
        return redirect("loyalty:programme")
    trial = Trial(programme, posted(request), form_id="rule", shop=get_shop(), now=clock.now())
    typed = form.typed()
    if typed is not None:
        trial.put(typed)
    context = {"form": form, "kind": kind, "rule": rule, "trial": trial, "programme": programme}
    # A piece that is swapped while somebody types is no refusal.
    status = 422 if form.errors and not (tried and request.htmx) else 200
    return render(request, "loyalty/rule_form.html", context, status=status)


def _save(request: StaffRequest, form: RuleForm, rule: EarningRule | None) -> bool:
    """Save what was typed; False where it is refused, and the form says why."""
    says, now = form.says(), clock.now()
    try:
        if rule is None:
            programme = get_programme()
            add_rule(actor=request.user, programme=programme, kind=form.kind, says=says, now=now)
        else:
            version = form.cleaned_data["version"]
            change_rule(actor=request.user, rule=rule, says=says, version=version, now=now)
    except Refused as refused:
        if rule is not None:
            form.renew(get_rule(request, rule.pk).version)
        form.add_error(None, refused.message)
        return False
    return True


def rule_on(request: StaffRequest, pk: int) -> HttpResponse:
    """Let the rule hold again."""
    return _switch(request, pk, on=True)


def rule_off(request: StaffRequest, pk: int) -> HttpResponse:
    """Let the rule rest."""
    return _switch(request, pk, on=False)


def _switch(request: StaffRequest, pk: int, *, on: bool) -> HttpResponse:
    switch_rule(actor=request.user, rule=get_rule(request, pk), on=on)
    messages.success(request, _("The rule is on.") if on else _("The rule is off."))
    return redirect("loyalty:programme")

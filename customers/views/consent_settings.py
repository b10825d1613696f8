"""Settings of consent: topics that people may leave, and countries that ask for less."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from core.posted import posted
from customers.access import get_country_rule, get_topic
from customers.forms.consent_settings import CountryRuleForm, TopicForm, topic_fields
from customers.models import CountryRule, Topic
from customers.names import country_name
from customers.services.country_rules import remove_country_rule, set_country_rule
from customers.services.topics import save_topic
from customers.views.customer import add_refusal

PAGE = "customers:consent_settings"


def consent_settings(request: StaffRequest) -> HttpResponse:
    """The topics and the countries' rules."""
    language = get_language() or "en"
    topics = [(topic, topic.name_in(language)) for topic in Topic.objects.all()]
    rules = [(rule, country_name(rule.country)) for rule in CountryRule.objects.all()]
    context = {"topics": topics, "rules": rules}
    return render(request, "customers/consent_settings.html", context)


def topic_new(request: StaffRequest) -> HttpResponse:
    """One more topic."""
    return _topic_page(request, None)


def topic_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """A topic's names, and whether it is offered."""
    return _topic_page(request, get_topic(request, pk))


def _topic_page(request: StaffRequest, topic: Topic | None) -> HttpResponse:
    form = TopicForm(posted(request), initial=topic_fields(topic) if topic else None)
    if request.method == "POST" and form.is_valid():
        try:
            save_topic(actor=request.user, topic=topic, **form.values())
        except Refused as refused:
            add_refusal(request, form, refused)
        else:
            messages.success(request, _("The topic is saved."))
            return redirect(PAGE)
    status = 422 if form.errors else 200
    context = {"form": form, "topic": topic}
    return render(request, "customers/topic_form.html", context, status=status)


def country_rule_new(request: StaffRequest) -> HttpResponse:
    """A country that asks for less."""
    return _rule_page(request, None)


def country_rule_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """A country's rule, with the reason for the change."""
    return _rule_page(request, get_country_rule(request, pk))


def _rule_page(request: StaffRequest, rule: CountryRule | None) -> HttpResponse:
    names = ("country", "birthday_needs_consent", "survey_needs_consent", "reason")
    initial = {name: getattr(rule, name) for name in names} if rule else None
    form = CountryRuleForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            set_country_rule(actor=request.user, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            add_refusal(request, form, refused)
        else:
            messages.success(request, _("The rule is saved with its reason."))
            return redirect(PAGE)
    status = 422 if form.errors else 200
    context = {"form": form, "rule": rule}
    return render(request, "customers/country_rule_form.html", context, status=status)


def country_rule_remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Back to the house's own rule."""
    remove_country_rule(actor=request.user, rule=get_country_rule(request, pk))
    messages.success(request, _("Consent is needed there again."))
    return redirect(PAGE)

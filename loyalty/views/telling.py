"""What members are told: the switches, one kind with its mail and its list, the mail itself."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import policy
from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from core.posted import posted
from customers.access import visible_customers
from customers.masking import shown_name
from loyalty import telling_page
from loyalty.forms.telling import TellingForm
from loyalty.models import News
from loyalty.services.programmes import get_programme
from loyalty.services.telling import TEMPLATES
from loyalty.services.telling_rules import change_telling, rule_of
from messaging import previews
from messaging.errors import NoVersion
from messaging.models import Template
from messaging.rendering import version_for
from messaging.template_access import find_customer, known_language


def telling_edit(request: StaffRequest) -> HttpResponse:
    """Switch kinds on and off; who saved in between is not overwritten in silence."""
    programme = get_programme()
    form = TellingForm(posted(request), programme=programme)
    if request.method == "POST" and form.is_valid():
        try:
            change_telling(
                actor=request.user,
                programme=programme,
                rules=form.rules(),
                notice_least=form.cleaned_data["notice_least"],
                version=form.cleaned_data["version"],
                now=clock.now(),
            )
        except Refused as refused:
            programme.refresh_from_db()
            form.renew(programme.version)
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("It holds from now on."))
            return redirect(f"{reverse('loyalty:programme')}#telling")
    status = 422 if form.errors else 200
    return render(request, "loyalty/telling_form.html", {"form": form}, status=status)


def told(request: StaffRequest, kind: str) -> HttpResponse:
    """One kind: when it goes, the mail as a customer gets it, and who was told."""
    if kind not in News.values:
        raise Http404
    programme, now = get_programme(), clock.now()
    wanted = request.GET.get("customer", "").strip()[:120]
    found = find_customer(request, wanted) if wanted else None
    customer = found or (None if wanted else telling_page.somebody(request, programme, kind))
    rule = rule_of(programme, kind)
    context = {
        "kind": kind,
        "label": News(kind).label,
        "rule": rule,
        "when": telling_page.when(rule),
        "template": Template.objects.filter(key=TEMPLATES[kind]).first(),
        "languages": settings.LANGUAGES,
        "language": request.GET.get("language", "") or (customer.language if customer else ""),
        "customer": customer,
        "name": shown_name(request.user, customer) if customer else "",
        "wanted": wanted,
        "may_edit": policy.may(request.user.role, "loyalty:telling_edit"),
        **telling_page.lines(request, programme, kind, now),
    }
    if context["language"] not in dict(settings.LANGUAGES):
        context["language"] = request.shop.language
    return render(request, "loyalty/told.html", context)


def told_preview(request: StaffRequest, kind: str, language: str) -> HttpResponse:
    """The mail of a kind in a language, with a customer's own values, for a frame."""
    language = known_language(language)
    if kind not in TEMPLATES:
        raise Http404
    template = Template.objects.filter(key=TEMPLATES[kind]).first()
    try:
        version = version_for(template, language) if template else None
    except NoVersion:
        version = None
    if version is None:
        return previews.plain(_("There is no published text."))
    number = request.GET.get("customer", "")
    wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    customer = visible_customers(request).filter(pk=wanted).first()
    return previews.show(version, customer, request.GET.get("look", ""))

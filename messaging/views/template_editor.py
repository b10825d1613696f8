"""The editor of one language of a template: draft, preview, publication, test."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import policy
from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from messaging import previews
from messaging.blocks import mail_blocks
from messaging.errors import TemplateRefused
from messaging.fields import mail_fields
from messaging.forms.template import SourceForm
from messaging.models import Template, TemplateVersion
from messaging.preflight import content_lines, mail_of, sender_lines
from messaging.rules.compiling import Source
from messaging.rules.preflight import blocks_publishing, findings
from messaging.services import templates as service
from messaging.services.trial_mails import send_test_mail
from messaging.starter import starter
from messaging.template_access import (
    find_customer,
    get_template,
    get_version,
    known_language,
    newest_version,
)
from messaging.template_words import said_by_field


def template_edit(request: StaffRequest, pk: int, language: str) -> HttpResponse:
    """Write the text of one language; saving makes or changes the draft."""
    template, language = get_template(request, pk), known_language(language)
    version = newest_version(template, language)
    if request.method != "POST":
        shown = _source_of(version) if version else starter(template, language)
        initial = {
            "subject": shown.subject,
            "preheader": shown.preheader,
            "mjml": shown.mjml,
            "opened": service.mark_of(version),
        }
        return _editor(request, template, language, version, SourceForm(initial=initial))
    form = SourceForm(request.POST)
    if _saved(request, template, language, form) is None:
        return _editor(request, template, language, version, form, status=422)
    messages.success(request, _("The draft is saved."))
    return _back(request, template, language)


def _back(request: StaffRequest, template: Template, language: str) -> HttpResponse:
    """To the editor as it was: the words, or the whole source."""
    place = reverse("messaging:template_edit", args=[template.pk, language])
    return redirect(f"{place}?as=source" if request.GET.get("as") == "source" else place)


def _source_of(version: TemplateVersion) -> Source:
    return Source(version.language, version.subject, version.preheader, version.mjml)


def _saved(
    request: StaffRequest, template: Template, language: str, form: SourceForm
) -> TemplateVersion | None:
    """The draft, or None with the reasons put at the fields."""
    if not form.is_valid():
        return None
    try:
        return service.save_draft(
            actor=request.user,
            template=template,
            source=form.source(language),
            opened=form.mark,
        )
    except service.WrittenMeanwhile as refused:
        form.tell_meanwhile(refused.newest, service.mark_of(refused.newest))
    except TemplateRefused as refused:
        for field, texts in said_by_field(refused.problems).items():
            for text in texts:
                form.add_error(field, text)
    return None


def _editor(
    request: StaffRequest,
    template: Template,
    language: str,
    version: TemplateVersion | None,
    form: SourceForm,
    status: int = 200,
) -> HttpResponse:
    as_source = request.GET.get("as") == "source"
    status = 409 if form.meanwhile else status
    context = {
        "template": template,
        "language": language,
        "words": None if as_source else form.words(),
        "as_source": as_source,
        "language_name": dict(settings.LANGUAGES)[language],
        "languages": settings.LANGUAGES,
        "version": version,
        "form": form,
        "groups": _groups(),
        "blocks": mail_blocks.items(),
        "lines": content_lines(version) if version else [],
        "may_edit": policy.may(request.user.role, "messaging:template_edit", "POST"),
    }
    return render(request, "messaging/template_edit.html", context, status=status)


def _groups() -> dict[str, list[tuple[str, Any]]]:
    """The fields under their headings."""
    groups: dict[str, list[tuple[str, Any]]] = {}
    for name, field in mail_fields.items():
        if not field.is_offered:
            continue
        groups.setdefault(str(field.group), []).append((name, field.label))
    return groups


def template_preview(request: StaffRequest, pk: int, language: str) -> HttpResponse:
    """What is written just now, as a mail, for the frame beside it; nothing is saved."""
    template, language = get_template(request, pk), known_language(language)
    form = SourceForm(request.POST)
    if not form.is_valid():
        return previews.explained([str(e) for es in form.errors.values() for e in es])
    source = form.source(language)
    try:
        made = service.compiled(source)
    except TemplateRefused as refused:
        texts = [text for said in said_by_field(refused.problems).values() for text in said]
        return previews.explained(texts)
    version = previews.unsaved(source, made)
    version.template = template
    wanted = request.POST.get("customer", "").strip()
    customer = find_customer(request, wanted) if wanted else None
    if wanted and customer is None:
        return previews.explained([_nobody_fits(wanted)])
    return previews.show(version, customer, request.POST.get("look", ""))


def _nobody_fits(wanted: str) -> str:
    return _("No customer fits “%(text)s”.") % {"text": wanted[:60]}


def template_publish(request: StaffRequest, pk: int, language: str) -> HttpResponse:
    """Save what is written and publish it: from now on it is what is sent."""
    template, language = get_template(request, pk), known_language(language)
    form = SourceForm(request.POST)
    version = _saved(request, template, language, form)
    if version is None:
        newest = newest_version(template, language)
        return _editor(request, template, language, newest, form, status=422)
    if blocks_publishing(findings(mail_of(version))):
        messages.error(
            request,
            _("The draft is saved, but not published: the mail needs the link to unsubscribe."),
        )
    else:
        service.publish(actor=request.user, version=version)
        messages.success(request, _("Published: from now on this is what is sent."))
    return _back(request, template, language)


def template_test(request: StaffRequest, pk: int, language: str) -> HttpResponse:
    """Save what is written and send it to the person who writes it."""
    template, language = get_template(request, pk), known_language(language)
    form = SourceForm(request.POST)
    version = _saved(request, template, language, form)
    if version is None:
        newest = newest_version(template, language)
        return _editor(request, template, language, newest, form, status=422)
    wanted = request.POST.get("customer", "").strip()
    customer = find_customer(request, wanted) if wanted else None
    if wanted and customer is None:
        messages.error(request, _nobody_fits(wanted))
        return _back(request, template, language)
    data = previews.data_of(version, customer)
    try:
        send_test_mail(actor=request.user, version=version, data=data, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        text = _("A test is on its way to %(address)s.") % {"address": request.user.email}
        messages.success(request, text)
    return _back(request, template, language)


def template_discard(request: StaffRequest, pk: int, language: str) -> HttpResponse:
    """Throw the draft away and show what was there before."""
    template, language = get_template(request, pk), known_language(language)
    version = newest_version(template, language)
    try:
        if version is None:
            raise Refused(_("There is no draft."))
        service.discard_draft(actor=request.user, version=version)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The draft is thrown away."))
    return redirect("messaging:template_edit", pk, language)


def version(request: StaffRequest, pk: int) -> HttpResponse:
    """A version as it is kept, with what was sent and its source."""
    found = get_version(request, pk)
    context = {
        "version": found,
        "subject": previews.subject_of(found),
        "template": found.template,
        "language_name": dict(settings.LANGUAGES).get(found.language, found.language),
        "may_edit": policy.may(request.user.role, "messaging:template_edit", "POST"),
    }
    return render(request, "messaging/version.html", context)


def version_preview(request: StaffRequest, pk: int) -> HttpResponse:
    """A kept version as a mail, for a frame."""
    return previews.show(get_version(request, pk), None, request.GET.get("look", ""))


def version_reuse(request: StaffRequest, pk: int) -> HttpResponse:
    """Take an old version's text as the new draft."""
    found = get_version(request, pk)
    try:
        service.save_draft(actor=request.user, template=found.template, source=_source_of(found))
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        words = _("Version %(number)s is the draft now.") % {"number": found.number}
        messages.success(request, words)
    return redirect("messaging:template_edit", found.template_id, found.language)


def sender_checks(request: StaffRequest) -> HttpResponse:
    """What DNS says of the sender, as a piece: it takes a moment, so the editor does not wait."""
    return render(request, "messaging/_checks.html", {"lines": sender_lines()})

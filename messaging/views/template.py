"""Templates: listed, added, renamed, put away; one of them with all its languages."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts import policy
from accounts.requests import StaffRequest
from core.errors import Refused
from core.text import fold
from messaging import previews
from messaging.forms.template import TemplateForm, TemplateNameForm
from messaging.models import Template, TemplateVersion
from messaging.services import templates as service
from messaging.services.default_templates import add_default_templates
from messaging.template_access import all_templates, get_template


def templates(request: StaffRequest) -> HttpResponse:
    """All templates with their languages; those put away below."""
    rows = [_row(template) for template in all_templates(request)]
    rows.sort(key=lambda row: row["template"].title.casefold())
    context = {
        "rows": [row for row in rows if not row["template"].archived_at],
        "put_away": [row for row in rows if row["template"].archived_at],
        "may_edit": policy.may(request.user.role, "messaging:template_new", "POST"),
    }
    return render(request, "messaging/templates.html", context)


def _row(template: Template) -> dict[str, Any]:
    return {"template": template, "languages": _languages(template)}


def _languages(template: Template) -> list[dict[str, Any]]:
    """Each language with the version that is sent and the draft above it, if there are any."""
    versions: dict[str, list[TemplateVersion]] = {}
    for version in template.versions.all():
        versions.setdefault(version.language, []).append(version)
    return [
        {
            "code": code,
            "name": name,
            "newest": next(iter(versions.get(code, [])), None),
            "sent": next((row for row in versions.get(code, []) if row.published_at), None),
            "versions": versions.get(code, []),
        }
        for code, name in settings.LANGUAGES
    ]


def template_new(request: StaffRequest) -> HttpResponse:
    """Add a template and go on to its text."""
    form = TemplateForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            template = service.add_template(
                actor=request.user, key=_free_key(form.cleaned_data["name"]), **form.cleaned_data
            )
        except Refused as refused:
            form.add_error(refused.field, refused.message)
        else:
            return redirect("messaging:template_edit", template.pk, request.shop.language)
    status = 422 if request.method == "POST" else 200
    return render(request, "messaging/template_new.html", {"form": form}, status=status)


def _free_key(name: str) -> str:
    """A key made of the name that no other template has."""
    base = slugify(fold(name)).replace("-", "_")[:50] or "template"
    taken = set(Template.objects.filter(key__startswith=base).values_list("key", flat=True))
    candidates = [base, *(f"{base}_{number}" for number in range(2, len(taken) + 3))]
    return next(candidate for candidate in candidates if candidate not in taken)


def template(request: StaffRequest, pk: int) -> HttpResponse:
    """One template: its languages side by side, its versions, its name."""
    found = get_template(request, pk)
    if request.method == "POST":
        return _rename(request, found)
    return _template_page(request, found, TemplateNameForm(initial={"name": found.title}))


def _rename(request: StaffRequest, found: Template) -> HttpResponse:
    form = TemplateNameForm(request.POST)
    if not form.is_valid():
        return _template_page(request, found, form, status=422)
    try:
        service.rename_template(actor=request.user, template=found, **form.cleaned_data)
    except Refused as refused:
        form.add_error(refused.field, refused.message)
        return _template_page(request, found, form, status=422)
    messages.success(request, _("The template is renamed."))
    return redirect("messaging:template", found.pk)


def _template_page(
    request: StaffRequest, found: Template, form: TemplateNameForm, status: int = 200
) -> HttpResponse:
    wordings = _languages(found)
    for row in wordings:
        row["subject"] = previews.subject_of(row["newest"]) if row["newest"] else ""
    context = {
        "template": found,
        "wordings": wordings,
        "form": form,
        "may_edit": policy.may(request.user.role, "messaging:template_new", "POST"),
    }
    return render(request, "messaging/template.html", context, status=status)


def template_archive(request: StaffRequest, pk: int) -> HttpResponse:
    """Put it away; the toast takes it back."""
    found = get_template(request, pk)
    service.archive_template(actor=request.user, template=found)
    text = _("Template “%(name)s” is put away.") % {"name": found.title}
    undo = reverse("messaging:template_restore", args=[pk])
    messages.success(request, text, extra_tags=f"undo:{undo}")
    return redirect("messaging:templates")


def template_restore(request: StaffRequest, pk: int) -> HttpResponse:
    """Take it out again."""
    found = get_template(request, pk)
    service.restore_template(actor=request.user, template=found)
    messages.success(request, _("Template “%(name)s” is there again.") % {"name": found.title})
    return redirect("messaging:templates")


def templates_defaults(request: StaffRequest) -> HttpResponse:
    """Add the default templates that the shop lacks."""
    added = len(add_default_templates())
    messages.success(request, _("Default templates added: %(number)s") % {"number": added})
    return redirect("messaging:templates")

"""Limits of domains: listed, added, changed, removed and taken back."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.requests import StaffRequest
from core import clock
from core.errors import Refused
from core.posted import posted
from messaging.domain_hints import HINTS
from messaging.forms.mailing_rules import DomainLimitForm
from messaging.models import DomainLimit
from messaging.outbox_access import get_domain_limit, get_removed_limit
from messaging.services.domain_limits import (
    remove_domain_limit,
    restore_domain_limit,
    save_domain_limit,
)

PAGE = "messaging:domain_limits"
FIELDS = ("domain", "sender", "per_second", "per_minute", "per_hour")


def domain_limits(request: StaffRequest) -> HttpResponse:
    """All limits, and a form for one more; a hint fills it in."""
    asked = {name: request.GET.get(name, "")[:253] for name in ("domain", "per_minute")}
    return _page(request, None, asked)


def domain_limit_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a limit."""
    limit = get_domain_limit(request, pk)
    return _page(request, limit, {name: getattr(limit, name) for name in FIELDS})


def _page(
    request: StaffRequest, limit: DomainLimit | None, initial: dict[str, Any]
) -> HttpResponse:
    form = DomainLimitForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_domain_limit(actor=request.user, limit=limit, **form.values())
        except Refused as refused:
            form.add_error(refused.field, refused.message)
        else:
            messages.success(request, _("The limit of %(domain)s is saved.") % _named(saved))
            return redirect(PAGE)
    limits = DomainLimit.objects.kept().select_related("sender")
    known = {one.domain for one in limits}
    hints = [hint for hint in HINTS if hint.domain not in known]
    context = {"form": form, "limit": limit, "limits": limits, "hints": hints}
    status = 422 if form.errors else 200
    return render(request, "messaging/domain_limits.html", context, status=status)


def domain_limit_remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Remove a limit; the toast takes it back."""
    limit = get_domain_limit(request, pk)
    remove_domain_limit(actor=request.user, limit=limit, now=clock.now())
    undo = reverse("messaging:domain_limit_restore", args=[pk])
    text = _("The limit of %(domain)s is removed.") % _named(limit)
    messages.success(request, text, extra_tags=f"undo:{undo}")
    return redirect(PAGE)


def domain_limit_restore(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a removal back."""
    limit = get_removed_limit(request, pk)
    try:
        restore_domain_limit(actor=request.user, limit=limit, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The limit of %(domain)s holds again.") % _named(limit))
    return redirect(PAGE)


def _named(limit: DomainLimit) -> dict[str, str]:
    return {"domain": limit.domain}

"""Settings of the shop: its own row, its branches, and the audit trail."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import get_branch
from accounts.forms.people import BranchForm
from accounts.forms.shop import ShopForm
from accounts.models import Branch, User
from accounts.requests import StaffRequest
from accounts.services.branches import save_branch
from core.errors import Refused
from core.models import AuditEntry
from core.posted import posted
from core.services.shop import change_shop


def shop(request: StaffRequest) -> HttpResponse:
    """Name, time zone, currency, language, colour."""
    fields = ("name", "timezone", "currency", "language", "color")
    initial = {field: getattr(request.shop, field) for field in fields}
    form = ShopForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        change_shop(actor=request.user, **form.cleaned_data)
        messages.success(request, _("The shop is saved."))
        return redirect("accounts:shop")
    status = 422 if form.errors else 200
    return render(request, "accounts/shop.html", {"form": form}, status=status)


def branches(request: StaffRequest) -> HttpResponse:
    """All branches, and a line to add one."""
    return _branch_page(request, None)


def branch_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Rename a branch."""
    return _branch_page(request, get_branch(request, pk))


def _branch_page(request: StaffRequest, branch: Branch | None) -> HttpResponse:
    form = BranchForm(posted(request), initial={"name": branch.name if branch else ""})
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_branch(actor=request.user, branch=branch, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field, refused.message)
        else:
            messages.success(request, _("%(branch)s is saved.") % {"branch": saved})
            return redirect("accounts:branches")
    context = {"form": form, "branch": branch, "branches": Branch.objects.all()}
    status = 422 if form.errors else 200
    return render(request, "accounts/branches.html", context, status=status)


def audit_log(request: StaffRequest) -> HttpResponse:
    """Who did what, newest first."""
    before = request.GET.get("before", "")
    entries = AuditEntry.objects.order_by("-pk")
    if before.isascii() and before.isdigit() and len(before) < 19:
        entries = entries.filter(pk__lt=int(before))
    page = list(entries[:51])
    names = {user.label: str(user) for user in User.objects.all()}
    context = {"entries": page[:50], "names": names, "more": page[49].pk if page[50:] else None}
    return render(request, "accounts/audit_log.html", context)

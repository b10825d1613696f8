"""The team: who works here, in which role."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import get_person
from accounts.forms.people import NewPersonForm, PersonForm
from accounts.models import User
from accounts.requests import StaffRequest
from accounts.services.people import (
    add_user,
    change_user,
    may_manage,
    new_password,
    reset_password,
)
from core.errors import Refused
from core.posted import posted


def team(request: StaffRequest) -> HttpResponse:
    """Everybody, with what one may do about them."""
    people = [
        (person, may_manage(request.user, person))
        for person in User.objects.select_related("branch")
    ]
    return render(request, "accounts/team.html", {"people": people})


def person_create(request: StaffRequest) -> HttpResponse:
    """Add a member; their one-time password is shown once."""
    form = NewPersonForm(posted(request), actor=request.user)
    if request.method == "POST" and form.is_valid():
        password = new_password()
        try:
            person = add_user(actor=request.user, password=password, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field, refused.message)
        else:
            context = {"person": person, "password": password}
            return render(request, "accounts/person_password.html", context)
    status = 422 if form.errors else 200
    return render(request, "accounts/person_form.html", {"form": form}, status=status)


def person_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a member's name, role, branch; close their account."""
    person = get_person(request, pk)
    form = PersonForm(posted(request), instance=person, actor=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            change_user(actor=request.user, person=person, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field, refused.message)
        else:
            messages.success(request, _("%(person)s is saved.") % {"person": person})
            return redirect("accounts:team")
    context = {"form": form, "person": person}
    status = 422 if form.errors else 200
    return render(request, "accounts/person_form.html", context, status=status)


def person_password(request: StaffRequest, pk: int) -> HttpResponse:
    """Give a new one-time password, shown once."""
    person = get_person(request, pk)
    try:
        password = reset_password(actor=request.user, person=person)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("accounts:team")
    context = {"person": person, "password": password}
    return render(request, "accounts/person_password.html", context)

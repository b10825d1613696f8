"""One's own account: preferences and password."""

from copy import copy

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from accounts.forms.people import AppearanceForm, PreferencesForm
from accounts.forms.sign_in import NewPasswordForm
from accounts.requests import StaffRequest
from accounts.services.people import change_own_password, change_preferences
from core.posted import posted
from core.views.errors import bad_request
from core.views.language import remember_language, safe_next


def preferences(request: StaffRequest) -> HttpResponse:
    """Name, e-mail, language and appearance."""
    form = PreferencesForm(posted(request), instance=copy(request.user))
    if request.method == "POST" and form.is_valid():
        change_preferences(actor=request.user, **form.cleaned_data)
        messages.success(request, _("Your preferences are saved."))
        return redirect("accounts:preferences")
    status = 422 if form.errors else 200
    return render(request, "accounts/preferences.html", {"form": form}, status=status)


def appearance(request: StaffRequest) -> HttpResponse:
    """Theme and language from the frame's own switches; back to the page they were on."""
    user = request.user
    form = AppearanceForm(request.POST)
    if not form.is_valid():
        return bad_request(request)
    theme = form.cleaned_data["theme"] or user.theme
    language = form.cleaned_data["language"]
    change_preferences(
        actor=user,
        name=user.name,
        email=user.email,
        language=language or user.language,
        theme=theme,
    )
    response = redirect(safe_next(request))
    return remember_language(response, language) if language else response


@sensitive_post_parameters("current", "password")
def password(request: StaffRequest) -> HttpResponse:
    """Change one's own password; other sessions end, this one stays."""
    form = NewPasswordForm(posted(request))
    if request.method == "POST" and form.is_valid():
        if not request.user.check_password(form.cleaned_data["current"]):
            form.add_error("current", _("This is not your present password."))
        else:
            try:
                change_own_password(actor=request.user, password=form.cleaned_data["password"])
            except ValidationError as error:
                form.add_error("password", error)
            else:
                update_session_auth_hash(request, request.user)
                messages.success(request, _("Your password is changed."))
                return redirect("home")
    status = 422 if form.errors else 200
    return render(request, "accounts/password.html", {"form": form}, status=status)

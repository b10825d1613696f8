"""Signing in and out."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms.sign_in import SignInForm
from accounts.services.sign_in import TooManyTries
from accounts.services.sign_in import sign_in as check
from core import clock
from core.posted import posted
from core.views.errors import bad_request
from core.views.language import safe_next

LONGEST = 1024


def client_address(request: HttpRequest) -> str:
    """The client's address; X-Forwarded-For is believed only from the configured proxies."""
    peer: str = request.META.get("REMOTE_ADDR", "")
    forwarded: str = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-1].strip()
    trusted = [ip_network(proxy) for proxy in settings.TRUSTED_PROXIES]
    if forwarded and peer and any(ip_address(peer) in network for network in trusted):
        return forwarded
    return peer


def _is_too_long(request: HttpRequest) -> bool:
    return any(len(request.POST.get(name, "")) > LONGEST for name in ("username", "password"))


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page: 400 for over-long input, 429 when tried too often, 422 when wrong."""
    if request.user.is_authenticated:
        return redirect(safe_next(request))
    if _is_too_long(request):
        return bad_request(request)
    form = SignInForm(posted(request))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                user = check(
                    request=request,
                    **form.cleaned_data,
                    address=client_address(request),
                    now=clock.now(),
                )
            except TooManyTries:
                status = 429
                form.add_error(None, _("Too many tries. Wait a minute, then try again."))
            else:
                if user is not None:
                    login(request, user)
                    return redirect(safe_next(request))
                form.add_error(None, _("This name and password do not go together."))
    return render(
        request, "accounts/sign_in.html", {"form": form, "next": safe_next(request)}, status=status
    )


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    logout(request)
    return redirect("accounts:sign_in")

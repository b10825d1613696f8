"""What stands between a request and every view: session limits, preferences, the policy table."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from accounts import policy
from core.registry import NotRegistered
from core.services import audit
from core.services.shop import get_shop
from core.views import errors

GetResponse = Callable[[HttpRequest], HttpResponse]
# Writing the session at most this often keeps reading pages from writing to the database.
TOUCH_SECONDS = 60


class SessionLimits:
    """Ends a session after 30 idle minutes, and 12 hours after sign-in whatever happens."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            session = request.session
            started, seen = session.get("started", now), session.get("seen", now)
            idle, age = now - seen, now - started
            if idle > settings.SESSION_IDLE_SECONDS or age > settings.SESSION_ABSOLUTE_SECONDS:
                logout(request)
            elif "seen" not in session or idle >= TOUCH_SECONDS:
                session["seen"], session["started"] = now, started
        return self.get_response(request)


class UserPreferences:
    """The signed-in person's language, and the shop's time zone, for the whole request."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        if request.user.language:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        shop = get_shop()
        request.shop = shop  # type: ignore[attr-defined]
        with timezone.override(shop.zone):
            return self.get_response(request)


class EnforcePolicy:
    """Lets a request through to its view only as the policy table says; closed by default. Who
    asks in a way that an address does not know, here or in a view, gets a page that says so."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            return errors.not_allowed(request, response.headers["Allow"])
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        route = match.view_name if match else ""
        try:
            rule = policy.routes.get(route)
        except NotRegistered:
            return errors.forbidden(request)
        if rule.public:
            return None
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        return _refusal(request, rule, route)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, which leads back to what stands in the browser. A piece of a page, or
    an address that only takes forms, is nothing to come back to; htmx and our scripts are told
    by a 401 with `HX-Redirect`."""
    if request.htmx:  # type: ignore[attr-defined]
        page = _readable(request, request.headers.get("HX-Current-URL", ""))
        answer = HttpResponseClientRedirect(redirect_to_login(page).url)
        answer.status_code = 401
        return answer
    if request.method in {"GET", "HEAD"}:
        return redirect_to_login(request.get_full_path())
    return redirect_to_login(_readable(request, request.headers.get("Referer", "")))


def _readable(request: HttpRequest, address: str) -> str:
    """The address without its host where it is a page of this site, else the first page."""
    ours = {request.get_host()}
    if not url_has_allowed_host_and_scheme(address, ours, require_https=request.is_secure()):
        return "/"
    parts = urlsplit(address)
    try:
        rule = policy.routes.get(resolve(parts.path).view_name)
    except (Resolver404, NotRegistered):
        return "/"
    if "GET" not in rule.methods():
        return "/"
    return urlunsplit(("", "", parts.path, parts.query, ""))


def _refusal(request: HttpRequest, rule: policy.Rule, route: str) -> HttpResponse | None:
    """None where the person may go on; otherwise 405 or 403, the latter audited."""
    user, method = request.user, request.method or ""
    assert user.is_authenticated
    if not (rule.allows(user.role, "GET") or rule.allows(user.role, "POST")):
        audit.record(actor=user, action="access.denied", details={"route": route})
        return errors.forbidden(request)
    if method not in rule.methods():
        return HttpResponseNotAllowed(sorted(rule.methods()))
    if not rule.allows(user.role, method):
        audit.record(actor=user, action="access.denied", details={"route": route})
        return errors.forbidden(request)
    if user.must_change_password and route not in {"accounts:password", "accounts:sign_out"}:
        return redirect("accounts:password")
    return None

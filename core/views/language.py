"""The language switch."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from core.views.errors import bad_request

YEAR = 365 * 24 * 60 * 60


def safe_next(request: HttpRequest, default: str = "/") -> str:
    """The page to return to: `next` when it is a path on this site, else the default."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    host = {request.get_host()}
    ok = url_has_allowed_host_and_scheme(target, host, require_https=request.is_secure())
    return target if ok and target.startswith("/") else default


def remember_language(response: HttpResponse, language: str) -> HttpResponse:
    """Put the language into the reader's cookie, for a year."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=YEAR,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return response


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the language in a cookie and go back; 400 for one that is not offered."""
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return bad_request(request)
    return remember_language(HttpResponseRedirect(safe_next(request)), language)

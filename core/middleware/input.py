"""What no form of ours sends is refused at the door, before a view sees it."""

from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError

from core.views import errors

URL_ENCODED = "application/x-www-form-urlencoded"
# Machines post here in formats of their own; the views behind read them with limits of their own.
HOOKS = "/hooks/"
FORMS = {URL_ENCODED, "multipart/form-data"}


def _text(raw: bytes) -> str | None:
    """What the percent signs stand for; None for bytes that are not UTF-8."""
    try:
        return unquote_to_bytes(raw.replace(b"+", b" ")).decode("utf-8")
    except UnicodeError:
        return None


def _is_broken(request: HttpRequest) -> bool:
    query = _text(request.META.get("QUERY_STRING", "").encode("latin-1", "replace"))
    return query is None or "\x00" in query or "\x00" in request.path


def _refused_body(request: HttpRequest) -> HttpResponse | None:
    """415 for a body that is no form, 400 for one that is no text. NUL is left to the forms,
    which name the field; Django would turn broken bytes into question marks without a word."""
    has_body = request.META.get("CONTENT_LENGTH") not in {None, "", "0"}
    if has_body and request.content_type not in FORMS:
        return errors.error_page(request, 415)
    if request.content_type != URL_ENCODED:
        return None
    try:
        return errors.bad_request(request) if _text(request.body) is None else None
    except UnreadablePostError:
        return errors.bad_request(request)


def _without_broken_cookies(cookies: dict[str, str]) -> dict[str, str]:
    """Cookies may spell NUL as well, which PostgreSQL refuses to look for."""
    return {name: value for name, value in cookies.items() if "\x00" not in value}


class RefuseBrokenText:
    """400 for an address with NUL, and for any text that is not UTF-8; 415 for what is no form.

    Cookies with NUL count as none. What machines post to hooks is left to their views.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _is_broken(request):
            return errors.bad_request(request)
        request.COOKIES = _without_broken_cookies(request.COOKIES)
        checked = request.method == "POST" and not request.path.startswith(HOOKS)
        refusal = _refused_body(request) if checked else None
        return refusal or self.get_response(request)

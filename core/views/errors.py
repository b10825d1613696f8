"""Error pages: what happened, what to do, and nothing that could fail in turn."""

import sys

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

NAMES = {
    400: "bad_request",
    403: "forbidden",
    404: "not_found",
    405: "not_allowed",
    413: "too_large",
    415: "wrong_kind",
    429: "too_many",
    500: "server_error",
    503: "busy",
}


# What the database says when it is not able to answer now; an act is one transaction, and undone.
BUSY = (OperationalError, InterfaceError)
RETRY_AFTER = "10"
# Where customers come by links in mails: nothing there is for the team.
PUBLIC = "/p/"


def error_page(request: HttpRequest, status: int, message: str = "") -> HttpResponse:
    """The page for a status, with a reason for people where there is one.

    Rendered without the request's context processors, so that it works when the database or
    the session does not.
    """
    is_public = request.path.startswith(PUBLIC)
    kind = NAMES[status]
    context = {"status": status, "kind": kind, "message": message, "is_public": is_public}
    return HttpResponse(render_to_string("core/error.html", context), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request cannot be read; 413 where it is too long to be."""
    return error_page(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: a known function that this role does not have."""
    return error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing here, or nothing for this person; the two look the same."""
    return error_page(request, 404)


def not_allowed(request: HttpRequest, allow: str) -> HttpResponse:
    """405: the address exists, but not for this method; `allow` names those that it takes."""
    page = error_page(request, 405)
    page.headers["Allow"] = allow
    return page


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault. 503 where the database could not do it now - somebody holds a lock for too
    long, its disk is full, it is being started: nothing was changed, the same may be done again."""
    if isinstance(sys.exception(), BUSY):
        page = error_page(request, 503)
        page.headers["Retry-After"] = RETRY_AFTER
        return page
    return error_page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was open too long, or came from another site."""
    message = _("This form was open too long. Go back, load the page again, then send it.")
    return error_page(request, 403, message)

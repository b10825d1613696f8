"""The security headers that every answer carries, errors too. The policy allows no inline code."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; object-src 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
PERMISSIONS_POLICY = (
    "accelerometer=(), camera=(), display-capture=(), fullscreen=(), geolocation=(), "
    "gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}

# Pages for customers, under addresses that are secrets: no script at all, nothing told to other
# sites, nothing for search engines.
PUBLIC = "/p/"
PUBLIC_HEADERS = {
    **HEADERS,
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}

# Mails as they would look, in frames of our own pages: styles as mails have them, pictures from
# anywhere, but no script, no form, no way out and no origin.
PREVIEW = "/mail-preview/"
PREVIEW_HEADERS = {
    **HEADERS,
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data: https:; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "SAMEORIGIN",
}

# Mails of strangers, in such a frame: nothing is fetched from anywhere, so that no sender learns
# that they were read; under the second address pictures are, for a reader who asked for them.
INCOMING = "/mail-incoming/"
INCOMING_PICTURES = "/mail-incoming/pictures/"


def _incoming_headers(pictures: str) -> dict[str, str]:
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src {pictures}; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox"
    )
    return PREVIEW_HEADERS | {"Content-Security-Policy": policy}


# Where cards are scanned, the page may ask for the camera; nowhere else.
SCANNING = "/loyalty/scan/"
SCANNING_HEADERS = HEADERS | {
    "Permissions-Policy": PERMISSIONS_POLICY.replace("camera=()", "camera=(self)")
}

# The longest address that fits decides.
BY_PATH = {
    INCOMING_PICTURES: _incoming_headers("data: https:"),
    INCOMING: _incoming_headers("data:"),
    PREVIEW: PREVIEW_HEADERS,
    PUBLIC: PUBLIC_HEADERS,
    SCANNING: SCANNING_HEADERS,
}


def headers_for(path: str) -> dict[str, str]:
    """The headers of an answer at this path."""
    return next((found for start, found in BY_PATH.items() if path.startswith(start)), HEADERS)


class SecurityHeaders:
    """Outermost middleware. Pages are never stored by caches; static files say otherwise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in headers_for(request.path).items():
            # Django's own, less strict one is there already on public pages.
            response.headers[name] = value
        response.headers.setdefault("Cache-Control", "no-store")
        return response

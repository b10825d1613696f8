"""A mail as its writer laid it out, as a whole answer for a sandboxed frame."""

import base64
from collections.abc import Iterator

from django.http import HttpResponse

from messaging import mail_storage
from messaging.models import IncomingMail
from messaging.rules.mail_safety import with_images

# Of the mail's own pictures, together.
MOST_BYTES = 4 * 1024 * 1024
PICTURES = frozenset({"image/gif", "image/jpeg", "image/png", "image/webp"})
PAGE = (
    '<!doctype html><html><head><meta charset="utf-8"><meta name="color-scheme" content="light">'
    "<style>body{{color:#1b2420;font:15px/1.5 system-ui,sans-serif;margin:16px;"
    "overflow-wrap:anywhere}}img{{height:auto;max-width:100%}}table{{max-width:100%}}</style>"
    "</head><body>{}</body></html>"
)


def framed(mail: IncomingMail, *, with_pictures: bool) -> HttpResponse:
    """The sanitised HTML with the pictures that the mail brought, and those from elsewhere if they
    were asked for; the headers of its address forbid all but styles and pictures."""
    body = with_images(mail.html, files=dict(_own_pictures(mail)), remote=with_pictures)
    return HttpResponse(PAGE.format(body))


def _own_pictures(mail: IncomingMail) -> Iterator[tuple[str, str]]:
    """Data addresses of the pictures that the mail brought itself, by content id."""
    if "data-content" not in mail.html:
        return
    left = MOST_BYTES
    shown = mail.attachments.filter(media_type__in=PICTURES).exclude(content_id="")
    for row in shown.exclude(path=""):
        content = mail_storage.content_of(row.path) if row.size <= left else None
        if content is not None:
            left -= row.size
            coded = base64.b64encode(content).decode("ascii")
            yield row.content_id, f"data:{row.media_type};base64,{coded}"

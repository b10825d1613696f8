"""Files that came with a mail, handed over so that no browser opens them in our name."""

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from messaging import mail_storage
from messaging.models import IncomingAttachment

# Programs show or store these without running anything; all others go as plain bytes.
HARMLESS = frozenset(
    {
        "application/pdf",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "image/gif",
        "image/heic",
        "image/jpeg",
        "image/png",
        "image/webp",
        "text/csv",
        "text/plain",
    }
)
BYTES = "application/octet-stream"


def download(row: IncomingAttachment) -> HttpResponse:
    """The file as a download. Raises Http404 where it is gone."""
    content = mail_storage.content_of(row.path)
    if content is None:
        raise Http404
    harmless = row.media_type in HARMLESS
    answer = HttpResponse(content, content_type=row.media_type if harmless else BYTES)
    answer["Content-Disposition"] = content_disposition_header(True, row.name) or "attachment"
    return answer

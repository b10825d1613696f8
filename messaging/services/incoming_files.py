"""The files of mails that came in: kept, refused, removed."""

import hashlib
from collections.abc import Sequence

from messaging import mail_storage
from messaging.models import IncomingAttachment, IncomingMail
from messaging.rules.mail_files import MailFile, faults


def keep_files(*, mail: IncomingMail, files: Sequence[MailFile], whole: Sequence[MailFile]) -> None:
    """Write the files and their rows, in the caller's transaction; a refused one is a row with the
    reason. `whole` is the mail itself, kept under no limit where it could not be taken apart."""
    judged = [*zip(files, faults(files), strict=True), *((file, "") for file in whole)]
    rows = [_attachment(mail, at, file, fault) for at, (file, fault) in enumerate(judged)]
    for attachment, (file, _fault) in zip(rows, judged, strict=True):
        if attachment.path and file.content is not None:
            mail_storage.keep(attachment.path, file.content)
    IncomingAttachment.objects.bulk_create(rows)


def _attachment(row: IncomingMail, at: int, file: MailFile, fault: str) -> IncomingAttachment:
    content = file.content or b""
    return IncomingAttachment(
        mail=row,
        position=at,
        name=file.name,
        media_type=file.media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest() if content else "",
        content_id=file.content_id,
        path="" if fault else mail_storage.path_of(row.key, at),
        fault=fault,
    )

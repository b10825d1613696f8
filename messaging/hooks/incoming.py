"""Where mails go that a provider received for us: whoever takes them in registers here."""

import base64
import hashlib
import json
import logging
from datetime import datetime
from typing import Any, Protocol

from django.core.files.uploadedfile import UploadedFile
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest

from core.registry import Registry
from messaging.services.incoming import Copy, note_unreadable

logger = logging.getLogger(__name__)
POST = "post.txt"
# Not the mail's fault but the database's or the disk's: the provider posts again.
PASSES = (OperationalError, InterfaceError, OSError)


class Receiver(Protocol):
    """Takes in one mail; `source` and `key` name it, so that a second time changes nothing."""

    def __call__(self, *, raw: bytes, source: str, key: str, now: datetime) -> object: ...


# One at most, under the key "mail"; until there is one, the hooks for incoming mails do not exist.
receivers: Registry[Receiver] = Registry("receivers of mails")
KEY = "mail"


def take_in(event: Any, request: HttpRequest, provider: str, now: datetime) -> None:
    """Hand an inbound event of anymail's to the receiver. Where its mail cannot be taken in, the
    post is kept as it came: nobody posts it again for ever."""
    try:
        raw = event.message.as_bytes()
        key = str(event.event_id or "") or hashlib.sha256(raw).hexdigest()
        receivers.get(KEY)(raw=raw, source=provider, key=f"{provider}:{key}"[:200], now=now)
    except PASSES:
        raise
    except Exception:
        logger.exception("mail hook: a mail of %s", provider)
        keep_whole(request, provider, now)


def keep_whole(request: HttpRequest, provider: str, now: datetime) -> None:
    """Lay a post that holds a mail nobody can make out among the unsorted, the whole attached."""
    raw = _as_posted(request)
    key = f"{provider}:whole:{hashlib.sha256(raw).hexdigest()}"
    note_unreadable(raw=raw, copy=Copy(source=provider, key=key, now=now), name=POST)


def _as_posted(request: HttpRequest) -> bytes:
    if request.content_type != "multipart/form-data":
        return request.body
    fields: dict[str, Any] = dict(request.POST.lists())
    for name, file in request.FILES.items():
        if isinstance(file, UploadedFile):
            file.seek(0)
            fields[name] = [file.name, base64.b64encode(file.read()).decode()]
    return json.dumps(fields, indent=1).encode()


def read_whole(request: HttpRequest) -> None:
    """Read a body that is longer than those of forms may be; its length was looked at before."""
    if request.content_type != "multipart/form-data":
        request._body = request.read()

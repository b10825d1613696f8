"""Where mails go that a provider received for us: whoever takes them in registers here."""

import hashlib
from datetime import datetime
from typing import Any, Protocol

from django.http import HttpRequest

from core.registry import Registry


class Receiver(Protocol):
    """Takes in one mail; `source` and `key` name it, so that a second time changes nothing."""

    def __call__(self, *, raw: bytes, source: str, key: str, now: datetime) -> object: ...


# One at most, under the key "mail"; until there is one, the hooks for incoming mails do not exist.
receivers: Registry[Receiver] = Registry("receivers of mails")
KEY = "mail"


def take_in(event: Any, provider: str, now: datetime) -> None:
    """Hand an inbound event of anymail's to the receiver."""
    raw = event.message.as_bytes()
    key = str(event.event_id or "") or hashlib.sha256(raw).hexdigest()
    receivers.get(KEY)(raw=raw, source=provider, key=f"{provider}:{key}"[:200], now=now)


def read_whole(request: HttpRequest) -> None:
    """Read a body that is longer than those of forms may be; its length was looked at before."""
    if request.content_type != "multipart/form-data":
        request._body = request.read()

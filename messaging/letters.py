"""Letters: the messages of a batch filled with their customers' data, ready to travel.

What stands on the customer's file is read for the whole batch at once, a moment before sending;
what only the occasion knows came with the message and was frozen then.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import Error

from messaging.assembling import Letter, assemble, wire_address
from messaging.errors import RenderFailed
from messaging.fields import data_for
from messaging.models import Message, MessageClass, Sender, TemplateVersion
from messaging.occasions import fresh_values
from messaging.public_links import MailLink, one_click_url, preferences_url, unsubscribe_url
from messaging.rendering import fill
from messaging.return_paths import return_path
from messaging.transports.base import Parcel

logger = logging.getLogger(__name__)


class Writer:
    """Makes the parcels of one batch; each version is read once."""

    def __init__(self, sender: Sender, messages: Sequence[Message]) -> None:
        self._sender = sender
        customers: dict[int, list[int]] = defaultdict(list)
        for message in messages:
            if message.template_version_id and message.customer_id:
                customers[message.template_version_id].append(message.customer_id)
        used = {message.template_version_id for message in messages}
        versions = TemplateVersion.objects.select_related("template")
        self._versions = versions.in_bulk([pk for pk in used if pk])
        self._data: dict[int, dict[int, dict[str, object]]] = {}
        for pk, ids in customers.items():
            self._data[pk] = _data_of(ids, self._versions[pk])
        self._fresh: dict[int, Mapping[str, object]] | None = None
        self._messages = messages

    def write(self, message: Message, now: datetime) -> Parcel:
        """The mail as it will travel. Raises `RenderFailed` and `HeaderRefused`."""
        version = self._versions.get(message.template_version_id or 0)
        if version is None:
            raise RenderFailed("the message has no text")
        links, one_click = _links(message)
        known = {**self._person(message, version), **links, **message.context}
        rendered = fill(version, {**known, **self._fresh_of(message, now)})
        letter = Letter(
            pk=message.pk,
            message_id=message.message_id,
            from_name=self._sender.from_name,
            from_address=self._sender.from_address,
            reply_to=self._sender.reply_to,
            recipient=message.address,
            return_path=self._return_path(message),
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            at=now,
            one_click=one_click,
        )
        return Parcel(letter, assemble(letter))

    def _person(self, message: Message, version: TemplateVersion) -> dict[str, object]:
        if message.customer_id is None:
            return {}
        person = self._data[version.pk].get(message.customer_id)
        if person is None:
            raise RenderFailed("the customer's data cannot be read")
        return person

    def _fresh_of(self, message: Message, now: datetime) -> Mapping[str, object]:
        """What the message's occasion knows now; looked up for the whole batch at the first."""
        if self._fresh is None:
            languages: dict[str, list[Message]] = defaultdict(list)
            for one in self._messages:
                version = self._versions.get(one.template_version_id or 0)
                languages[version.language if version else ""].append(one)
            self._fresh = {}
            for language, some in languages.items():
                self._fresh |= fresh_values(some, language, now)
        return self._fresh.get(message.pk, {})

    def _return_path(self, message: Message) -> str:
        if not self._sender.return_domain:
            return wire_address(self._sender.from_address)
        return wire_address(return_path(message.pk, self._sender.return_domain))


def _data_of(ids: Sequence[int], version: TemplateVersion) -> dict[int, dict[str, object]]:
    """What a version reads of each customer. Where a field fails for all at once each is read
    alone: whom it fails for is left out, and nobody else has to wait for it to be mended."""
    try:
        return data_for(ids, version)
    except Error:
        raise
    except Exception:
        logger.exception("the fields of %s", version)
    found: dict[int, dict[str, object]] = {}
    for pk in ids:
        try:
            found |= data_for([pk], version)
        except Error:
            raise
        except Exception:
            logger.exception("the fields of %s for customer %s", version, pk)
    return found


def _links(message: Message) -> tuple[dict[str, str], str]:
    """The links by which the reader leaves or chooses, and the one for the mail program; a
    service mail cannot be left."""
    if message.customer_id is None:
        return {}, ""
    link = MailLink(
        customer_id=message.customer_id,
        address_key=message.address_key,
        message_class=message.message_class,
        topic=message.topic,
        message_id=message.pk,
    )
    links = {
        "unsubscribe_url": unsubscribe_url(link),
        "preferences_url": preferences_url(
            customer_id=message.customer_id, address_key=message.address_key
        ),
    }
    if message.message_class == MessageClass.SERVICE:
        return links, ""
    return links, one_click_url(link)

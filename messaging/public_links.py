"""The links in mails that lead their readers to pages of their own, and what stands behind them.

A link is a signed word of ids: the customer, the key of the address that got the mail, its class
and topic, the message. It never expires, since leaving must always work; it is worth nothing for
anything else. The messages' headers `List-Unsubscribe` and `List-Unsubscribe-Post` carry
`one_click_url` and `ONE_CLICK`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.urls import reverse

from core.signing import BadToken, Part, make_token, read_token
from customers.models import ConsentRequest, PreferenceChange

LEAVING, CHOOSING, CONFIRMING, UNDOING = "unsubscribe", "preferences", "confirm", "undo"
# The value of List-Unsubscribe-Post. Source: RFC 8058.
ONE_CLICK = "List-Unsubscribe=One-Click"
PLACE = "TOKEN"
UNDO_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLink:
    """Which mail a link stood in: whose, at which address (its key), of which class ("marketing",
    "survey", "service") and topic ("": none), and the message's id, if there is one."""

    customer_id: int
    address_key: str
    message_class: str = "marketing"
    topic: str = ""
    message_id: int | str | None = None


def unsubscribe_url(link: MailLink) -> str:
    """The link in the mail's body: a page with one button; opening it changes nothing."""
    return _absolute("messaging:unsubscribe", _leaving_token(link))


def one_click_url(link: MailLink) -> str:
    """The address for the mail program's own button (RFC 8058): a POST unsubscribes at once."""
    return _absolute("messaging:one_click", _leaving_token(link))


def preferences_url(*, customer_id: int, address_key: str) -> str:
    """The preference page: topics, how often, a pause, language, and leaving altogether."""
    return _absolute("messaging:preferences", preferences_token(customer_id, address_key))


def confirm_url(request: ConsentRequest) -> str:
    """The link of a double opt-in: a page with one button."""
    return _absolute("messaging:confirm", make_token(CONFIRMING, [request.pk]))


def preferences_token(customer_id: int, address_key: str) -> str:
    """The word in the address of the preference page."""
    return make_token(CHOOSING, [customer_id, address_key])


def undo_token(change: PreferenceChange, now: datetime) -> str:
    """The word with which unsubscribing is taken back, for a day."""
    return make_token(UNDOING, [change.pk], expires_at=now + UNDO_FOR)


def read_mail_link(token: str, now: datetime) -> MailLink:
    """What stands behind an unsubscribe link; raises `BadToken`."""
    match read_token(LEAVING, token, now=now):
        case [int(customer), str(key), str(kind), str(topic), message]:
            return MailLink(
                customer_id=customer,
                address_key=key,
                message_class=kind,
                topic=topic,
                message_id=message,
            )
    raise BadToken("another shape")


def read_preferences_link(token: str, now: datetime) -> tuple[int, str]:
    """Customer and address key behind a preference link; raises `BadToken`."""
    match read_token(CHOOSING, token, now=now):
        case [int(customer), str(key)]:
            return customer, key
    raise BadToken("another shape")


def read_id(purpose: str, token: str, now: datetime) -> int:
    """The id behind a link of one row; raises `BadToken`."""
    match read_token(purpose, token, now=now):
        case [int(pk)]:
            return pk
    raise BadToken("another shape")


def _leaving_token(link: MailLink) -> str:
    return _leaving_token_by(settings.SECRET_KEY, link)


@lru_cache(maxsize=16)
def _leaving_token_by(secret: str, link: MailLink) -> str:
    """A mail shows it twice, so it is kept for a moment; another secret makes another one."""
    parts: list[Part] = [link.customer_id, link.address_key, link.message_class, link.topic]
    return make_token(LEAVING, [*parts, link.message_id])


def _absolute(route: str, token: str) -> str:
    return f"{settings.PUBLIC_URL}{_path(route).replace(PLACE, token)}"


@lru_cache(maxsize=16)
def _path(route: str) -> str:
    """The route's path with a place for the token: found once, not for every mail."""
    return reverse(route, args=[PLACE])

"""What is suppressed, and the key it is found by, which says nothing of the address to others."""

from collections.abc import Iterable
from functools import lru_cache

from django.conf import settings
from django.db.models import Q

from core.signing import keyed_hash
from customers.models import Scope, Suppression
from customers.rules.identity_keys import email_key
from customers.rules.permission import Gate

PURPOSE = "address"


def key_of(address: str) -> str:
    """The key of an e-mail address, however it is spelled; of any other text as it is."""
    return _key_of(address, settings.ADDRESS_KEY)


@lru_cache(maxsize=8_192)
def _key_of(address: str, secret: str) -> str:
    """Kept for a moment, since a mailing asks for each address more than once."""
    return keyed_hash(PURPOSE, email_key(address) or address)


def stops(gate: Gate, topic: str) -> Q:
    """Live suppressions that stop mails of this gate and topic ("" for none)."""
    scopes = Q(scope=Scope.ALL)
    if gate != Gate.SERVICE:
        scopes |= Q(scope=Scope.MARKETING)
    if topic:
        scopes |= Q(scope=Scope.TOPIC, topic=topic)
    return scopes & Q(lifted_at=None)


def live_suppressions(keys: Iterable[str]) -> list[Suppression]:
    """What is suppressed for addresses with these keys, the oldest first."""
    rows = Suppression.objects.filter(key__any_of=list(keys), lifted_at=None)
    return list(rows.order_by("pk"))

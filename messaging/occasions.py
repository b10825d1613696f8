"""Occasions: what an app looks up again for its messages a moment before they go.

What a message was planned for may be over when it goes: the points are spent, the parcel is picked
up. A message names its occasion in its context; the app that planned it answers for whole batches.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import Error
from django.utils.functional import Promise

from core.registry import Registry
from messaging.checks import Stop
from messaging.models import Message

KEY = "occasion"
logger = logging.getLogger(__name__)
Contexts = Mapping[int, Mapping[str, Any]]
Stops = Callable[[Contexts, datetime], Mapping[int, Stop]]
Fresh = Callable[[Contexts, str, datetime], Mapping[int, Mapping[str, object]]]


def _nothing(contexts: Contexts, language: str, now: datetime) -> dict[int, dict[str, object]]:
    return {}


@dataclass(frozen=True, slots=True)
class Occasion:
    """`stops(contexts by message, now)` answers those that must not go any more; `fresh(contexts,
    language, now)` the fields as they are now, in place of those that were frozen at planning.
    `words` name the reasons for people."""

    stops: Stops
    fresh: Fresh = _nothing
    words: Mapping[str, str | Promise] = field(default_factory=dict)


occasions: Registry[Occasion] = Registry("occasions of mails")


def stops_by_occasions(messages: Iterable[Message], now: datetime) -> dict[int, Stop]:
    """The messages whose occasion is over, with the reason."""
    found: dict[int, Stop] = {}
    for key, contexts in _by_occasion(messages).items():
        found |= occasions.get(key).stops(contexts, now)
    return found


def fresh_values(
    messages: Iterable[Message], language: str, now: datetime
) -> dict[int, Mapping[str, object]]:
    """What is known now of the messages of one language, by message."""
    found: dict[int, Mapping[str, object]] = {}
    for key, contexts in _by_occasion(messages).items():
        found |= _asked(occasions.get(key), contexts, language, now)
    return found


def _asked(
    occasion: Occasion, contexts: Contexts, language: str, now: datetime
) -> Mapping[int, Mapping[str, object]]:
    """The fields as they are now. Where that fails for all at once each is asked alone, so that one
    message holds up no other; one that fails keeps what was frozen."""
    try:
        return occasion.fresh(contexts, language, now)
    except Error:
        raise
    except Exception:
        logger.exception("an occasion of %s mails", len(contexts))
    if len(contexts) == 1:
        return {}
    alone = ({pk: context} for pk, context in contexts.items())
    return {pk: got for one in alone for pk, got in _asked(occasion, one, language, now).items()}


def _by_occasion(messages: Iterable[Message]) -> dict[str, dict[int, Mapping[str, Any]]]:
    known = dict(occasions.items())
    groups: dict[str, dict[int, Mapping[str, Any]]] = defaultdict(dict)
    for message in messages:
        if message.context.get(KEY) in known:
            groups[message.context[KEY]][message.pk] = message.context
    return groups

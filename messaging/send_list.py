"""Mailings with how far each is and what may be done with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from messaging.models import Send, SendState
from messaging.outbox_words import PLACES as WORDS
from messaging.progress import PLACES, Progress, Tally, progress_of, tallies
from messaging.services.remaining import OVER, remaining_of

MOST = 100
RELEASABLE = (SendState.PLANNED, SendState.PAUSED, SendState.LATE)
OPEN = (*RELEASABLE, SendState.RUNNING)
TONES = {SendState.RUNNING: "info", SendState.LATE: "warn", SendState.DONE: "good"}


@dataclass(frozen=True, slots=True)
class ShownSend:
    """A mailing, how many of its mails stand where, and what may be done with it."""

    row: Send
    tally: Tally

    @property
    def tone(self) -> str:
        """The tone of its badge."""
        return TONES.get(SendState(self.row.state), "plain")

    @property
    def is_running(self) -> bool:
        """Whether it goes out now."""
        return bool(self.row.state == SendState.RUNNING)

    @property
    def can_be_released(self) -> bool:
        """Whether it waits for somebody to let it go."""
        return self.row.state in RELEASABLE

    @property
    def can_be_called_off(self) -> bool:
        """Whether it is not over."""
        return self.row.state in OPEN

    @property
    def outcomes(self) -> list[dict[str, Any]]:
        """Each number with its word and the list behind it."""
        return [
            {
                "place": place,
                "label": WORDS[place],
                "number": getattr(self.tally, place),
                "href": f"{reverse('messaging:outbox')}?"
                + urlencode({"send": self.row.pk, "place": place}),
            }
            for place in PLACES
        ]


@dataclass(frozen=True, slots=True)
class LiveSend:
    """A mailing as its own page shows it: `remaining` is how many could still be reached once it
    is over, None before."""

    shown: ShownSend
    progress: Progress
    remaining: int | None

    @property
    def seconds(self) -> int:
        """How soon the page asks again: often while mails go, seldom while they wait; 0: never."""
        if not self.shown.is_running:
            return 0
        return 2 if self.progress.is_moving else 15


def newest_sends() -> list[ShownSend]:
    """The newest mailings, in two queries."""
    return shown_sends(Send.objects.select_related("template", "sender")[:MOST])


def shown_sends(sends: Iterable[Send]) -> list[ShownSend]:
    """Mailings with their counts, in one query for all."""
    rows = list(sends)
    counted = tallies(rows)
    return [ShownSend(row, counted[row.pk]) for row in rows]


def live_send(send: Send, now: datetime) -> LiveSend:
    """One mailing as it is at this moment, in a fixed number of queries."""
    progress = progress_of(send, now)
    remaining = remaining_of(send).count() if send.state in OVER else None
    return LiveSend(ShownSend(send, progress.tally), progress, remaining)

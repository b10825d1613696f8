"""What the page of one message shows: its life, step by step."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from messaging.fates import fate_icon, fate_tone
from messaging.models import DeliveryEvent, Message, MessageStep
from messaging.outbox_words import icon, reason_words, tone
from messaging.sender_words import STEPS

MOST_STEPS = 200
HOW_FAR = {str(phase): words for phase, words in STEPS.items()}


@dataclass(frozen=True, slots=True)
class ShownStep:
    """One step in words; `words` are those of the server that reported it."""

    at: datetime
    state: str
    tone: str
    icon: str
    reason: str | Promise
    phase: str | Promise
    code: int | None
    until: datetime | None
    words: str = ""


def life_of(message: Message) -> list[ShownStep]:
    """The steps of a message, oldest first."""
    steps = message.steps.select_related("event").order_by("pk")[:MOST_STEPS]
    return [_shown(step) for step in steps]


def _shown(step: MessageStep) -> ShownStep:
    event = getattr(step, "event", None)
    return _reported(event) if event else _done(step)


def _reported(event: DeliveryEvent) -> ShownStep:
    """What somebody else says, at the instant that they say."""
    return ShownStep(
        event.at,
        event.get_kind_display(),
        fate_tone(event.kind),
        fate_icon(event.kind),
        "",
        "",
        None,
        None,
        event.words,
    )


def _done(step: MessageStep) -> ShownStep:
    return ShownStep(
        step.at,
        step.get_state_display(),
        tone(step.state),
        icon(step.state),
        reason_words(step.reason),
        HOW_FAR.get(step.phase, ""),
        step.reply_code,
        step.until,
    )

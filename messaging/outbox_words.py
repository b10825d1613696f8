"""The outbox in words: why a message waits or ended, and how its state looks."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import StopReason
from messaging.checks import sending_checks
from messaging.models import MessageState, Reason
from messaging.occasions import occasions

TONES = {
    MessageState.SENT: "good",
    MessageState.FAILED: "bad",
    MessageState.UNCERTAIN: "warn",
    MessageState.RETRY: "warn",
    MessageState.ATTEMPTING: "info",
    MessageState.CLAIMED: "info",
}
ICONS = {
    MessageState.SENT: "check2",
    MessageState.FAILED: "x-lg",
    MessageState.UNCERTAIN: "question-lg",
    MessageState.RETRY: "arrow-repeat",
    MessageState.SUPPRESSED: "slash-circle",
    MessageState.EXPIRED: "clock-history",
}

# Where the mails of a mailing stand, as their numbers are called.
PLACES: dict[str, str | Promise] = {
    "sent": pgettext_lazy("mails", "Sent"),
    "failed": pgettext_lazy("mails", "Failed"),
    "suppressed": pgettext_lazy("mails", "Not sent"),
    "expired": pgettext_lazy("mails", "Too late to send"),
    "uncertain": pgettext_lazy("mails", "Uncertain"),
    "deferred": _("Put off"),
    "left": _("To go"),
}


def reason_words(code: str) -> str | Promise:
    """A reason for people; "" for none, and the code itself where nobody names it."""
    if code in Reason.values:
        return Reason(code).label
    if code in StopReason.values:
        return StopReason(code).label
    known = (*sending_checks, *occasions)
    return next((source.words[code] for source in known if code in source.words), code)


def tone(state: str) -> str:
    """The tone of a state's badge."""
    return TONES.get(MessageState(state), "plain")


def icon(state: str) -> str:
    """The icon of a state."""
    return ICONS.get(MessageState(state), "hourglass-split")

"""The mail catcher: mails are kept and shown instead of sent. For demos and development."""

from messaging.models import CaughtMail, Message, Sender
from messaging.rules.replies import Phase, Reply
from messaging.transports.base import Handed, Meanwhile, Parcel, Timeouts, nothing


class CatcherConnection:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.carried, self.usable = 0, True

    def hand_over(self, parcel: Parcel, meanwhile: Meanwhile = nothing) -> Handed:
        """Keep the mail as it would have travelled."""
        self.carried += 1
        letter = parcel.letter
        known = Message.objects.filter(pk=letter.pk).exists()
        CaughtMail.objects.create(
            message_id=letter.pk if known else None,
            recipient=letter.recipient,
            subject=letter.subject[:400],
            content=parcel.content,
            at=letter.at,
        )
        return Handed(Reply(Phase.DOT, 250, "caught"))

    def close(self) -> None:
        """Nothing to end."""
        self.usable = False


def open_catcher(sender: Sender, timeouts: Timeouts) -> CatcherConnection:
    """A catcher is always open."""
    return CatcherConnection()

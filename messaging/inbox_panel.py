"""The inbox on the day page: how many mails wait, and the ones that have waited longest."""

from accounts import policy
from customers.panels import DayScene
from messaging.inbox_list import sender_of, waiting_mails
from messaging.models import IncomingMail

SHOWN = 3


def unsorted_today(scene: DayScene) -> dict[str, object] | None:
    """The first of the unsorted mails and how many there are; None where none waits, or for whom
    they are not meant."""
    if not policy.may(scene.user.role, "messaging:inbox"):
        return None
    first = IncomingMail.objects.unsorted().only(
        "from_name", "from_address", "subject", "received_at"
    )
    rows = [
        {"pk": row.pk, "sender": sender_of(row), "subject": row.subject, "at": row.received_at}
        for row in first[:SHOWN]
    ]
    return {"rows": rows, "waiting": waiting_mails(scene.user)} if rows else None

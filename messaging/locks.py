"""Locks, always taken in the order in which they stand here."""

from django.db import connection

from messaging.models import Message

# A worker that froze in the middle of it is cut off by PostgreSQL after this.
LONGEST_FREEZE = "60s"
# Any fixed number that nobody else uses for an advisory lock.
CLAIMS = 7_310_003


def lock_claiming() -> None:
    """Let one transaction at a time decide which messages go next.

    Held to the end of the caller's transaction, which is short and asks no mail server. So caps
    hold across senders, and limits are charged once. SQLite's IMMEDIATE transactions give the
    same by themselves.

    The transaction waits for the disk, also where the marks of attempts do not: a claim that the
    fall of the database server undid would let the same mails go out a second time.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO DEFAULT")
            cursor.execute(f"SET LOCAL idle_in_transaction_session_timeout = '{LONGEST_FREEZE}'")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CLAIMS])


def lock_message(pk: int) -> Message | None:
    """The message, for one transaction at a time to note what was reported about it; None where
    there is none. Held to the end of the caller's transaction; whoever locks an address as well
    does so afterwards."""
    return Message.objects.select_for_update(no_key=True).filter(pk=pk).first()

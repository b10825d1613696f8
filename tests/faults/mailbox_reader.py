"""Readers of a mailbox for the fault tests, each a process of its own.

With `moments`: children that are killed at the n-th thing they do, one after the other; the last
one lives. Things are statements to the database, writes of files and words to the mail server.
With `rivals`: so many at once, each of whom takes the mailbox from the others again and again.
"""

import imaplib
import json
import os
import random
import signal
import sys
import time
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.db import connection, connections  # noqa: E402

from core import clock  # noqa: E402
from messaging import mail_storage  # noqa: E402
from messaging.models import Mailbox  # noqa: E402
from messaging.services import fetching  # noqa: E402
from messaging.services.fetching import read_mailbox  # noqa: E402
from tests.faults.sending_worker import Fate, ended  # noqa: E402


def child_of(number: int, hours: int) -> int:
    """Read the mailbox in a child that is killed at the n-th event (0: never), by a clock that runs
    ahead so that the lease of the one before has run out; its process id."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            # These readers die of chance, three times over one mail too, and not of the mail.
            fetching.MOST_TRIES = 1_000
            fate = Fate(number, signal.SIGKILL)
            for name in ("send", "readline", "read"):
                setattr(imaplib.IMAP4, name, fate.before(getattr(imaplib.IMAP4, name)))
            mail_storage.keep = fate.before(mail_storage.keep)
            with connection.execute_wrapper(fate.statement):
                read(hours)
            os._exit(0)
        finally:
            os._exit(1)
    return child


def rival_of(place: int, rivals: int, rounds: int) -> int:
    """Read the mailbox now and then in a child whose clock is ahead of the others', and of its own
    last look, so that whoever holds the mailbox has always held it for too long; its process id."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            # No mail kills its reader here: it is taken from them far more often than ever happens.
            fetching.MOST_TRIES = 1_000
            for number in range(rounds):
                time.sleep(random.uniform(0.05, 0.25))
                read(number * rivals + place)
            os._exit(0)
        finally:
            os._exit(1)
    return child


def read(hours: int) -> None:
    ahead = timedelta(hours=hours)
    mailbox = Mailbox.objects.get()
    read_mailbox(mailbox_pk=mailbox.pk, now=lambda: clock.now() + ahead, goes_on=lambda: True)


def main() -> None:
    task = json.loads(sys.argv[1])
    if rivals := task.get("rivals"):
        children = [rival_of(place, rivals, task["rounds"]) for place in range(rivals)]
        sys.stdout.write(json.dumps({"codes": [ended(child) for child in children]}))
        return
    kills = 0
    for hours, number in enumerate([*task["moments"], 0]):
        code = ended(child_of(number, hours))
        assert code in {0, -signal.SIGKILL}
        kills += code != 0
    answer: dict[str, Any] = {"kills": kills}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()

"""The due jobs of the outbox: send what is due, over as many connections as each sender allows,
and take back what a dead worker held. With Celery and without it: a job is a row that is due."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Q

from core import clock
from core.jobs import DueJob, stopping
from messaging.models import WAITS, Message, Send, Sender, SendState
from messaging.services.evidence import settle_reported
from messaging.services.reaping import reap
from messaging.services.sending import Slot
from messaging.services.sends import finish_sends

# Fewer messages than this are not worth another connection.
WORTH_A_CONNECTION = 25


def turn(seconds: float) -> Callable[[], bool]:
    """Says yes for so many seconds, unless the process is told to stop."""
    deadline = time.monotonic() + seconds
    return lambda: time.monotonic() < deadline and not stopping.is_set()


def send_due(now: datetime) -> int:
    """Send what is due for some seconds by a clock that began at `now`; returns how many messages
    were settled."""
    ahead = now - clock.now()
    slots = [
        Slot(sender, now=lambda: clock.now() + ahead)
        for sender, number in busy_senders(now)
        for _slot in range(number)
    ]
    done = pump_all(slots, turn(settings.MAIL_TURN_SECONDS))
    finish_sends(now)
    return done


def busy_senders(now: datetime) -> list[tuple[Sender, int]]:
    """Senders with something due, each with the number of connections that it is worth."""
    running = list(Send.objects.filter(state=SendState.RUNNING).values_list("pk", flat=True))
    goes = Q(send=None) | Q(send__in=running)
    due = Message.objects.filter(goes, state__in=WAITS, next_at__lte=now).order_by()
    found = []
    for sender in Sender.objects.filter(paused_for="").order_by("pk"):
        # Asked every other second, so no more is counted than the connections can be worth.
        most = sender.connections * WORTH_A_CONNECTION
        if number := due.filter(sender=sender)[:most].count():
            found.append((sender, -(-number // WORTH_A_CONNECTION)))
    return found


def pump_all(slots: Sequence[Slot], goes_on: Callable[[], bool]) -> int:
    """Pump all connections at once; a single one in this very thread."""
    if len(slots) < 2:
        return sum(slot.pump(goes_on) for slot in slots)
    with ThreadPoolExecutor(len(slots), thread_name_prefix="mail") as pool:
        return sum(pool.map(lambda slot: _pump_in_thread(slot, goes_on), slots))


def _pump_in_thread(slot: Slot, goes_on: Callable[[], bool]) -> int:
    try:
        return slot.pump(goes_on)
    finally:
        connection.close()


def reap_due(now: datetime) -> int:
    """Settle what dead workers left, and what was reported on before it became uncertain; returns
    how many messages."""
    return reap(now) + settle_reported(now=now)


# One message may take ten minutes after its final dot; a second worker meanwhile harms nothing.
SEND_JOB = DueJob(send_due, every=timedelta(seconds=2), lease=timedelta(minutes=2))
REAP_JOB = DueJob(reap_due, every=timedelta(seconds=15), lease=timedelta(minutes=1))

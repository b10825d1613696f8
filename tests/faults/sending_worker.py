"""A mail worker for the fault tests: pumps in child processes that die, or freeze, at the n-th
thing they do. Things are statements to the database and steps of the talk with the mail server,
so that the moments are chosen by a seed and not by a clock."""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.db import connection, connections  # noqa: E402

from core import clock  # noqa: E402
from core.prepared import Prepared  # noqa: E402
from messaging.models import Sender  # noqa: E402
from messaging.services.reaping import reap  # noqa: E402
from messaging.services.sending import Slot  # noqa: E402
from messaging.services.working import pump_all  # noqa: E402
from messaging.transports.smtp import SmtpConnection  # noqa: E402

# Seconds; a machine under load is slow, not broken.
PATIENCE = 240


class Fate:
    """Sends this very process a signal at the n-th event."""

    def __init__(self, number: int, deed: signal.Signals) -> None:
        self._left, self._deed = number, deed

    def count(self) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), self._deed)

    def before(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **options: Any) -> Any:
            self.count()
            return function(*arguments, **options)

        return counted

    def statement(self, execute: Any, *rest: Any) -> Any:
        if self._deed == signal.SIGSTOP:
            # A frozen transaction is the database's own matter: see docs/messaging.md.
            return execute(*rest)
        self.count()
        answer = execute(*rest)
        self.count()
        return answer


class Doomed(Slot):
    """A connection whose statements count too, in whichever thread it pumps."""

    fate: Fate

    def pump(self, goes_on: Callable[[], bool]) -> int:
        with connection.execute_wrapper(self.fate.statement):
            return super().pump(goes_on)


def doomed(number: int, deed: signal.Signals) -> None:
    """Let this process do its deed at the n-th event; 0: never."""
    Doomed.fate = fate = Fate(number, deed)
    for name in ("_put", "_answer", "_content", "_reset", "close"):
        setattr(SmtpConnection, name, fate.before(getattr(SmtpConnection, name)))
    if deed == signal.SIGKILL:
        Prepared._start = fate.before(Prepared._start)  # type: ignore[method-assign]
        Prepared._answer = fate.before(Prepared._answer)  # type: ignore[method-assign]


def pump(connections_wanted: int) -> None:
    """Send until nothing is due."""
    sender = Sender.objects.get()
    end = time.monotonic() + PATIENCE
    slots = [Doomed(sender) for _slot in range(connections_wanted)]
    while pump_all(slots, lambda: time.monotonic() < end):
        pass


def child_of(number: int, connections_wanted: int) -> int:
    """Pump in a child that is killed at the n-th event (0: never); its process id."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            doomed(number, signal.SIGKILL)
            pump(connections_wanted)
            os._exit(0)
        finally:
            os._exit(1)
    return child


def ended(child: int) -> int:
    """Wait for a child; its exit code, negative where a signal ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_again_and_again(task: dict[str, Any]) -> dict[str, int]:
    """A child after the other, each killed at its moment; between them the reaper. The last one
    lives."""
    kills = 0
    for number in [*task["moments"], 0]:
        code = ended(child_of(number, task["connections"]))
        assert code in {0, -signal.SIGKILL}
        kills += code != 0
        while reap(clock.now() + timedelta(hours=1)):
            pass
    return {"kills": kills}


def main() -> None:
    task = json.loads(sys.argv[1])
    answer: dict[str, Any] = {}
    if "moments" in task:
        answer = killed_again_and_again(task)
    elif "pumps" in task:
        children = [child_of(0, 1) for _pump in range(task["pumps"])]
        answer = {"codes": [ended(child) for child in children]}
    else:
        doomed(task.get("freeze", 0), signal.SIGSTOP)
        pump(1)
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()

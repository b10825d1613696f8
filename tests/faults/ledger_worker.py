"""A till for the fault tests: one act, done by children that are killed at each moment in turn.

A moment is before a statement, after it, on PostgreSQL also while the server works at it, before
COMMIT, and after it, when the customer still waits for the answer. On SQLite each row is a
statement of its own: there is a moment before the operation, after it, after the lots, after the
transfers and after the account. PostgreSQL writes all of them in one.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

import django

django.setup()

from django.db import connection, connections  # noqa: E402

from accounts.models import User  # noqa: E402
from core.prepared import Prepared  # noqa: E402
from customers.models import Customer  # noqa: E402
from loyalty.models import Hold, Operation  # noqa: E402
from loyalty.reconciling import Scope, reconcile  # noqa: E402
from loyalty.services import adjusting, earning, redeeming, refunding, settling  # noqa: E402
from loyalty.services.programmes import get_programme  # noqa: E402

KEY = "once"


class Fate:
    """Kills this very process at the n-th moment."""

    def __init__(self, number: int) -> None:
        self._left = number

    def count(self) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **options: Any) -> Any:
            self.count()
            answer = function(*arguments, **options)
            self.count()
            return answer

        return counted

    def statement(self, execute: Any, *rest: Any) -> Any:
        return self.around(execute)(*rest)


def act(task: dict[str, Any]) -> None:
    """Do what the task says, under the one key."""
    now = datetime.fromisoformat(task["at"])
    who = {"actor": None, "customer": Customer.objects.get(), "programme": get_programme()}
    hold = Hold.objects.first()
    ways: dict[str, Callable[[], Any]] = {
        "earn": lambda: earning.earn_for_order(
            **who, order=KEY, amount_minor=5_000, currency="PLN", now=now, key=KEY
        ),
        "redeem": lambda: redeeming.redeem(**who, units=60, now=now, key=KEY, reason="a mug"),
        "reserve": lambda: redeeming.reserve(**who, units=60, order=KEY, now=now, key=KEY),
        "capture": lambda: redeeming.capture(actor=None, hold=hold, now=now, key=KEY),
        "cancel": lambda: redeeming.cancel(actor=None, hold=hold, now=now, key=KEY),
        "refund": lambda: refunding.refund_order(
            actor=None, programme=get_programme(), order="A", amount_minor=500, now=now, key=KEY
        ),
        "adjust": lambda: adjusting.adjust(
            **who | {"actor": User.objects.first()}, units=7, reason="sorry", now=now, key=KEY
        ),
        "settle": lambda: settling.settle_due(now),
    }
    ways[task["act"]]()


def child_of(task: dict[str, Any], number: int) -> int:
    """Act in a child that is killed at the n-th moment; how it ended, negative by a signal."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        fate = Fate(number)
        Prepared._start = fate.around(Prepared._start)  # type: ignore[method-assign]
        Prepared._answer = fate.around(Prepared._answer)  # type: ignore[method-assign]
        connection._commit = fate.around(connection._commit)  # type: ignore[attr-defined]
        try:
            with connection.execute_wrapper(fate.statement):
                act(task)
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main() -> None:
    """Kill, look, kill a moment later, until a child lives; print how often which was seen."""
    task = json.loads(sys.argv[1])
    seen = {"kills": 0, "done_when_killed": 0, "differences": 0}
    number, code = 0, -signal.SIGKILL
    while code:
        number += 1
        code = child_of(task, number)
        assert code in {0, -signal.SIGKILL}, code
        if code:
            seen["kills"] += 1
            done = Operation.objects.filter(kind=task["act"], at=task["at"])
            seen["done_when_killed"] += done.exists()
            seen["differences"] += len(reconcile(Scope()).differences)
    sys.stdout.write(json.dumps(seen))


if __name__ == "__main__":
    main()

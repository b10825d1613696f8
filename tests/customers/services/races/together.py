"""Acts begun at one moment, on PostgreSQL.

SQLite lets one transaction write at a time, so there is nothing to race there.
"""

import threading
from collections import Counter

import pytest
from django.db import close_old_connections, connection

from core.errors import Refused

ON_POSTGRES = [
    pytest.mark.postgres,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL"),
    pytest.mark.django_db(transaction=True),
]
TURNS = 3


def at_once(*acts):
    """Run the acts in threads of their own, begun at one moment; what each returned or raised."""
    barrier = threading.Barrier(len(acts))
    results = [None] * len(acts)

    def run(place, act):
        close_old_connections()
        try:
            connection.ensure_connection()
            barrier.wait(timeout=20)
            results[place] = act()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads), "waiting for each other"
    return results


def outcomes(results):
    """How often which class came out; an error of the database itself fails the test."""
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, Refused):
            raise result
    return Counter(type(result).__name__ for result in results)

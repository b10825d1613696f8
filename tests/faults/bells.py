"""Redis, a Celery worker and beats as processes of their own: the bells that may fall silent."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from redis import Redis, RedisError

# Seconds; a machine under load is slow, not broken.
PATIENCE = 120
RESTARTING = 'while :; do "$@"; sleep 1; done'


class RedisServer:
    """A Redis that keeps nothing on disk, on a port of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._folder, self._process = folder, None
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1"]
        command += ["--save", "", "--appendonly", "no", "--dir", str(self._folder)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_until(self._answers)

    def _answers(self) -> bool:
        try:
            return bool(Redis(port=self.port, socket_timeout=1).ping())
        except RedisError:
            return False

    def stop(self) -> None:
        """Kill it: connections are refused from now on, and what it held is gone."""
        self.signal(signal.SIGKILL)
        self._process.wait()

    def signal(self, number: int) -> None:
        """Freeze it, wake it, end it."""
        self._process.send_signal(number)

    def flush(self) -> None:
        """Forget everything."""
        Redis(port=self.port, socket_timeout=5).flushall()


def wait_until(true: Any) -> None:
    """Wait for something that comes to be true."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


@contextmanager
def ringing(folder: Path, environment: dict[str, str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """A worker with two hands and two beats, restarted when they end, as docs/operations.md asks
    for: the library's worker may end where its broker goes while tasks wait in its hands."""
    worker = ["worker", "--concurrency", "2", "--without-gossip", "--without-mingle"]
    beats = [["beat", "--schedule", str(folder / f"beat{number}")] for number in range(2)]
    with ExitStack() as stack:
        processes = []
        for number, words in enumerate([worker, *beats]):
            log = stack.enter_context((folder / f"celery{number}.log").open("wb"))
            command = [sys.executable, "-m", "celery", "--app", "tests.faults.quick_beat", *words]
            # A group of its own, so that the worker and its hands end with the loop.
            process = subprocess.Popen(
                ["sh", "-c", RESTARTING, "sh", *command],
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            stack.callback(_end, process)
            processes.append(process)
        yield processes


def _end(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()

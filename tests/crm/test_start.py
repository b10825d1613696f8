"""`manage.py start`: the whole product in its own processes, as `make run` starts it."""

import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from http.cookiejar import CookieJar
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from crm.management.commands.start import Command

ROOT = Path(__file__).resolve().parents[2]


# Seconds; a machine under load is slow, not broken.
PATIENCE = 120


def free_port() -> int:
    """A port that nobody listens on; below those that outgoing connections are given."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as listener, suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An empty shop on a new SQLite file."""
    removed = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
    kept = {name: value for name, value in os.environ.items() if name not in removed}
    return kept | {
        "VAR_DIR": str(tmp_path),
        "HOST": "127.0.0.1",
        "DEMO": "0",
        "SHOP_TIMEZONE": "Europe/Prague",
        "SHOP_CURRENCY": "CZK",
    }


def start(environment: dict[str, str], **options: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "manage.py", "start", "--set-up"]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=heed_interrupts,
        **options,
    )


def heed_interrupts() -> None:
    """Ctrl-C counts, also where the suite itself runs in the background, which ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def product(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """The product when it answers. Its port may be taken between choosing it and listening: then
    it ends, and another one is tried."""
    for _attempt in range(3):
        environment["PORT"] = str(free_port())
        process = start(environment)
        try:
            if answers(process, f"http://127.0.0.1:{environment['PORT']}/health/"):
                yield process
                return
        finally:
            process.kill()
            process.wait()
    pytest.fail("three ports were taken")


def answers(process: subprocess.Popen[str], address: str) -> bool:
    """Whether it answers before it ends."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None:
        assert time.monotonic() < deadline, f"{address} did not answer"
        try:
            urllib.request.urlopen(address)
        except OSError:
            time.sleep(0.1)
        else:
            return True
    return False


def sign_in(base: str, username: str, password: str) -> str:
    """The address of the page reached after signing in."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    page = opener.open(f"{base}/sign-in/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token is not None
    data = {"username": username, "password": password, "csrfmiddlewaretoken": token[1]}
    response = opener.open(f"{base}/sign-in/", urlencode(data).encode())
    return str(response.url)


def test_it_starts_lets_the_admin_in_and_stops_cleanly(
    product: subprocess.Popen[str], environment: dict[str, str]
) -> None:
    base = f"http://127.0.0.1:{environment['PORT']}"
    assert product.stdout is not None
    lines = [product.stdout.readline() for _ in range(3)]
    password = lines[1].split("password: ")[1].strip()

    assert "Sign in as admin " in lines[1]
    assert f"localhost:{environment['PORT']}" in lines[2]
    assert "/sign-in/" not in sign_in(base, "admin", password)

    product.send_signal(signal.SIGINT)
    assert product.wait(timeout=PATIENCE) == 0


def test_when_the_web_server_dies_the_whole_ends(environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        environment["PORT"] = str(taken.getsockname()[1])

        with start(environment, stderr=subprocess.DEVNULL) as product:
            product.communicate(timeout=PATIENCE)

    assert product.returncode == 1


@pytest.fixture
def own_signals() -> Iterator[None]:
    """The handlers that `start` sets are taken away again."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def child(code: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", f"import os, time; {code}"])


@pytest.mark.parametrize(
    "end", ["os.kill(os.getpid(), 9)", "os.kill(os.getpid(), 15)", "os._exit(3)", "os._exit(0)"]
)
def test_a_child_that_ends_untold_is_a_failure(own_signals: None, end: str) -> None:
    children = [child("time.sleep(60)"), child(end)]

    with pytest.raises(SystemExit) as ended:
        Command()._supervise(children)

    assert ended.value.code == 1
    assert None not in [one.poll() for one in children]


def test_children_stopped_on_demand_are_none(own_signals: None) -> None:
    children = [child("time.sleep(60)"), child("time.sleep(60)")]
    usual = signal.getsignal(signal.SIGTERM)

    def demand() -> None:
        while signal.getsignal(signal.SIGTERM) == usual:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=demand).start()

    Command(stdout=StringIO())._supervise(children)

    assert [one.poll() for one in children] == [-signal.SIGTERM] * 2

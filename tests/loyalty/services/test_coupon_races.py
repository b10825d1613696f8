"""Fifty processes of their own at once, on the database at hand: limits hold, and each order's use
has one effect."""

import json
import os
import subprocess
import sys

import pytest
from django.db import connection

PROCESSES = "50"
pytestmark = pytest.mark.django_db(transaction=True)


def python(environment, *arguments):
    command = [sys.executable, *arguments]
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, text=True, timeout=280, check=True
    )
    return done.stdout


def at_once(environment, what):
    return json.loads(python(environment, "-m", "tests.loyalty.coupon_races", what, PROCESSES))


@pytest.fixture
def environment(tmp_path):
    """The test database on PostgreSQL, whose server takes many at once; a file of its own on
    SQLite, since that of the tests is in memory."""
    found = connection.settings_dict
    if connection.vendor == "postgresql":
        address = f"postgresql://{found['USER']}@{found['HOST']}:{found['PORT']}/{found['NAME']}"
    else:
        address = f"sqlite:///{tmp_path / 'shop.sqlite3'}"
    made = os.environ | {
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "crm.settings",
        "VAR_DIR": str(tmp_path),
        "PYTHONPATH": ".",
    }
    if connection.vendor != "postgresql":
        python(made, "manage.py", "migrate", "--verbosity", "0")
    python(made, "-m", "tests.loyalty.coupon_races", "shop")
    return made


def test_fifty_processes_at_once(environment):
    assert at_once(environment, "limit") == {"done": 3, "limit_reached": 47}
    assert at_once(environment, "same") == {"done": 1, "replayed": 49}
    ended = at_once(environment, "end")
    assert ended == {"done": 1, "replayed": 24, "hold_ended": 25}

    standing = json.loads(python(environment, "-m", "tests.loyalty.coupon_races", "standing"))
    assert standing["codes"]["WELCOME"] == [3, 0]
    assert standing["codes"]["AGAIN"] == [1, 0]
    assert standing["codes"]["ENDED"] in ([1, 0], [0, 0])
    assert standing["differences"] == []

"""Fifty processes of their own at once, on the database at hand: limits hold, and each order's use
has one effect."""

import pytest
from django.db import connection

from tests.loyalty.at_once import environment_of_processes, python, told

RACES, PROCESSES = "tests.loyalty.coupon_races", "50"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def environment(tmp_path):
    made = environment_of_processes(connection, tmp_path)
    python(made, "-m", RACES, "shop")
    return made


def at_once(environment, what):
    return told(environment, RACES, what, PROCESSES)


def test_fifty_processes_at_once(environment):
    assert at_once(environment, "limit") == {"done": 3, "limit_reached": 47}
    assert at_once(environment, "same") == {"done": 1, "replayed": 49}
    ended = at_once(environment, "end")
    assert ended == {"done": 1, "replayed": 24, "hold_ended": 25}

    standing = told(environment, RACES, "standing")
    assert standing["codes"]["WELCOME"] == [3, 0]
    assert standing["codes"]["AGAIN"] == [1, 0]
    assert standing["codes"]["ENDED"] in ([1, 0], [0, 0])
    assert standing["differences"] == []

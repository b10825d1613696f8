"""Processes of their own at once on the database at hand: F3, F4, F6 of docs/algorithms/points.md,
and the races for the last place under a cap, a limit of events and the limits of coupons."""

import pytest
from django.db import connection

from tests.loyalty.at_once import environment_of_processes, told

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def races(tmp_path):
    """Runs races, and proves the books after each."""
    environment = environment_of_processes(connection, tmp_path)

    def run(*names):
        found = told(environment, "tests.loyalty.ledger_races", *names)
        assert {race["differences"] for race in found.values()} == {0}
        return {name: (race["said"], race["standing"]) for name, race in found.items()}

    return run


def test_who_comes_last_is_refused(races):
    found = races("holds", "refunds", "caps", "events", "coupon_limits")

    said, (state, captured, *standing) = found["holds"]
    assert said == {"done": 1, "replayed": 49, "hold_ended": 50}
    ends = {"captured": (100, [0, 900, 0, 0]), "cancelled": (0, [0, 1_000, 0, 0])}
    assert (captured, standing) == ends[state]

    refused = {"done": 10, "refund_exceeds_order": 10}
    assert found["refunds"] == (refused, [[6_000, 60]])

    assert found["caps"] == ({"done": 20}, [[0, 50, 100, 100], 250, 250])

    given, standing = found["events"]
    assert given == {"given": 3, "capped": 47}
    assert standing == [[1, 2, 3], 1_030, 20, 1]

    each, daily, budget = found["coupon_limits"][0]
    assert each == {"done": 2, "customer_limit": 23}
    assert daily == {"done": 2, "limit_reached": 23}
    assert budget == {"done": 2, "budget": 23}
    assert found["coupon_limits"][1] == [6]


def test_the_job_beside_who_spends_and_who_brings_back(races):
    """Whatever runs at once, the account ends as if one had come after the other; a job that is
    killed half-way is done by the next, each account once."""
    found = races("jobs", "seeds:25", "hunt")

    assert found["jobs"] == ({"dead": 10, "workers": 2}, [True, 24, 240])
    assert found["hunt"] == ({"strange": []}, [True])
    assert found["seeds"] == ({"seeds": 25}, [])

"""A till killed at every moment of an act, on a real database, and the act done again under the
same key: one effect, or none and then one; nothing half-way, and the ledger proves."""

import json
import subprocess
import sys
from datetime import timedelta

import pytest

from loyalty.models import Operation
from tests.faults.mailing import PATIENCE, environment
from tests.loyalty.bank import Bank, differences, utc

pytestmark = pytest.mark.django_db(transaction=True)
EARLY, BEFORE, AT = "2026-01-05T12:00", "2026-01-19T12:00", "2026-01-20T12:00"
# Each act but the job's settles on its way what has matured.
STANDING = {
    "earn": (100, 100, 5, 0),
    "redeem": (50, 40, 5, 0),
    "reserve": (50, 40, 65, 0),
    "capture": (50, 100, 0, 0),
    "cancel": (50, 105, 0, 0),
    "refund": (50, 95, 5, 0),
    "adjust": (50, 107, 5, 0),
    "settle": (50, 100, 5, 0),
}


def work(task):
    command = [sys.executable, "-m", "tests.faults.ledger_worker", json.dumps(task)]
    done = subprocess.run(
        command, env=environment(), stdout=subprocess.PIPE, text=True, timeout=PATIENCE, check=True
    )
    return json.loads(done.stdout)


@pytest.fixture
def member():
    """50 to come, 100 that have matured and nobody has settled, 5 on hold."""
    member = Bank()
    member.adjust(5, EARLY)
    member.earn("A", 10_000, EARLY)
    member.reserve(5, BEFORE, time=timedelta(days=2))
    member.earn("B", 5_000, BEFORE)
    return member


@pytest.mark.parametrize("act", sorted(STANDING))
def test_killed_at_every_moment(member, act):
    seen = work({"act": act, "at": utc(AT).isoformat()})

    assert seen["differences"] == 0
    assert seen["kills"] >= 6, "moments were missed"
    assert 1 <= seen["done_when_killed"] < seen["kills"], "after COMMIT it stands"
    assert Operation.objects.filter(kind=act, at=utc(AT)).count() == 1
    assert member.standing(AT) == STANDING[act]
    assert differences() == []

"""Workers killed, frozen and running side by side, against a real mail server: a marketing mail
never arrives twice, and at most one message per killed connection stays in doubt."""

import os
import random
import signal

import pytest

from messaging.models import Message
from tests.faults.mailing import (
    PATIENCE,
    addresses,
    mailing,
    states,
    take_from_the_dead,
    work,
    worker,
)
from tests.mail.sink import running_sink

pytestmark = pytest.mark.django_db(transaction=True)
MAILS, KILLS = 1_000, 20


@pytest.mark.parametrize(("seed", "connections"), [(7, 1), (11, 2)])
def test_twenty_kills_over_a_thousand_mails(seed, connections):
    chance = random.Random(seed)
    mails = MAILS // connections**2
    moments = [chance.randrange(3, 14 * mails // KILLS * 2) for _kill in range(KILLS)]
    with running_sink() as sink:
        mailing(sink.port, mails)

        done = work({"moments": moments, "connections": connections})

        copies = sink.copies()
    left = states()
    assert done["kills"] >= KILLS // 2
    assert max(copies.values()) == 1
    assert sum(left[state] for state in ("sent", "failed", "suppressed", "uncertain")) == mails
    assert left["uncertain"] <= done["kills"] * connections
    assert addresses("sent") <= set(copies) <= addresses("sent") | addresses("uncertain")
    assert not Message.objects.exclude(claim_token="").exists()


def test_five_pumps_side_by_side_send_each_mail_once():
    with running_sink() as sink:
        mailing(sink.port, 250)

        done = work({"pumps": 5})

        assert set(sink.copies().values()) == {1}
    assert done["codes"] == [0] * 5
    assert states() == {"sent": 250}


# Of the third mail: before it is announced, before its content, before the last answer.
@pytest.mark.parametrize("moment", [17, 23, 24])
def test_a_frozen_worker_that_comes_back_changes_nothing(moment):
    with running_sink() as sink:
        mailing(sink.port, 30)
        with worker({"freeze": moment}) as frozen:
            _pid, status = os.waitpid(frozen.pid, os.WUNTRACED)
            assert os.WIFSTOPPED(status)

            take_from_the_dead()
            work({})
            os.kill(frozen.pid, signal.SIGCONT)
            frozen.communicate(timeout=PATIENCE)

        assert max(sink.copies().values()) == 1
        assert addresses("sent") <= set(sink.copies())
    left = states()
    assert left["sent"] + left["uncertain"] == 30
    assert left["uncertain"] <= 1

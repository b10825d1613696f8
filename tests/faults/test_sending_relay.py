"""Hostile mail servers: put off, cut off, silent, refusing. Nothing is lost, nothing doubled, and
what is not a message's fault costs it no attempt."""

import pytest

from core import clock
from core.encryption import encrypt
from messaging.models import Message, Sender, SenderPace
from messaging.services.sending import Slot
from messaging.transports.base import Timeouts
from tests.faults.mailing import mailing, states
from tests.mail.sink import DROP, STALL, running_sink

pytestmark = pytest.mark.django_db
PATIENT = Timeouts(connect=30, command=30, accept=30)
HASTY = Timeouts(connect=30, command=0.5, accept=0.5)


@pytest.fixture
def sink():
    with running_sink() as sink:
        yield sink


def pump(send, timeouts=PATIENT, rounds=2_000):
    left = iter(range(rounds))
    Slot(Sender.objects.get(), timeouts).pump(lambda: next(left, None) is not None)


def attempts():
    return set(Message.objects.values_list("attempts", flat=True))


def at(phase, answer, wanted):
    return lambda asked, number: answer if asked == phase and wanted(number) else None


def forget_pauses():
    """What waits may go at once, and the pace is the old one."""
    Message.objects.filter(state__in=["queued", "retry"]).update(next_at=clock.now())
    SenderPace.objects.update(factor=1.0, factor_at=None, paid={}, wait_until=None)


def test_421_after_some_mails_costs_a_connection_and_no_attempt(sink):
    send = mailing(sink.port, 40)
    sink.misbehave = at("MAIL", "421 too many in one session", lambda number: number % 11 == 0)

    pump(send)

    assert states() == {"sent": 40}
    assert attempts() == {1}
    assert sink.sessions == 4
    assert set(sink.copies().values()) == {1}


def test_454_slows_the_sender_and_loses_nobody(sink):
    send = mailing(sink.port, 30)
    sink.misbehave = at("MAIL", "454 4.7.0 throttling", lambda number: number in {5, 6, 7})

    pump(send)
    assert 0 < SenderPace.objects.get().factor < 1
    assert 1 <= states()["retry"] <= 3
    for _round in range(5):
        forget_pauses()
        pump(send)

    assert states() == {"sent": 30}
    assert set(sink.copies().values()) == {1}


def test_a_server_that_falls_silent_before_the_dot_is_asked_again(sink):
    send = mailing(sink.port, 6)
    sink.misbehave = at("RCPT", STALL, lambda number: number == 3)

    pump(send, HASTY)
    row = Message.objects.get(state="retry")
    assert (row.phase, row.reason, row.reply_code) == ("rcpt", "line_broke", None)
    forget_pauses()
    pump(send)

    assert states() == {"sent": 6}
    assert set(sink.copies().values()) == {1}


@pytest.mark.parametrize("how", [DROP, STALL])
def test_silence_after_the_dot_is_uncertain_and_never_asked_again(sink, how):
    send = mailing(sink.port, 6)
    sink.misbehave = at("DOT", how, lambda number: number == 3)

    pump(send, HASTY if how == STALL else PATIENT)
    sink.misbehave = lambda phase, number: None
    forget_pauses()
    pump(send)

    assert states() == {"sent": 5, "uncertain": 1}
    assert Message.objects.get(state="uncertain").phase == "dot"
    assert len(sink.copies()) == 6
    assert set(sink.copies().values()) == {1}


def test_a_service_mail_comes_again_under_its_message_id(sink):
    send = mailing(sink.port, 3, kind="service")
    sink.misbehave = at("DOT", DROP, lambda number: number == 2)

    pump(send)
    forget_pauses()
    pump(send)

    assert states() == {"sent": 3}
    ids = sink.message_ids()
    assert (len(ids), len(set(ids))) == (4, 3)


def test_a_refused_sign_in_stops_the_sender_and_burns_nothing():
    with running_sink(auth=True) as sink:
        send = mailing(sink.port, 20, username="shop", secret=encrypt("wrong"))

        pump(send)
        pump(send)

    assert Sender.objects.get().paused_for == "auth"
    assert states() == {"queued": 20}
    assert attempts() == {0}
    assert (sink.sessions, sink.taken) == (1, [])


def test_a_server_that_is_away_burns_nothing():
    with running_sink() as sink:
        port = sink.port
    send = mailing(port, 20)

    pump(send)

    assert states() == {"queued": 20}
    assert attempts() == {0}
    assert SenderPace.objects.get().troubles == 1

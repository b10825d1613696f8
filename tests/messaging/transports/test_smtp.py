"""The SMTP line against a real server, well-behaved and not: every answer names its phase."""

from datetime import UTC, datetime

import pytest

from core.encryption import encrypt
from messaging.assembling import Letter, assemble
from messaging.models import Sender
from messaging.rules.replies import Phase
from messaging.transports.base import CannotOpen, Parcel, Timeouts
from messaging.transports.smtp import open_smtp
from tests.mail.sink import DROP, STALL, running_sink

SHORT = Timeouts(connect=5, command=0.3, accept=0.3)
PATIENT = Timeouts(connect=20, command=20, accept=20)


def sender(port, **values):
    return Sender(host="127.0.0.1", port=port, security="none", kind="smtp", **values)


def parcel(number=1, recipient="anna@example.pl"):
    letter = Letter(
        pk=number,
        message_id=f"<{number}@example.com>",
        from_name="Shop",
        from_address="shop@example.com",
        recipient=recipient,
        return_path=f"bounce+{number}@example.com",
        subject="News",
        text="Hello\n.\n..two dots\n",
        html=b"<p>Hello</p>\r\n.dot\r\n",
        at=datetime(2027, 1, 15, tzinfo=UTC),
    )
    return Parcel(letter, assemble(letter))


def say(phase, answer, *, times=1_000):
    """Answer so the first `times` times that this phase comes."""
    return lambda asked, number: answer if asked == phase and number <= times else None


def test_many_mails_go_over_one_connection_unchanged():
    with running_sink() as sink:
        line = open_smtp(sender(sink.port), PATIENT)
        replies = [line.hand_over(parcel(n, f"r{n}@example.pl")).reply for n in range(3)]
        line.close()

    assert [(reply.phase, reply.code) for reply in replies] == [(Phase.DOT, 250)] * 3
    assert sink.sessions == 1
    assert [recipient for recipient, _ in sink.taken] == [f"r{n}@example.pl" for n in range(3)]
    assert sink.taken[0][1] == parcel(0, "r0@example.pl").content


@pytest.mark.parametrize(
    ("phase", "answer", "expected"),
    [
        ("MAIL", "454 4.7.0 slow down", (Phase.MAIL, 454)),
        ("RCPT", "550 5.1.1 nobody", (Phase.RCPT, 550)),
        ("DOT", "554 5.6.0 no", (Phase.DOT, 554)),
    ],
)
def test_a_refusal_names_its_phase_and_the_line_goes_on(phase, answer, expected):
    with running_sink() as sink:
        sink.misbehave = say(phase, answer, times=1)
        line = open_smtp(sender(sink.port), PATIENT)
        reply, next_reply = line.hand_over(parcel()).reply, line.hand_over(parcel(2)).reply
        line.close()

    assert (reply.phase, reply.code) == expected
    assert reply.text == answer.partition(" ")[2]
    assert (next_reply.phase, next_reply.code) == (Phase.DOT, 250)
    assert sink.sessions == 1


def test_after_421_the_line_is_not_used_again():
    with running_sink() as sink:
        sink.misbehave = say("MAIL", "421 too many")
        line = open_smtp(sender(sink.port), PATIENT)
        reply = line.hand_over(parcel()).reply

        assert (reply.phase, reply.code, line.usable) == (Phase.MAIL, 421, False)
        line.close()


@pytest.mark.parametrize(
    ("phase", "how", "expected"),
    [
        ("MAIL", DROP, Phase.MAIL),
        ("RCPT", DROP, Phase.RCPT),
        ("DOT", DROP, Phase.DOT),
        ("MAIL", STALL, Phase.MAIL),
        ("DOT", STALL, Phase.DOT),
    ],
)
def test_a_broken_or_silent_line_names_how_far_it_came(phase, how, expected):
    with running_sink() as sink:
        sink.misbehave = say(phase, how)
        patience = SHORT if how == STALL else PATIENT
        line = open_smtp(sender(sink.port), patience)
        reply = line.hand_over(parcel()).reply
        line.close()

    assert (reply.phase, reply.code, line.usable) == (expected, 0, False)
    assert len(sink.taken) == (1 if expected is Phase.DOT else 0)


def test_signing_in_and_being_refused():
    with running_sink(auth=True) as sink:
        good = sender(sink.port, username="shop", secret=encrypt("open sesame"))
        line = open_smtp(good, PATIENT)
        assert line.hand_over(parcel()).reply.code == 250
        line.close()

        with pytest.raises(CannotOpen) as refused:
            open_smtp(sender(sink.port, username="shop", secret=encrypt("guess")), PATIENT)

    assert (refused.value.reply.phase, refused.value.reply.code) == (Phase.AUTH, 535)


def test_a_secret_of_another_installation_is_an_auth_problem():
    with running_sink(auth=True) as sink, pytest.raises(CannotOpen) as refused:
        open_smtp(sender(sink.port, username="shop", secret="not ours"), PATIENT)

    assert refused.value.reply.phase is Phase.AUTH


def test_nobody_listening_and_no_privacy_where_it_is_asked_for():
    with running_sink() as sink:
        port = sink.port
        with pytest.raises(CannotOpen) as plain:
            open_smtp(Sender(host="127.0.0.1", port=port, security="starttls"), PATIENT)
    with pytest.raises(CannotOpen) as nobody:
        open_smtp(sender(port), PATIENT)

    assert (plain.value.reply.phase, plain.value.reply.code) == (Phase.TLS, 0)
    assert (nobody.value.reply.phase, nobody.value.reply.code) == (Phase.CONNECT, 0)


def test_an_address_beyond_ascii_needs_a_server_that_takes_it():
    with running_sink() as sink:
        line = open_smtp(sender(sink.port), PATIENT)
        reply = line.hand_over(parcel(recipient="łucja@example.pl")).reply
        line.close()

    assert reply.code in {250, 553}
    assert bool(sink.taken) is (reply.code == 250)

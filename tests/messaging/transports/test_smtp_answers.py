"""Answers that mail servers give now and then, line by line: what is sent before and after them."""

import socket
import threading
from contextlib import contextmanager

import pytest

from core.encryption import encrypt
from messaging.models import Sender
from messaging.rules.replies import Phase, Verdict, judge
from messaging.transports.base import CannotOpen
from messaging.transports.smtp import open_smtp
from tests.messaging.transports.test_smtp import PATIENT, parcel, sender

PLAIN = ["220 mail", "250 mail"]


class Script(threading.Thread):
    """Says one line of its script after each line, or mail, that it reads; "" hangs up."""

    def __init__(self, lines):
        super().__init__(daemon=True)
        self.lines, self.heard = lines, []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def run(self):
        line, _address = self.socket.accept()
        with line, line.makefile("rb") as reader:
            for answer in self.lines:
                if not answer:
                    return
                line.sendall(answer.encode() + b"\r\n")
                self.heard.append(self._next(reader, is_mail=answer.startswith("354")))
            reader.read()

    def _next(self, reader, *, is_mail):
        heard = reader.readline()
        while is_mail and heard and not heard.endswith(b"\r\n.\r\n"):
            heard += reader.readline()
        return heard.decode(errors="replace")


@contextmanager
def reading(*lines):
    server = Script(lines)
    server.start()
    try:
        yield server
    finally:
        server.socket.close()
        server.join(timeout=5)


def handed(*lines, **values):
    """What came of one mail, the verdict on it, whether the line goes on, and all that was said."""
    with reading(*PLAIN, *lines) as server:
        line = open_smtp(sender(server.port), PATIENT)
        reply = line.hand_over(parcel(**values)).reply
        usable = line.usable
        line.close()
    return reply, judge(reply, reused=False), usable, server.heard


@pytest.mark.parametrize(
    ("lines", "phase", "code"),
    [
        (["554 not here"], Phase.CONNECT, 554),
        (["421 too many"], Phase.CONNECT, 421),
        ([""], Phase.CONNECT, 0),
        (["220 mail", ""], Phase.EHLO, 0),
        (["220 mail", "502 what", "502 what"], Phase.EHLO, 502),
    ],
)
def test_a_greeting_that_is_none(lines, phase, code):
    with reading(*lines) as server, pytest.raises(CannotOpen) as refused:
        open_smtp(sender(server.port), PATIENT)

    assert (refused.value.reply.phase, refused.value.reply.code) == (phase, code)


def test_an_old_server_is_greeted_the_old_way():
    with reading("220 mail", "502 what", "250 hello", "221 bye") as server:
        open_smtp(sender(server.port), PATIENT).close()

    assert [line[:4] for line in server.heard[:3]] == ["ehlo", "helo", "quit"]


def test_without_pipelining_each_step_waits_for_its_answer():
    reply, _verdict, usable, heard = handed(
        "250 ok", "250 ok", "354 go", "250 taken as 7", "221 bye"
    )

    assert (reply.phase, reply.code, reply.text, usable) == (Phase.DOT, 250, "taken as 7", True)
    assert heard[1:4] == [
        "MAIL FROM:<bounce+1@example.com>\r\n",
        "RCPT TO:<anna@example.pl>\r\n",
        "DATA\r\n",
    ]
    assert heard[4].endswith("\r\n.\r\n")


def test_a_dot_that_begins_a_line_is_doubled():
    heard = handed("250 ok", "250 ok", "354 go", "250 ok", "221 bye")[3]

    assert "\r\n..dot\r\n" in heard[4]
    assert "\r\n.dot" not in heard[4]


@pytest.mark.parametrize("code", [250, 251])
def test_a_recipient_who_is_known_or_forwarded_is_agreed(code):
    reply = handed("250 ok", f"{code} ok", "354 go", "250 ok", "221 bye")[0]

    assert (reply.phase, reply.code) == (Phase.DOT, 250)


@pytest.mark.parametrize(
    ("lines", "phase", "code", "verdict", "follows"),
    [
        (["451 later", "250 ok"], Phase.MAIL, 451, Verdict.RETRY, "RSET\r\n"),
        (["250 ok", "252 cannot say", "250 ok"], Phase.RCPT, 252, Verdict.RETRY, "RSET\r\n"),
        (["250 ok", "250 ok", "554 no", "250 ok"], Phase.DATA, 554, Verdict.FAILED, "RSET\r\n"),
        (["250 ok", "250 ok", "250 ok", "250 ok"], Phase.DATA, 250, Verdict.RETRY, "RSET\r\n"),
    ],
)
def test_no_mail_travels_after_an_answer_that_is_no_yes(lines, phase, code, verdict, follows):
    reply, found, usable, heard = handed(*lines, "221 bye")

    assert (reply.phase, reply.code, found, usable) == (phase, code, verdict, True)
    assert heard[len(lines)] == follows


def test_a_line_that_breaks_on_the_reset_is_not_used_again():
    reply, verdict, usable, _heard = handed("250 ok", "550 5.1.1 nobody", "")

    assert (reply.phase, reply.code, verdict, usable) == (Phase.RCPT, 550, Verdict.FAILED, False)


@pytest.mark.parametrize(
    ("answer", "code", "verdict"),
    [
        ("banana", 0, Verdict.UNCERTAIN),
        ("250 " + "x" * 9_000, 0, Verdict.UNCERTAIN),
        ("", 0, Verdict.UNCERTAIN),
        ("421 closing", 421, Verdict.RETRY),
    ],
)
def test_an_answer_to_the_dot_that_nobody_can_read_proves_nothing(answer, code, verdict):
    reply, found, usable, _heard = handed("250 ok", "250 ok", "354 go", answer)

    assert (reply.phase, reply.code, found, usable) == (Phase.DOT, code, verdict, False)


def test_a_long_answer_in_several_lines_is_kept_short_and_in_one():
    reply = handed("250 ok", "550-5.7.1 " + "no " * 300 + "\r\n550 never", "250 ok", "221 bye")[0]

    assert (reply.code, len(reply.text)) == (550, 500)
    assert reply.text.startswith("5.7.1 no no")


@pytest.mark.parametrize(
    ("offers", "code", "said"),
    [
        ("250 mail", 553, []),
        (
            "250-mail\r\n250 SMTPUTF8",
            250,
            ["MAIL FROM:<bounce+1@example.com> SMTPUTF8\r\n", "RCPT TO:<łucja@example.pl>\r\n"],
        ),
    ],
)
def test_a_mailbox_beyond_ascii_goes_only_where_it_is_understood(offers, code, said):
    answers = ["250 ok", "250 ok", "354 go", "250 ok"] if said else []
    with reading("220 mail", offers, *answers, "221 bye") as server:
        line = open_smtp(sender(server.port), PATIENT)
        reply = line.hand_over(parcel(recipient="łucja@example.pl")).reply
        line.close()

    assert reply.code == code
    assert server.heard[1 : len(said) + 1] == said


def test_a_domain_beyond_ascii_needs_nothing_of_the_server():
    heard = handed("250 ok", "250 ok", "354 go", "250 ok", "221 bye", recipient="a@żonkil.pl")[3]

    assert heard[2] == "RCPT TO:<a@xn--onkil-hib.pl>\r\n"


def test_without_a_certificate_nothing_is_said():
    private = Sender(host="127.0.0.1", security="starttls", username="shop")
    with reading("220 mail", "250-mail\r\n250 STARTTLS", "220 go", "") as server:
        private.port = server.port
        with pytest.raises(CannotOpen) as refused:
            open_smtp(private, PATIENT)

    assert refused.value.reply.phase is Phase.TLS
    assert not any("AUTH" in line for line in server.heard)


SIGN_IN = "250-mail\r\n250 AUTH PLAIN"


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([SIGN_IN, ""], 0),
        ([SIGN_IN, "454 4.7.0 busy"], 454),
        ([SIGN_IN, "535 5.7.8 wrong"], 535),
        (["250 mail"], 535),
        (["250-mail\r\n250 AUTH NTLM"], 535),
    ],
    ids=["hangs up", "busy", "refuses", "knows no sign-in", "knows another sign-in"],
)
def test_a_sign_in_that_broke_is_not_one_that_was_refused(lines, code):
    with reading("220 mail", *lines) as server:
        known = sender(server.port, username="shop", secret=encrypt("open sesame"))
        with pytest.raises(CannotOpen) as refused:
            open_smtp(known, PATIENT)

    assert (refused.value.reply.phase, refused.value.reply.code) == (Phase.AUTH, code)


def test_a_closed_line_is_closed_once_and_hands_nothing_over():
    with reading(*PLAIN, "221 bye") as server:
        line = open_smtp(sender(server.port), PATIENT)
        line.close()
        line.close()
        reply = line.hand_over(parcel()).reply

    assert (reply.phase, reply.code, line.usable) == (Phase.MAIL, 0, False)

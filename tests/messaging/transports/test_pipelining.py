"""Pipelined commands: one packet, three answers, and no mail without its recipient."""

import socket
import threading
from contextlib import contextmanager

import pytest

from messaging.rules.replies import Phase
from messaging.transports.smtp import open_smtp
from tests.messaging.transports.test_smtp import PATIENT, parcel, sender


class Server(threading.Thread):
    """Offers PIPELINING and answers a transaction's packet with the given lines."""

    def __init__(self, answers):
        super().__init__(daemon=True)
        self.answers, self.packets = answers, []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def run(self):
        line, _address = self.socket.accept()
        with line:
            line.sendall(b"220 sink\r\n")
            line.recv(65536)
            line.sendall(b"250-sink\r\n250 PIPELINING\r\n")
            while packet := line.recv(65536):
                self.packets.append(packet)
                if packet.startswith(b"MAIL"):
                    line.sendall("".join(f"{answer}\r\n" for answer in self.answers).encode())
                elif packet.endswith(b".\r\n"):
                    line.sendall(b"554 no recipients\r\n" if packet == b".\r\n" else b"250 ok\r\n")
                else:
                    line.sendall(b"250 ok\r\n")


@contextmanager
def served(*answers):
    server = Server(answers)
    server.start()
    line = open_smtp(sender(server.port), PATIENT)
    try:
        yield server, line
    finally:
        line.close()
        server.socket.close()


def test_sender_recipient_and_data_travel_together():
    with served("250 ok", "250 ok", "354 go") as (server, line):
        reply = line.hand_over(parcel()).reply

        assert (reply.phase, reply.code) == (Phase.DOT, 250)
        assert server.packets[0] == (
            b"MAIL FROM:<bounce+1@example.com>\r\nRCPT TO:<anna@example.pl>\r\nDATA\r\n"
        )


@pytest.mark.parametrize(
    ("answers", "expected", "follows"),
    [
        (("250 ok", "550 5.1.1 nobody", "554 none"), (Phase.RCPT, 550), b"RSET\r\n"),
        (("250 ok", "550 5.1.1 nobody", "354 go"), (Phase.RCPT, 550), b".\r\n"),
        (("454 slow", "503 no", "503 no"), (Phase.MAIL, 454), b"RSET\r\n"),
    ],
)
def test_a_refused_recipient_gets_no_mail(answers, expected, follows):
    with served(*answers) as (server, line):
        reply = line.hand_over(parcel()).reply

        assert (reply.phase, reply.code) == expected
        assert server.packets[1] == follows
        assert line.usable

"""A mail server that takes everything and does nothing: the same for all ways of sending.

    python -m benchmarks.sending_sink DELAY_MILLISECONDS

Prints its port. Answers each command after the delay, as a relay at that distance would: what
comes in one packet is answered together. Offers PIPELINING, as Postfix, Exim and the large
providers do.
"""

import asyncio
import sys
from collections.abc import Callable

END = b"\r\n.\r\n"
GREETING = b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n"


class Session(asyncio.Protocol):
    """One connection."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._buffer = bytearray()
        self._in_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._answer(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._one():
            pass

    def _one(self) -> bool:
        end = self._buffer.find(END if self._in_data else b"\r\n")
        if end < 0:
            return False
        if self._in_data:
            del self._buffer[: end + len(END)]
            self._in_data = False
            self._answer(b"250 taken\r\n")
            return True
        line = bytes(self._buffer[:end]).upper()
        del self._buffer[: end + 2]
        self._command(line)
        return True

    def _command(self, line: bytes) -> None:
        if line.startswith(b"EHLO"):
            self._answer(GREETING)
        elif line == b"DATA":
            self._in_data = True
            self._answer(b"354 go on\r\n")
        elif line == b"QUIT":
            self._answer(b"221 bye\r\n")
        else:
            self._answer(b"250 ok\r\n")

    def _answer(self, words: bytes) -> None:
        if self._delay:
            asyncio.get_running_loop().call_later(self._delay, self._transport.write, words)
        else:
            self._transport.write(words)


async def serve(delay: float, say: Callable[[str], object]) -> None:
    """Serve for ever on a free port."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Session(delay), "127.0.0.1", 0)
    say(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1]) / 1000, sys.stdout.write))

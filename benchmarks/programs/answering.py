"""A simulated platform: answers every POST after a delay. Prints its URL, and serves until SIGTERM. Argument: the delay
in seconds.
"""

import asyncio
import sys

ANSWER = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"error":0}'


class AnsweringConnection(asyncio.Protocol):
    """A connection of the simulated platform to one client.

    Args:
        delay: seconds between a complete request and its response.
    """

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._heard = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Store the transport for the response."""
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Respond after the delay once the whole request is there."""
        self._heard += data
        head, separator, body = self._heard.partition(b"\r\n\r\n")
        if separator and len(body) >= _read_content_length(head):
            self._heard = b""
            asyncio.get_running_loop().call_later(self._delay, self._answer)

    def _answer(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(ANSWER)


def _read_content_length(head: bytes) -> int:
    lengths = [line.partition(b":")[2] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")]
    return int(lengths[0]) if lengths else 0


async def main(delay: str) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: AnsweringConnection(float(delay)), "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/send", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

"""Sends the head of a response and the body after it in a single write."""

import asyncio


class JoinedWrites:
    """The transport for the response to one request: it holds the head back to send it together with data that follows
    at once.

    Two writes would be two system calls and two packets, and would wake the client twice. A head without data after it,
    as of a stream, is sent in the loop's next turn. Data after the client has disconnected is dropped: uvloop's
    transport would raise in a callback that isn't awaited, and the loop would log a traceback.
    """

    __slots__ = ("_head", "_loop", "_transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._head: bytes | None = None

    def write(self, data: bytes) -> None:
        """Write data to the client; the first data is kept until the next write, or until the event loop's next
        turn.
        """
        if self._head is None:
            self._head = data
            self._loop.call_soon(self._send_head)
        elif self._head:
            head = self._head
            self._head = b""
            self._write_unless_disconnected(head, data)
        else:
            self._write_unless_disconnected(data)

    def close(self) -> None:
        """Close the connection once all data is sent."""
        self._send_head()
        self._transport.close()

    def is_closing(self) -> bool:
        """Return whether the connection is closed or about to be."""
        return self._transport.is_closing()

    def _send_head(self) -> None:
        if self._head:
            head = self._head
            self._head = b""
            self._write_unless_disconnected(head)

    def _write_unless_disconnected(self, *parts: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.writelines(parts)

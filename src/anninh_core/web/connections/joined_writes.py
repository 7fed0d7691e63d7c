"""An answer's head and the body behind it, in one go."""

import asyncio


class JoinedWrites:
    """What the answer to one request is written to: its head waits for what follows at once.

    Two writes would be two calls of the system and two packets, and the client would be woken twice. A head that
    nothing follows, as of a stream, leaves as soon as the loop has its next turn. What comes after the client has gone
    is dropped: uvloop's transport would raise, in a callback that nobody awaits, and the loop would log a traceback.
    """

    __slots__ = ("_head", "_loop", "_transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._head: bytes | None = None

    def write(self, data: bytes) -> None:
        """Write; keep the first that is written until the next, or until others have had their turn."""
        if self._head is None:
            self._head = data
            self._loop.call_soon(self._send_head)
        elif self._head:
            head = self._head
            self._head = b""
            self._write(head, data)
        else:
            self._write(data)

    def close(self) -> None:
        """Close the connection once all has left."""
        self._send_head()
        self._transport.close()

    def is_closing(self) -> bool:
        """Tell whether the connection is closed or about to be."""
        return self._transport.is_closing()

    def _send_head(self) -> None:
        if self._head:
            head = self._head
            self._head = b""
            self._write(head)

    def _write(self, *parts: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.writelines(parts)

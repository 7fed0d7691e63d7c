"""Network backend that connects only to the addresses the guard approved, within a deadline."""

from collections.abc import Callable, Iterable
from ssl import SSLContext
from typing import Any

import httpcore

from anninh_zalo.media.link_guard import FetchTarget

TimeLeft = Callable[[], float]
"""Function that returns the seconds left, zero or less after the deadline."""


class PinnedBackend(httpcore.NetworkBackend):
    """Connects to the addresses of one target, whatever the host name: nothing is resolved a second time.

    Args:
        target: the target approved by the guard.
        left: bounds every single step, so that a server that sends byte by byte can't exceed the deadline.
    """

    def __init__(self, target: FetchTarget, left: TimeLeft, network: httpcore.NetworkBackend) -> None:
        self._target = target
        self._left = left
        self._network = network

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002  the name: its addresses are known
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that answers.

        Raises:
            httpcore.ConnectError: no address answers.
        """
        for address in self._target.addresses:
            try:
                stream = self._network.connect_tcp(
                    address, port, remaining_timeout(timeout, self._left), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
            return DeadlineStream(stream, self._left)
        raise httpcore.ConnectError("no address answers")


class DeadlineStream(httpcore.NetworkStream):
    """A network stream that observes a deadline."""

    def __init__(self, stream: httpcore.NetworkStream, left: TimeLeft) -> None:
        self._stream = stream
        self._left = left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read up to `max_bytes` from the stream, at least one byte unless the stream has ended."""
        return self._stream.read(max_bytes, remaining_timeout(timeout, self._left))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write the whole buffer to the stream."""
        self._stream.write(buffer, remaining_timeout(timeout, self._left))

    def close(self) -> None:
        """Close the network stream."""
        self._stream.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Start TLS on the stream; the server needs a certificate for the name."""
        inner = self._stream.start_tls(ssl_context, server_hostname, remaining_timeout(timeout, self._left))
        return DeadlineStream(inner, self._left)

    def get_extra_info(self, info: str) -> Any:
        """Return information about the connection."""
        return self._stream.get_extra_info(info)


def remaining_timeout(timeout: float | None, left: TimeLeft) -> float:
    """Return the timeout of a step, shortened so that it ends at the deadline.

    Raises:
        httpcore.ReadTimeout: the deadline has passed.
    """
    seconds_left = left()
    if seconds_left <= 0:
        raise httpcore.ReadTimeout("the time is over")
    return seconds_left if timeout is None else min(timeout, seconds_left)

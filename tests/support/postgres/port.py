"""A TCP port on loopback that stays reserved while a server is down."""

import random
import socket
from contextlib import suppress

LOOPBACK = "127.0.0.1"
_RANGE = range(20_000, 32_000)  # ports below the range that the kernel uses for outgoing connections


class Port:
    """A free port, reserved until it is closed.

    A bound UDP socket of the same number keeps other test processes away, and PostgreSQL can still listen.

    Raises:
        OSError: no free port was found.
    """

    def __init__(self) -> None:
        for number in random.sample(_RANGE, k=len(_RANGE)):
            self._held = socket.socket(type=socket.SOCK_DGRAM)
            with suppress(OSError), socket.socket() as probe:
                probe.bind((LOOPBACK, number))
                self._held.bind((LOOPBACK, number))
                self.number = number
                return
            self._held.close()
        raise OSError(f"no free port on {LOOPBACK} between {_RANGE.start} and {_RANGE.stop}; stop what holds them")

    def close(self) -> None:
        """Release the port."""
        self._held.close()

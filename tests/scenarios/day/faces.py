"""What a program on the other side of the wire can do, whichever program it is."""

from collections.abc import Mapping
from typing import Any, Protocol, Self

from attrs import frozen

FORWARDED = "X-Forwarded-For"


@frozen
class Reply:
    """What was answered.

    Attributes:
        body: JSON, read; of a file its bytes.
    """

    status: int
    body: Any


class Face(Protocol):
    """A program that speaks with the API of one server."""

    def seen_from(self, address: str) -> Self:
        """Return the same program at another desk: the proxy before the server says from where it calls."""
        ...

    def begin(self, path: str, arguments: Mapping[str, str]) -> Reply:
        """Ask what takes no sign-in: `sign-in`, `set-up`."""
        ...

    def call(
        self, token: str, operation: str, arguments: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Call an operation as whoever has the token, none where it is ""."""
        ...

    def download(self, token: str, operation: str, arguments: Mapping[str, Any]) -> Reply:
        """Ask for the id of an operation's file, and get the file by its address; what is refused first is answered."""
        ...

    def upload(self, token: str, name: str, data: bytes) -> Reply:
        """Send a file."""
        ...

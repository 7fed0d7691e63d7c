"""The calls that any client program makes to the API."""

from collections.abc import Mapping
from typing import Any, Protocol, Self

from attrs import frozen

FORWARDED = "X-Forwarded-For"


@frozen
class Reply:
    """The response to a call of the API.

    Attributes:
        body: parsed JSON, or the bytes of a file.
    """

    status: int
    body: Any


class ApiClient(Protocol):
    """A program that calls the API of one server."""

    def with_address(self, address: str) -> Self:
        """Return the same program with another client address, as the proxy before the server reports it."""
        ...

    def call_without_session(self, path: str, arguments: Mapping[str, str]) -> Reply:
        """Call an operation that needs no session, `sign-in` or `set-up`."""
        ...

    def call(
        self, token: str, operation: str, arguments: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Call an operation with a session token, or without one if `token` is ""."""
        ...

    def download(self, token: str, operation: str, arguments: Mapping[str, Any]) -> Reply:
        """Request an operation's file and download it by its id; return the refusal if the request is refused."""
        ...

    def upload(self, token: str, name: str, data: bytes) -> Reply:
        """Send a file to the server."""
        ...

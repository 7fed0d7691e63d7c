"""The sandbox's interface for the carriers that bring requests: an ASGI application, a transport, a server."""

from typing import Protocol

from anninh_zalo.testing.wire import HttpAnswer, HttpRequest, LostAnswer
from anninh_zalo.testing.world import World


class SandboxService(Protocol):
    """A sandbox that answers requests and delivers webhooks."""

    @property
    def world(self) -> World:
        """The state of the pretend platform."""
        ...

    def answer(self, request: HttpRequest) -> HttpAnswer | LostAnswer:
        """Answer a request, or lose the response if a script requires it."""
        ...

    def deliver_due(self) -> object:
        """Deliver the webhooks that are due."""
        ...

"""What a sandbox is for those who carry requests to it: an ASGI application, a transport, a server."""

from typing import Protocol

from anninh_zalo.testing.wire import HttpAnswer, HttpRequest, LostAnswer
from anninh_zalo.testing.world import World


class SandboxService(Protocol):
    """Answers requests, and delivers webhooks."""

    @property
    def world(self) -> World:
        """The state of the pretend platform."""
        ...

    def answer(self, request: HttpRequest) -> HttpAnswer | LostAnswer:
        """Answer a request, or lose the answer if a script says so."""
        ...

    def deliver_due(self) -> object:
        """Deliver the webhooks that are due."""
        ...

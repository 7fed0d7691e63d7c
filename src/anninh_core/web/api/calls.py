"""Calls of operations by API requests, from the request body to the response; each call runs in a thread."""

from collections.abc import Callable

from starlette.responses import Response

from anninh_core.operations import OperationGateway
from anninh_core.operations.operation import Operation
from anninh_core.usecase.actor import Actor
from anninh_core.web.api.idempotency import Replays
from anninh_core.web.api.preconditions import apply_if_match, apply_prefer
from anninh_core.web.api.rate_limits import RequestRateLimiter
from anninh_core.web.api.replies import build_response
from anninh_core.web.api.request import ApiRequest

Authenticate = Callable[[ApiRequest], Actor]
"""Function that returns the actor of a request, and raises `NotSignedIn` if there is none."""


class Calls:
    """Authenticates the senders of API requests, limits their rate, and calls operations for them.

    Args:
        pace: rate limit per person or token.
        replays: recognises requests that were carried out before.
    """

    def __init__(
        self, gateway: OperationGateway, authenticate: Authenticate, pace: RequestRateLimiter, replays: Replays
    ) -> None:
        self._gateway = gateway
        self._authenticate = authenticate
        self._pace = pace
        self._replays = replays

    def identify(self, request: ApiRequest) -> Actor:
        """Return the actor of a request; raise `NotSignedIn` if the caller can't be authenticated."""
        return self._authenticate(request)

    def admit(self, request: ApiRequest) -> Actor:
        """Return the actor of a request, and count the request against the actor's rate limit.

        Raises:
            NotSignedIn: the caller can't be authenticated.
            TooManyRequests: the rate limit is exceeded.
        """
        actor = self._authenticate(request)
        self._pace.take(f"{actor.id} {actor.sign_in.session if actor.sign_in.operations is not None else ''}")
        return actor

    def carry_out(self, request: ApiRequest, operation: Operation, body: bytes, actor: Actor | None) -> Response:
        """Call an operation with the request body and return the response; errors of the operation are passed on.

        Args:
            body: a JSON object; an empty body counts as an empty object.
            actor: the actor, if authenticated already.
        """
        actor = actor or self.admit(request)
        arguments = operation.arguments.decode(body or b"{}")
        actor = apply_if_match(actor, request.headers.get("if-match"), operation, arguments)
        actor = apply_prefer(actor, request.headers.get("prefer"))
        if (key := request.headers.get("idempotency-key")) is not None:
            return self._replays.carry_out(actor, operation, key, arguments, body)
        return build_response(self._gateway, self._gateway.call(actor, operation.name, arguments))

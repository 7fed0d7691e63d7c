"""One call of an operation, from its bytes to its reply. It runs in a thread."""

from collections.abc import Callable

from starlette.responses import Response

from anninh_core.operations import Door
from anninh_core.operations.operation import Operation
from anninh_core.usecase.actor import Actor
from anninh_core.web.api.idempotency import Replays
from anninh_core.web.api.preconditions import apply_if_match, apply_prefer
from anninh_core.web.api.rate_limits import RequestRateLimiter
from anninh_core.web.api.replies import to_reply
from anninh_core.web.api.request import ApiRequest

Authenticate = Callable[[ApiRequest], Actor]
"""Returns who calls; raises `NotSignedIn`."""


class Calls:
    """Carries operations out.

    Args:
        pace: of one person or token.
        replays: knows which request was carried out before.
    """

    def __init__(self, door: Door, authenticate: Authenticate, pace: RequestRateLimiter, replays: Replays) -> None:
        self._door = door
        self._authenticate = authenticate
        self._pace = pace
        self._replays = replays

    def identify(self, request: ApiRequest) -> Actor:
        """Return who calls; raises `NotSignedIn` where nobody is known to."""
        return self._authenticate(request)

    def admit(self, request: ApiRequest) -> Actor:
        """Return who calls, who isn't too fast.

        Raises:
            NotSignedIn: nobody is known to call.
            TooManyRequests: it is too much at once.
        """
        actor = self._authenticate(request)
        self._pace.take(f"{actor.id} {actor.sign_in.session if actor.sign_in.operations is not None else ''}")
        return actor

    def carry_out(self, request: ApiRequest, operation: Operation, body: bytes, actor: Actor | None) -> Response:
        """Carry an operation out and return its reply; raises what the operation does.

        Args:
            body: a JSON object; nothing stands for an empty one.
            actor: who calls, where that is known already.
        """
        actor = actor or self.admit(request)
        arguments = operation.arguments.decode(body or b"{}")
        actor = apply_if_match(actor, request.headers.get("if-match"), operation, arguments)
        actor = apply_prefer(actor, request.headers.get("prefer"))
        if (key := request.headers.get("idempotency-key")) is not None:
            return self._replays.carry_out(actor, operation, key, arguments, body)
        return to_reply(self._door, self._door.call(actor, operation.name, arguments))

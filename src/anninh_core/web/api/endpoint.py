"""The ASGI endpoint for all paths below `/api/v1/`."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from anninh_core.operations.operation import Operation
from anninh_core.operations.requests import MAX_BYTES
from anninh_core.usecase.actor import Actor
from anninh_core.web.api.call_threads import CallThreads
from anninh_core.web.api.calls import Calls
from anninh_core.web.api.problems.problem import to_problem
from anninh_core.web.api.rate_limits import Addresses, RequestRateLimiter
from anninh_core.web.api.request import ApiRequest, read_head
from anninh_core.web.bodies.places import SMALL_BODY, BodyPlaces
from anninh_core.web.bodies.reading import read_body_in_time, require_length

Handler = Callable[[ApiRequest, Receive], Awaitable[Response]]
Routes = Mapping[str, Mapping[str, Handler]]
"""Path below the API's prefix -> HTTP method -> handler; a path that ends in a slash matches all paths below it."""


class ApiEndpoint:
    """Responds to API requests: calls of operations, and the API's other paths.

    Args:
        find: returns an operation by its name; raises `NotFound`.
        routes: the paths that are no operations.
        places: limit of concurrent large bodies.
        patience: time limit for a body to arrive.
        pace: rate limit per address.
        addresses: finds the client address of a request.
        new_id: makes ids of incidents.
    """

    def __init__(
        self,
        *,
        find: Callable[[str], Operation],
        calls: Calls,
        threads: CallThreads,
        routes: Routes,
        places: BodyPlaces,
        patience: timedelta,
        pace: RequestRateLimiter,
        addresses: Addresses,
        new_id: Callable[[], str],
    ) -> None:
        self._find = find
        self._calls = calls
        self._threads = threads
        self._routes = routes
        self._places = places
        self._patience = patience
        self._pace = pace
        self._addresses = addresses
        self._new_id = new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to an API request that the router passes on."""
        await self.answer(scope["path_params"]["rest"], scope, receive, send)

    async def answer(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to an API request for a path below the prefix."""
        is_shared = self._addresses.is_shared(scope)
        request = read_head(scope, path, self._addresses.find(scope), is_address_shared=is_shared)
        try:
            self._pace.take(request.address)
            response = await self._respond(request, receive)
        except Exception as error:  # noqa: BLE001  whatever isn't foreseen is answered too
            response = to_problem(error, request.language, self._new_id)
            # The traceback would keep the request body in memory until the next garbage collection.
            error.__traceback__ = None
        response.headers["X-Content-Type-Options"] = "nosniff"
        await response(scope, receive, send)

    async def _respond(self, request: ApiRequest, receive: Receive) -> Response:
        methods = self._routes.get(request.path) or self._routes.get(request.path.partition("/")[0] + "/")
        if methods is None:
            operation = self._find(request.path)
            methods = {"POST": lambda head, body: self._call_operation(operation, head, body)}
        handler = methods.get("GET" if request.method == "HEAD" else request.method)
        if handler is None:
            raise HTTPException(405, headers={"Allow": ", ".join(sorted(methods))})
        return await handler(request, receive)

    async def _call_operation(self, operation: Operation, request: ApiRequest, receive: Receive) -> Response:
        """Call an operation with the request body. The body of an unauthenticated request is limited to
        `SMALL_BODY`.
        """
        headers = tuple(request.headers.items())
        length = require_length(headers, MAX_BYTES)
        request.require_json()
        actor: Actor | None = None
        if length > SMALL_BODY or request.is_chunked:
            actor = await self._threads.run(self._calls.admit, request)
        with self._places.enter() as place:
            place.take_if_large(length)
            body = await read_body_in_time(receive, MAX_BYTES, place, self._patience)
            return await self._threads.run(self._calls.carry_out, request, operation, body, actor)

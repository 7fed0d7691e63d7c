"""The door itself: read a body with a cap, hand it to the intake, answer once it is durable."""

import logging
import time
from collections.abc import Callable, Mapping
from datetime import timedelta

import anyio
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from anninh_core.app.app import App
from anninh_core.kernel.errors import BadInput, TooLarge
from anninh_core.messaging.inbound.intake import BODY_LIMIT, Accepted
from anninh_core.vocabulary.messages import WebhookRequest
from anninh_core.web.body_places import BodyPlace, BodyPlaces
from anninh_core.web.error_responses import describe_error, refusal, refusal_by_status, to_response
from anninh_core.web.webhook_batcher import WebhookBatcher

Headers = tuple[tuple[str, str], ...]

WEBHOOK_PATH = "/hook/"
"""Where events go; the name of the messenger instance follows."""

_RESPONSES: Mapping[Accepted, JSONResponse] = {one: JSONResponse({"status": one.value}) for one in Accepted}
_log = logging.getLogger(__name__)


class WebhookEndpoint:
    """The endpoint of an app's webhooks, as ASGI has it: each costs little more than its commit.

    Args:
        patience: how long a body may take to arrive.
        answered: hears of each answer to a webhook: messenger, status and seconds.
    """

    def __init__(
        self, app: App, patience: timedelta, answered: Callable[[str, int, float], None] = lambda *_: None
    ) -> None:
        self._app = app
        self._batcher = WebhookBatcher(app.intake.accept_all)
        self._places = BodyPlaces(app.door.large_bodies)
        self._patience = patience
        self._on_answer = answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take in an event of the messenger instance in the path; 200 means that it is durable."""
        await self.answer(scope["path_params"]["instance"], scope, receive, send)

    async def answer(self, instance: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Take in an event of a messenger instance."""
        start, status = time.perf_counter(), 500
        try:
            outcome = await self._accept(instance, scope, receive)
            response = to_response(outcome) if isinstance(outcome, HTTPException) else _RESPONSES[outcome]
            status = response.status_code
        finally:
            self._on_answer(instance, status, time.perf_counter() - start)
        await response(scope, receive, send)

    async def _accept(self, instance: str, scope: Scope, receive: Receive) -> Accepted | HTTPException:
        """Take an event in, or return what to answer instead.

        A refusal is returned without its traceback, which would hold the body until garbage is looked for.
        """
        try:
            self._app.intake.messenger(instance)  # nobody may send half a megabyte to a name that doesn't exist
            headers = tuple([(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]])
            with self._places.enter() as place:
                event = WebhookRequest(await self._read_body(headers, receive, place), headers)
                return await self._batcher.accept(instance, event)
        except HTTPException as refused:
            return refused.with_traceback(None)
        except Exception as error:  # noqa: BLE001  whatever an adapter raises is answered
            return self._refuse(instance, error)

    def _refuse(self, instance: str, error: Exception) -> HTTPException:
        refused = refusal(error)
        label = instance if instance in self._app.messengers else "nobody"  # a stranger's words stay out of the log
        _log.warning("a webhook for %s was answered %d: %s", label, refused.status_code, describe_error(error))
        return refused

    async def _read_body(self, headers: Headers, receive: Receive, place: BodyPlace) -> bytes:
        place.require(_read_content_length(headers, BODY_LIMIT))
        with anyio.move_on_after(self._patience.total_seconds()) as reading:
            place.when_lost(reading.cancel)
            body = await _read_body(receive, BODY_LIMIT, place)
            place.complete()
            return body
        raise refusal_by_status(503 if place.is_lost else 408)


class FastPath:
    """Passes events to the endpoint before the router, which would cost half as much as the endpoint itself.

    Whatever else comes goes on to the router, and so does everything where the application is mounted in another one.

    Args:
        app: goes on.
        door: takes events in.
    """

    def __init__(self, app: ASGIApp, door: WebhookEndpoint) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let others answer."""
        if scope["type"] == "http" and scope["method"] == "POST" and not scope.get("root_path"):
            prefix, separator, instance = scope["path"].partition(WEBHOOK_PATH)
            if separator and instance and not prefix and "/" not in instance:
                await self._door.answer(instance, scope, receive, send)
                return
        await self._app(scope, receive, send)


def _read_content_length(headers: Headers, limit: int) -> int:
    """Return the length that a body is said to have, 0 where nothing is said.

    Raises:
        TooLarge: more than `limit` bytes.
        BadInput: it is no number.
    """
    content_length = next((value for name, value in headers if name == "content-length"), "0")
    if not (content_length.isascii() and content_length.isdecimal()):
        raise BadInput("the Content-Length of a webhook is no number; send the count of bytes")
    if len(content_length) > len(str(limit)) or int(content_length) > limit:
        raise TooLarge(f"a webhook announces a body over the limit of {limit} bytes")
    return int(content_length)


async def _read_body(receive: Receive, limit: int, place: BodyPlace) -> bytes:
    """Read a body piece by piece and stop at the first byte too many, or for which there is no place.

    Raises:
        HTTPException: 503, there is no place.
        TooLarge: more than `limit` bytes were sent.
        ClientDisconnect: whoever sent them hung up.
    """
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk, more = message.get("body", b""), message.get("more_body", False)
        if len(body) + len(chunk) > limit:
            raise TooLarge(f"a webhook body goes over the limit of {limit} bytes")
        place.require(len(body) + len(chunk))
        body += chunk
    return bytes(body)

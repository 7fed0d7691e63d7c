"""The webhook endpoint: reads a request body with limits, passes the event to the intake, and responds once it is
durable.
"""

import logging
import time
from collections.abc import Callable, Mapping
from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from anninh_core.app.app import App
from anninh_core.messaging.inbound.intake import BODY_LIMIT, Accepted
from anninh_core.vocabulary.messages import WebhookRequest
from anninh_core.web.bodies.places import BodyPlace, BodyPlaces
from anninh_core.web.bodies.reading import Headers, read_body_in_time, require_length
from anninh_core.web.error_responses import build_json_response, build_refusal, describe_error
from anninh_core.web.webhook_batcher import WebhookBatcher

WEBHOOK_PATH = "/hook/"
"""Beginning of the URL path for events; the name of the messenger instance follows."""

_RESPONSES: Mapping[Accepted, JSONResponse] = {outcome: JSONResponse({"status": outcome.value}) for outcome in Accepted}
_log = logging.getLogger(__name__)


class WebhookEndpoint:
    """The ASGI endpoint for an app's webhooks; a request costs little more than its commit.

    Args:
        patience: time limit for a body to arrive.
        answered: called after each webhook with messenger, status and seconds.
    """

    def __init__(
        self, app: App, patience: timedelta, answered: Callable[[str, int, float], None] = lambda *_: None
    ) -> None:
        self._app = app
        self._batcher = WebhookBatcher(app.intake.accept_all)
        self._places = BodyPlaces(app.internals.web_settings.large_bodies)
        self._patience = patience
        self._on_answer = answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Store an event for the messenger instance in the path; the response 200 means that the event is durable."""
        await self.answer(scope["path_params"]["instance"], scope, receive, send)

    async def answer(self, instance: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Store an event for a messenger instance and send the HTTP response."""
        start = time.perf_counter()
        status = 500
        try:
            outcome = await self._accept(instance, scope, receive)
            response = build_json_response(outcome) if isinstance(outcome, HTTPException) else _RESPONSES[outcome]
            status = response.status_code
        finally:
            self._on_answer(instance, status, time.perf_counter() - start)
        await response(scope, receive, send)

    async def _accept(self, instance: str, scope: Scope, receive: Receive) -> Accepted | HTTPException:
        """Store an event and return its outcome, or return the HTTP error that refuses it.

        The error is returned without its traceback, which would keep the body in memory until the next garbage
        collection.
        """
        try:
            # This refuses unknown messenger names before a client can send half a megabyte to them.
            self._app.intake.messenger(instance)
            headers = tuple([(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]])
            with self._places.enter() as place:
                event = WebhookRequest(await self._read_body(headers, receive, place), headers)
                return await self._batcher.accept(instance, event)
        except HTTPException as refused:
            return refused.with_traceback(None)
        except Exception as error:  # noqa: BLE001  whatever an adapter raises is answered
            return self._refuse(instance, error)

    def _refuse(self, instance: str, error: Exception) -> HTTPException:
        http_error = build_refusal(error)
        label = (
            instance if instance in self._app.internals.messengers else "nobody"
        )  # Names that a client made up are not written to the log.
        _log.warning("a webhook for %s was answered %d: %s", label, http_error.status_code, describe_error(error))
        return http_error

    async def _read_body(self, headers: Headers, receive: Receive, place: BodyPlace) -> bytes:
        place.take_if_large(require_length(headers, BODY_LIMIT))
        return await read_body_in_time(receive, BODY_LIMIT, place, self._patience)

"""The door itself: read a body with a cap, hand it to the intake, answer once it is durable."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta

import anyio
import anyio.to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from anninh_core.app.app import App
from anninh_core.dispatch.intake import BODY_LIMIT
from anninh_core.kernel.errors import BadInput, TooLarge
from anninh_core.vocabulary.messages import WebhookRequest
from anninh_core.web.answers import named, refusal

_log = logging.getLogger(__name__)


class Door:
    """The endpoints of one app.

    Args:
        patience: how long a body may take to arrive.
        answered: hears of each answer to a webhook: messenger, status and seconds.
    """

    def __init__(
        self, app: App, patience: timedelta, answered: Callable[[str, int, float], None] = lambda *_: None
    ) -> None:
        self._app = app
        self._patience = patience
        self._answered = answered

    async def hook(self, request: Request) -> Response:
        """Take in an event of the messenger instance in the path; 200 means that it is durable."""
        start, status = time.perf_counter(), 500
        try:
            answer = await self._take_in(request)
            status = answer.status_code
        except HTTPException as refused:
            status = refused.status_code
            raise
        finally:
            self._answered(request.path_params["instance"], status, time.perf_counter() - start)
        return answer

    async def _take_in(self, request: Request) -> Response:
        instance = request.path_params["instance"]
        try:
            self._app.intake.messenger(instance)  # nobody may send half a megabyte to a name that doesn't exist
            event = WebhookRequest(await self._body(request), _headers(request))
            # In a thread: callers that wait together share one commit of the storage.
            accepted = await anyio.to_thread.run_sync(self._app.intake.accept, instance, event)
        except HTTPException:
            raise
        except Exception as error:
            answer = refusal(error)
            known = instance if instance in self._app.messengers else "nobody"  # a stranger's words stay out of the log
            _log.warning("a webhook for %s was answered %d: %s", known, answer.status_code, named(error))
            raise answer from error
        return JSONResponse({"status": accepted.value})

    async def _body(self, request: Request) -> bytes:
        with anyio.move_on_after(self._patience.total_seconds()):
            return await read_body(request, BODY_LIMIT)
        raise HTTPException(408)


async def read_body(request: Request, limit: int) -> bytes:
    """Read a body piece by piece and stop at the first byte too many.

    Raises:
        TooLarge: more than `limit` bytes announced or sent.
        BadInput: the length announced is no number.
    """
    announced = request.headers.get("content-length", "0")
    if not (announced.isascii() and announced.isdecimal()):
        raise BadInput("the Content-Length of a webhook is no number; send the count of bytes")
    if len(announced) > len(str(limit)) or int(announced) > limit:
        raise TooLarge(f"a webhook announces a body over the limit of {limit} bytes")
    body = bytearray()
    async for piece in request.stream():
        if len(body) + len(piece) > limit:
            raise TooLarge(f"a webhook body goes over the limit of {limit} bytes")
        body += piece
    return bytes(body)


def _headers(request: Request) -> tuple[tuple[str, str], ...]:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw)

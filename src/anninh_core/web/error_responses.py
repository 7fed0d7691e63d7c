"""Error responses of the web server: each has a status and one sentence that reveals nothing about the system."""

import math
import traceback
from collections.abc import Mapping
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from anninh_core.kernel.errors import BadInput, NotFound, Refused, StorageError, TooLarge, TooManyRequests
from anninh_core.messaging.inbound.intake import BODY_LIMIT

RETRY_AFTER = 10
"""Seconds after which a platform may resend an event that was refused because the storage failed."""

# An error gets the status of the first class in this table that it is an instance of.
STATUS_CODES: Mapping[type[Exception], int] = {
    TooLarge: 413,
    BadInput: 400,
    ClientDisconnect: 400,
    Refused: 401,
    NotFound: 404,
    StorageError: 503,
}
SENTENCES: Mapping[int, str] = {
    400: "This is not an event that this messenger sends; nothing was stored.",
    401: "The signature doesn't fit this body; check the secret on both sides. Nothing was stored.",
    404: "There is nothing at this address; events go to /hook/NAME, with the messenger's name from the settings.",
    405: "This address doesn't take this method; events come by POST, /livez, /readyz and /metrics are read by GET.",
    408: "The request did not arrive in time; nothing was stored. Send it again.",
    413: f"The body is larger than {BODY_LIMIT} bytes; nothing was stored. Send links to media, not media.",
    500: "The event could not be taken in; nothing was stored. The log of the server names the place.",
    503: "The storage doesn't answer, or too much is under way; nothing was stored. Send the event again later.",
}
TOO_MANY_UNREADABLE = "Too many events of today can't be read here; this one was not stored. Send it again later."


def build_refusal(error: Exception) -> HTTPException:
    """Return the HTTP error that refuses a request because of `error`; an unforeseen error gives status 500."""
    # The status is 503, as some platforms don't resend an event after a 4xx status.
    if isinstance(error, TooManyRequests):
        seconds = math.ceil(error.after.total_seconds())
        return HTTPException(503, TOO_MANY_UNREADABLE, {"Retry-After": str(seconds)})
    return build_refusal_by_status(next((code for kind, code in STATUS_CODES.items() if isinstance(error, kind)), 500))


def build_refusal_by_status(status: int) -> HTTPException:
    """Return the HTTP error for a status; a 503 gets a `Retry-After` header."""
    return HTTPException(status, headers={"Retry-After": str(RETRY_AFTER)} if status == 503 else None)


async def json_error_handler(_: Request, error: Exception) -> Response:
    """Return an HTTP error, raised by the endpoints or by the router, as a JSON response."""
    assert isinstance(error, HTTPException)
    return build_json_response(error)


def build_json_response(refusal: HTTPException) -> Response:
    """Return an HTTP error as a JSON response, with its own sentence if it has one, or else the sentence of its
    status.
    """
    status = refusal.status_code
    is_unworded = refusal.detail == HTTPStatus(status).phrase
    sentence = SENTENCES.get(status, refusal.detail) if is_unworded else refusal.detail
    return JSONResponse({"error": sentence}, refusal.status_code, headers=refusal.headers)


def describe_error(error: BaseException) -> str:
    """Return the class of an error and the line that raised it, for the log; its message is left out, as it may quote a
    person's words.
    """
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"

"""Reads request bodies piece by piece, with limits on size and time."""

from collections.abc import AsyncIterator
from datetime import timedelta

import anyio
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

from anninh_core.kernel.errors import BadInput, TooLarge
from anninh_core.web.bodies.places import BodyPlace
from anninh_core.web.error_responses import build_refusal_by_status

Headers = tuple[tuple[str, str], ...]

MIN_RATE = 8 * 1024
"""Bytes per second that a large body must reach on average; slow telephone lines are faster."""

_LONGEST = timedelta(minutes=5)
"""Time limit for receiving a large request body, however steadily it arrives."""


def require_length(headers: Headers, limit: int) -> int:
    """Return the declared length of a request body in bytes, 0 if none is declared.

    Args:
        headers: headers of the request, with lower-case names.
        limit: in bytes.

    Raises:
        TooLarge: more than `limit` bytes.
        BadInput: the declared length is no number.
    """
    content_length = next((value for name, value in headers if name == "content-length"), "0")
    if not (content_length.isascii() and content_length.isdecimal()):
        raise BadInput("The Content-Length of this request isn't a number: send the number of bytes.")
    if len(content_length) > len(str(limit)) or int(content_length) > limit:
        raise TooLarge("This request is over the limit of {limit:,} bytes: send less data.", limit=limit)
    return int(content_length)


async def read_body_in_time(receive: Receive, limit: int, place: BodyPlace, patience: timedelta) -> bytes:
    """Read a request body piece by piece; stop if it is too large, too slow, or without a place in memory.

    Raises:
        HTTPException: 408, too slow; 503, no place is free.
        TooLarge: more than `limit` bytes were sent.
        ClientDisconnect: the sender disconnected.
    """
    with anyio.move_on_after(patience.total_seconds()) as reading:
        place.set_loss_handler(reading.cancel)
        body = await _read_body(receive, limit, place)
        place.complete()
        return body
    raise build_refusal_by_status(503 if place.is_lost else 408)


async def _read_body(receive: Receive, limit: int, place: BodyPlace) -> bytes:
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk = message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) + len(chunk) > limit:
            raise TooLarge("This request is over the limit of {limit:,} bytes: send less data.", limit=limit)
        place.take_if_large(len(body) + len(chunk))
        body += chunk
    return bytes(body)


async def iter_body(receive: Receive, patience: timedelta) -> AsyncIterator[bytes]:
    """Yield a large request body piece by piece, and stop if it arrives too slowly, as others need its place in memory.

    Only the sender's time is counted, not the time for processing the pieces.

    Args:
        patience: time limit for the sender, in addition to the time that `MIN_RATE` grants for the received bytes.

    Raises:
        HTTPException: 408, too slow.
        ClientDisconnect: the sender disconnected.
    """
    waited = 0.0
    size = 0
    more = True
    while more:
        granted = min(patience.total_seconds() + size / MIN_RATE, _LONGEST.total_seconds())
        began = anyio.current_time()
        message = await _receive_before_deadline(receive, began + granted - waited)
        waited += anyio.current_time() - began
        piece = message.get("body", b"")
        size += len(piece)
        more = message.get("more_body", False)
        if piece:
            yield piece


async def _receive_before_deadline(receive: Receive, deadline: float) -> Message:
    with anyio.CancelScope(deadline=deadline):
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        return message
    raise build_refusal_by_status(408)

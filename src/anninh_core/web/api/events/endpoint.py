"""`GET /api/v1/events`: a stream of server-sent events."""

import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing, contextmanager
from datetime import timedelta
from typing import Any

import anyio
import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from anninh_core.kernel.errors import NotSignedIn, TooManyRequests
from anninh_core.usecase.actor import Actor
from anninh_core.web.api.call_threads import CallThreads
from anninh_core.web.api.calls import Calls
from anninh_core.web.api.events.feed import ChangeFeed
from anninh_core.web.api.request import ApiRequest
from anninh_core.workflows.changes import Change, ChangeVisibility

_PER_PERSON = 4
_HEARTBEAT = 15.0
"""Seconds after which a silent stream sends a heartbeat and checks whether its session is still valid."""

_WAIT = timedelta(seconds=30)
_READY = b"event: ready\ndata: {}\n\n"
_RELOAD = b"event: reload\ndata: {}\n\n"
_SILENCE = b": still here\n\n"


class EventsEndpoint:
    """Streams changes to records as server-sent events to API callers.

    Args:
        most: limit of open streams.
    """

    def __init__(
        self, calls: Calls, feed: ChangeFeed, visibility: ChangeVisibility, threads: CallThreads, most: int
    ) -> None:
        self._calls = calls
        self._feed = feed
        self._visibility = visibility
        self._threads = threads
        self._most = most
        self._open: Counter[str] = Counter()
        self._closing = False

    def close(self) -> None:
        """End all event streams soon, because the server stops."""
        self._closing = True

    async def answer(self, request: ApiRequest, receive: Receive) -> Response:  # noqa: ARG002  as other handlers
        """Open a stream of server-sent events for the sender of a request.

        Raises:
            NotSignedIn: the caller can't be authenticated.
            TooManyRequests: the person or the server has too many open streams, or the rate limit is exceeded.
        """
        actor = await self._threads.run(self._calls.admit, request)
        if self._open[actor.id] >= _PER_PERSON or self._open.total() >= self._most:
            raise TooManyRequests("Too many event streams are open: close one.", _WAIT)
        return EventStream(self._iter_events(request, actor))

    async def _iter_events(self, request: ApiRequest, actor: Actor) -> AsyncIterator[bytes]:
        with self._count_stream(actor.id):
            position = await self._feed.position()
            yield _READY
            sent_at = time.monotonic()
            while not self._closing:
                await anyio.sleep(self._feed.every)
                position, changes = await self._feed.since(position)
                if changes == [] and time.monotonic() - sent_at < _HEARTBEAT:
                    continue
                try:
                    events = await self._threads.run(self._select_visible_events, request, changes or ())
                except NotSignedIn:
                    return
                if changes is None:
                    events = [_RELOAD]
                elif not events and changes:
                    continue
                yield b"".join(events) or _SILENCE
                sent_at = time.monotonic()

    def _select_visible_events(self, request: ApiRequest, changes: Sequence[Change]) -> Sequence[bytes]:
        """Return the encoded changes that the sender of a request may see; raise `NotSignedIn` if the session has
        ended.
        """
        return [_encode_change(change) for change in self._visibility.select(self._calls.identify(request), changes)]

    @contextmanager
    def _count_stream(self, person: str) -> Iterator[None]:
        self._open[person] += 1
        try:
            yield
        finally:
            self._open[person] -= 1
            if not self._open[person]:
                del self._open[person]


def _encode_change(change: Change) -> bytes:
    """Return a change as a server-sent event, without its journal position, which would reveal how much else
    happened.
    """
    payload = {"kind": change.kind, "id": change.id, "version": change.version, "badges": change.badges}
    return b"event: change\ndata: %s\n\n" % msgspec.json.encode(payload)


class EventStream(Response):
    """A response that sends the events of an iterator; it ends with the iterator, or when the client disconnects.

    Args:
        events: the iterator of encoded events; it is closed at the end.
    """

    media_type = "text/event-stream"

    def __init__(self, events: AsyncIterator[bytes]) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._events: Any = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  as ASGI has it
        """Send the events until the iterator ends or the client disconnects."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        async with anyio.create_task_group() as group:

            async def wait_for_disconnect() -> None:
                while (await receive())["type"] != "http.disconnect":
                    pass
                group.cancel_scope.cancel()

            group.start_soon(wait_for_disconnect)
            async with aclosing(self._events) as events:
                async for event in events:
                    await send({"type": "http.response.body", "body": event, "more_body": True})
            group.cancel_scope.cancel()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

"""`POST /api/v1/uploads`: a file on its way in. What it is, is told by its content."""

from datetime import timedelta

import anyio
import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Receive

from anninh_core.cleaning.detection import detect_type
from anninh_core.cleaning.results import FileRefused
from anninh_core.door import Uploads
from anninh_core.door.uploads import MAX_BYTES
from anninh_core.kernel.errors import BadInput, TooLarge
from anninh_core.usecase.actor import Actor
from anninh_core.vocabulary.files import FileReason
from anninh_core.web.api.call_threads import CallThreads
from anninh_core.web.api.calls import Calls
from anninh_core.web.api.replies import JSON, NO_STORE
from anninh_core.web.api.request import ApiRequest
from anninh_core.web.bodies.reading import require_length
from anninh_core.web.error_responses import refusal_by_status

_WHAT = "an upload"
_AT_ONCE = 2
_LONGEST = timedelta(minutes=5)


class UploadEndpoint:
    """Takes files in, of people who are known, two at a time.

    Args:
        calls: knows who calls.
        uploads: keeps the files, sealed.
        threads: where.
        patience: how long the next piece may take.
    """

    def __init__(self, calls: Calls, uploads: Uploads, threads: CallThreads, patience: timedelta) -> None:
        self._calls = calls
        self._uploads = uploads
        self._threads = threads
        self._patience = patience
        self._under_way = 0

    async def answer(self, request: ApiRequest, receive: Receive) -> Response:
        """Take a file in and return the id by which operations take it.

        Raises:
            TooLarge: it has more bytes than a file may have.
            BadInput: it has no name, is empty, or of a kind that nobody is shown.
            HTTPException: 408, it came too slowly; 503, too many come at once.
        """
        require_length(tuple(request.headers.items()), MAX_BYTES, _WHAT)
        if not (name := request.read_query().get("name", "")):
            raise BadInput("an upload has no name; send it with ?name=FILE_NAME")
        actor = await self._threads.run(self._calls.admit, request)
        if self._under_way >= _AT_ONCE:
            raise refusal_by_status(503)
        self._under_way += 1
        try:
            data = await self._read(receive)
            return await self._threads.run(self._keep, actor, name, data)
        finally:
            self._under_way -= 1

    async def _read(self, receive: Receive) -> bytes:
        data, more = bytearray(), True
        with anyio.move_on_after(_LONGEST.total_seconds()):
            while more:
                with anyio.move_on_after(self._patience.total_seconds()) as waiting:
                    message = await receive()
                if waiting.cancelled_caught:
                    raise HTTPException(408)
                if message["type"] == "http.disconnect":
                    raise ClientDisconnect
                data += message.get("body", b"")
                if len(data) > MAX_BYTES:
                    raise TooLarge(f"{_WHAT} goes over the limit of {MAX_BYTES} bytes")
                more = message.get("more_body", False)
            return bytes(data)
        raise HTTPException(408)

    def _keep(self, actor: Actor, name: str, data: bytes) -> Response:
        id = self._uploads.put(actor, data, name, find_type(name, data))
        return Response(msgspec.json.encode({"id": id}), headers=NO_STORE, media_type=JSON)


def find_type(name: str, data: bytes) -> str:
    """Return what a file is, whatever its sender says; bytes that nobody knows are just bytes.

    Raises:
        BadInput: it is a program, an archive, or a page that could do something.
    """
    try:
        return detect_type(data)
    except FileRefused as refused:
        if refused.reason in (FileReason.UNKNOWN_TYPE, FileReason.EMPTY):
            return "application/octet-stream"
        raise BadInput(f"the file {name!r} isn't taken: {refused.reason.value}; send a picture or a document") from None

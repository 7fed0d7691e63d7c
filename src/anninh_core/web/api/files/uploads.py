"""`POST /api/v1/uploads`: a file on its way in. What it is, is told by its content.

It is sealed and stored a piece at a time while it comes: of each upload no more than a piece is in memory.
"""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import TypeVar

import msgspec
from starlette.responses import Response
from starlette.types import Receive

from anninh_core.cleaning.detection import detect_beginning, detect_file
from anninh_core.cleaning.results import FileRefused
from anninh_core.kernel.errors import BadInput, TooLarge
from anninh_core.operations.files.upload_pieces import PIECE
from anninh_core.operations.files.uploads import MAX_BYTES, IncomingFile, Uploads
from anninh_core.vocabulary.files import FileReason
from anninh_core.web.api.call_threads import CallThreads
from anninh_core.web.api.calls import Calls
from anninh_core.web.api.replies import JSON, NO_STORE
from anninh_core.web.api.request import ApiRequest
from anninh_core.web.bodies.places import FilePlaces
from anninh_core.web.bodies.reading import iter_body, require_length

_AT_ONCE = 8
_OF_ONE_PERSON = 4
_BEGINNING = 4096  # bytes by which programs and the like are known
T = TypeVar("T")


class UploadEndpoint:
    """Takes files in, of people who are known, some at a time.

    Args:
        patience: how long the sender may be waited for, as for `iter_body`.
    """

    def __init__(self, calls: Calls, uploads: Uploads, threads: CallThreads, patience: timedelta) -> None:
        self._calls = calls
        self._uploads = uploads
        self._threads = threads
        self._patience = patience
        self._places = FilePlaces(_AT_ONCE, _OF_ONE_PERSON)

    async def answer(self, request: ApiRequest, receive: Receive) -> Response:
        """Take a file in and return the id by which operations take it.

        Raises:
            TooLarge: it has more bytes than a file may have.
            BadInput: it has no name, is empty, or of a kind that nobody is shown.
            HTTPException: 408, it came too slowly; 503, too many come at once.
        """
        require_length(tuple(request.headers.items()), MAX_BYTES)
        if not (name := request.read_query().get("name", "")):
            raise BadInput("An upload has no name: send it with ?name=FILE_NAME.")
        actor = await self._threads.run(self._calls.admit, request)
        with self._places.enter(actor.id):
            file = await self._threads.run(self._uploads.begin, actor, name)
            async for piece in self._read(receive, name):
                await self._threads.run(file.add, piece)
            return await self._threads.run(_close, file)

    async def _read(self, receive: Receive, name: str) -> AsyncIterator[bytes]:
        """Yield the file in pieces of one size, and the rest; its type is looked at once its beginning is there."""
        held = bytearray()
        size = 0
        is_known = False
        async for received in iter_body(receive, self._patience):
            held += received
            if size + len(held) > MAX_BYTES:
                raise TooLarge("This request is over the limit of {limit:,} bytes: send less data.", limit=MAX_BYTES)
            if not is_known and len(held) >= _BEGINNING:
                _detect(name, detect_beginning, bytes(held[:_BEGINNING]))
                is_known = True
            while len(held) >= PIECE:
                yield bytes(held[:PIECE])
                del held[:PIECE]
                size += PIECE
        if not is_known:
            _detect(name, detect_beginning, bytes(held))
        if held:
            yield bytes(held)


def _close(file: IncomingFile) -> Response:
    id = file.close(find_type(file))
    return Response(msgspec.json.encode({"id": id}), headers=NO_STORE, media_type=JSON)


def find_type(file: IncomingFile) -> str:
    """Return what a file is, whatever its sender says; bytes that nobody knows are just bytes.

    Raises:
        BadInput: it is a program, an archive, or a page that could do something.
    """
    with file.open() as opened:
        return _detect(file.name, detect_file, opened) or "application/octet-stream"


def _detect(name: str, detect: Callable[[T], str], content: T) -> str:
    """Return the type of what a file holds, "" for none that is known; raises as `find_type` does."""
    try:
        return detect(content)
    except FileRefused as refused:
        if refused.reason in (FileReason.UNKNOWN_TYPE, FileReason.EMPTY):
            return ""
        raise BadInput(
            "File {file!r} isn't accepted ({reason}): send a picture or a document.", file=name, reason=refused.reason
        ) from None

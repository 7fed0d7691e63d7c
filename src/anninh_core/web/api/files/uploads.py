"""`POST /api/v1/uploads`: receives a file from a client. The file's type is determined by its content.

The file is encrypted and stored piece by piece while it arrives: of each upload no more than a piece is in memory.
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
# The number of bytes at the beginning of a file that suffice to recognise programs and other forbidden types.
_BEGINNING = 4096
T = TypeVar("T")


class UploadEndpoint:
    """Receives files from authenticated callers, a limited number at a time.

    Args:
        patience: time limit for the sender, as for `iter_body`.
    """

    def __init__(self, calls: Calls, uploads: Uploads, threads: CallThreads, patience: timedelta) -> None:
        self._calls = calls
        self._uploads = uploads
        self._threads = threads
        self._patience = patience
        self._places = FilePlaces(_AT_ONCE, _OF_ONE_PERSON)

    async def answer(self, request: ApiRequest, receive: Receive) -> Response:
        """Store an uploaded file and return its id, which operations take as an argument.

        Raises:
            TooLarge: the file is over the size limit.
            BadInput: the file has no name, is empty, or is of a kind that is never shown.
            HTTPException: 408, too slow; 503, too many uploads at the same time.
        """
        require_length(tuple(request.headers.items()), MAX_BYTES)
        if not (name := request.read_query().get("name", "")):
            raise BadInput("An upload has no name: send it with ?name=FILE_NAME.")
        actor = await self._threads.run(self._calls.admit, request)
        with self._places.enter(actor.id):
            file = await self._threads.run(self._uploads.begin, actor, name)
            async for piece in self._iter_pieces(receive, name):
                await self._threads.run(file.add, piece)
            return await self._threads.run(_close_upload, file)

    async def _iter_pieces(self, receive: Receive, name: str) -> AsyncIterator[bytes]:
        """Yield an uploaded file in pieces of equal size, the last may be smaller; the type is checked once the
        beginning has arrived.
        """
        buffer = bytearray()
        size = 0
        is_checked = False
        async for piece in iter_body(receive, self._patience):
            buffer += piece
            if size + len(buffer) > MAX_BYTES:
                raise TooLarge("This request is over the limit of {limit:,} bytes: send less data.", limit=MAX_BYTES)
            if not is_checked and len(buffer) >= _BEGINNING:
                _detect_type(name, detect_beginning, bytes(buffer[:_BEGINNING]))
                is_checked = True
            while len(buffer) >= PIECE:
                yield bytes(buffer[:PIECE])
                del buffer[:PIECE]
                size += PIECE
        if not is_checked:
            _detect_type(name, detect_beginning, bytes(buffer))
        if buffer:
            yield bytes(buffer)


def _close_upload(file: IncomingFile) -> Response:
    id = file.close(find_type(file))
    return Response(msgspec.json.encode({"id": id}), headers=NO_STORE, media_type=JSON)


def find_type(file: IncomingFile) -> str:
    """Return a file's media type by its content, whatever its sender states; `application/octet-stream` if unknown.

    Raises:
        BadInput: the file is a program, an archive, or a page with active content.
    """
    with file.open() as opened:
        return _detect_type(file.name, detect_file, opened) or "application/octet-stream"


def _detect_type(name: str, detect: Callable[[T], str], content: T) -> str:
    """Return the media type of a file's content, "" if unknown; raise `BadInput` as `find_type` does."""
    try:
        return detect(content)
    except FileRefused as refused:
        if refused.reason in (FileReason.UNKNOWN_TYPE, FileReason.EMPTY):
            return ""
        raise BadInput(
            "File {file!r} isn't accepted ({reason}): send a picture or a document.", file=name, reason=refused.reason
        ) from None

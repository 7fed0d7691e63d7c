"""Forms as browsers send them. Files stay in memory: nothing of them is laid on a disk unsealed."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from anninh_core.board.pages.request import SentFile, Values

_MOST_TEXT = 1024 * 1024
_MOST_FILES = 26 * 1024 * 1024
_MOST_FIELDS = 1000
_MOST_AT_ONCE = 2
"""Bodies with files that are read at the same time, as each is held in memory."""


class _MemoryParser(MultiPartParser):
    spool_max_size: int = _MOST_FILES


class FormReader:
    """Reads forms."""

    def __init__(self) -> None:
        self._reading = 0

    async def read(self, request: Request) -> tuple[Values, Mapping[str, SentFile]]:
        """Return fields and files of a form.

        Raises:
            HTTPException: 400, it is no form; 413, it is too large; 503, too many files come in.
        """
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type == "multipart/form-data":
            return await self._read_files(request)
        if media_type not in ("application/x-www-form-urlencoded", ""):
            raise HTTPException(400)
        body = await _read(request, _MOST_TEXT)
        try:
            pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        except ValueError as error:
            raise HTTPException(400) from error
        return _gather(pairs), {}

    async def _read_files(self, request: Request) -> tuple[Values, Mapping[str, SentFile]]:
        _require_length(request, _MOST_FILES)
        if self._reading >= _MOST_AT_ONCE:
            raise HTTPException(503)
        self._reading += 1
        try:
            parser = _MemoryParser(
                request.headers, request.stream(), max_files=10, max_fields=_MOST_FIELDS, max_part_size=_MOST_TEXT
            )
            form = await parser.parse()
            try:
                sent = {name: value for name, value in form.multi_items() if isinstance(value, UploadFile)}
                files = {
                    name: SentFile(file.filename or "", _type(file), await file.read()) for name, file in sent.items()
                }
                return _gather([(name, value) for name, value in form.multi_items() if isinstance(value, str)]), files
            finally:
                await form.close()
        except MultiPartException as error:
            raise HTTPException(400) from error
        finally:
            self._reading -= 1


def _type(file: UploadFile) -> str:
    return file.content_type or "application/octet-stream"


def gather_query(request: Request) -> Values:
    """Return what stands behind the question mark."""
    return _gather(request.query_params.multi_items())


def _gather(pairs: list[tuple[str, str]]) -> Values:
    gathered: dict[str, list[str]] = {}
    for name, value in pairs:
        gathered.setdefault(name, []).append(value)
    return gathered


def _require_length(request: Request, limit: int) -> None:
    said = request.headers.get("content-length", "")
    if not said.isascii() or not said.isdecimal():
        raise HTTPException(411)
    if len(said) > len(str(limit)) or int(said) > limit:
        raise HTTPException(413)


async def _read(request: Request, limit: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise HTTPException(413)
    return bytes(body)

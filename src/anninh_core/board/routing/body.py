"""Reading of submitted forms. Files stay in memory: no part of them is written to a disk unencrypted.

Of a large body only the beginning is read before its form token is checked: the token is the first field of every form.
Bodies of unauthenticated senders and bodies of officers have separate limits.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import ExitStack
from datetime import timedelta
from urllib.parse import parse_qsl

from attrs import frozen
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from anninh_core.board.browser.form_tokens import FORM_TOKEN, WrongFormToken, is_form_token
from anninh_core.board.pages.request import SentFile, Values
from anninh_core.kernel.errors import TooLarge
from anninh_core.web.bodies.places import SMALL_BODY, BodyPlaces, FilePlaces
from anninh_core.web.bodies.reading import iter_body, read_body_in_time
from anninh_core.web.error_responses import build_refusal

_MOST_TEXT = 1024 * 1024
_MOST_FILES = 26 * 1024 * 1024
_MOST_FIELDS = 1000
_MOST_OF_STRANGERS = 128 * 1024
_STRANGERS_AT_ONCE = 8
"""Limit of concurrent bodies over `SMALL_BODY` from unauthenticated senders. No sign-in form is that large."""
_FILES_AT_ONCE = 4
"""Limit of concurrent bodies with files, as each is held in memory."""
_FILES_OF_ONE = 2
"""Limit of concurrent bodies with files per officer."""

_MULTIPART = "multipart/form-data"
_URLENCODED = "application/x-www-form-urlencoded"


@frozen
class FormSender:
    """An officer who sends a form.

    Attributes:
        session_token: token of the session that the form's token must belong to.
    """

    officer: str
    session_token: str

    def check(self, name: str, value: object) -> None:
        """Check the first field of a form.

        Raises:
            WrongFormToken: the field isn't a form token made for this session.
        """
        if name != FORM_TOKEN or not isinstance(value, str) or not is_form_token(value, self.session_token):
            raise WrongFormToken


class FormReader:
    """Reads submitted forms.

    Args:
        patience: time limit of a small body, and longest pause of the sender of a large one.
    """

    def __init__(self, patience: timedelta) -> None:
        self._patience = patience
        self._strangers = BodyPlaces(_STRANGERS_AT_ONCE)
        self._files = FilePlaces(_FILES_AT_ONCE, _FILES_OF_ONE)

    async def read_anonymous(self, request: Request) -> Values:
        """Return the fields of a form from an unauthenticated sender.

        Raises:
            HTTPException: 400, not a form, or with files; 408, too slow; 413, too large; 503, too many large bodies at
                the same time.
        """
        if _find_media_type(request) != _URLENCODED:
            raise HTTPException(400)
        try:
            with self._strangers.enter() as place:
                body = await read_body_in_time(request.receive, _MOST_OF_STRANGERS, place, self._patience)
        except TooLarge as error:
            raise build_refusal(error) from None
        return _parse_body(body)

    async def read(self, request: Request, sender: FormSender) -> tuple[Values, Mapping[str, SentFile]]:
        """Return fields and files of an officer's form.

        Raises:
            WrongFormToken: a large form doesn't begin with its token.
            HTTPException: 400, not a form; 408, too slow; 411, files without a length; 413, too large; 503, too many
                bodies with files at the same time.
        """
        media_type = _find_media_type(request)
        if media_type == _MULTIPART:
            return await self._read_files(request, sender)
        if media_type != _URLENCODED:
            raise HTTPException(400)
        body = bytearray()
        is_checked = False
        async for piece in iter_body(request.receive, self._patience):
            body += piece
            if len(body) > _MOST_TEXT:
                raise HTTPException(413)
            if len(body) > SMALL_BODY and not is_checked:
                beginning = bytes(body).partition(b"&")[0]
                sender.check(*next(iter(_parse_pairs(beginning)), ("", "")))
                is_checked = True
        return _parse_body(bytes(body)), {}

    async def _read_files(self, request: Request, sender: FormSender) -> tuple[Values, Mapping[str, SentFile]]:
        _require_length(request, _MOST_FILES)
        with ExitStack() as place:

            def check_first(name: str, value: object) -> None:
                sender.check(name, value)
                place.enter_context(self._files.enter(sender.officer))

            parser = _FormParser(request, iter_body(request.receive, self._patience), check_first)
            try:
                form = await parser.parse()
            except MultiPartException as error:
                raise HTTPException(400) from error
            try:
                sent = {name: value for name, value in form.multi_items() if isinstance(value, UploadFile)}
                files = {
                    name: SentFile(file.filename or "", _find_file_type(file), await file.read())
                    for name, file in sent.items()
                }
                return _group_values(
                    [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
                ), files
            finally:
                await form.close()


class _FormParser(MultiPartParser):
    """Parses a form with files, and checks its first field before more than a small body is read.

    Args:
        check_first: called with name and value of the first field; raises to stop reading.
    """

    spool_max_size: int = _MOST_FILES

    def __init__(
        self, request: Request, pieces: AsyncIterator[bytes], check_first: Callable[[str, object], None]
    ) -> None:
        super().__init__(
            request.headers,
            self._limit_unchecked(pieces),
            max_files=10,
            max_fields=_MOST_FIELDS,
            max_part_size=_MOST_TEXT,
        )
        self._check_first = check_first
        self._is_checked = False

    def on_part_end(self) -> None:
        """Check the first field once it is complete."""
        super().on_part_end()
        if not self._is_checked:
            self._check_first(*self.items[0])
            self._is_checked = True

    async def _limit_unchecked(self, pieces: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
        """Yield the pieces; raise `WrongFormToken` if the first field isn't complete within a small body."""
        size = 0
        async for piece in pieces:
            yield piece
            size += len(piece)
            if size > SMALL_BODY and not self._is_checked:
                raise WrongFormToken


def is_large(request: Request) -> bool:
    """Return whether a form may be larger than a small body."""
    length = request.headers.get("content-length", "")
    is_short = length.isascii() and length.isdecimal() and len(length) < 10 and int(length) <= SMALL_BODY
    return _find_media_type(request) == _MULTIPART or not is_short


def _find_media_type(request: Request) -> str:
    """Return the media type of a form, that of a URL-encoded form if the header is missing."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() or _URLENCODED


def _find_file_type(file: UploadFile) -> str:
    return file.content_type or "application/octet-stream"


def read_query(request: Request) -> Values:
    """Return the parameters of the query string."""
    return _group_values(request.query_params.multi_items())


def _parse_body(body: bytes) -> Values:
    return _group_values(_parse_pairs(body))


def _parse_pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise HTTPException(400) from error


def _group_values(pairs: list[tuple[str, str]]) -> Values:
    gathered: dict[str, list[str]] = {}
    for name, value in pairs:
        gathered.setdefault(name, []).append(value)
    return gathered


def _require_length(request: Request, limit: int) -> None:
    length = request.headers.get("content-length", "")
    if not length.isascii() or not length.isdecimal():
        raise HTTPException(411)
    if len(length) > len(str(limit)) or int(length) > limit:
        raise HTTPException(413)

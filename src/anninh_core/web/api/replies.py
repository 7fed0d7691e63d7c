"""HTTP responses with the results of API operations."""

from urllib.parse import quote

from starlette.responses import Response

from anninh_core.kernel.hidden import drop_hidden
from anninh_core.operations import OperationGateway
from anninh_core.usecase.views import Download, is_view

JSON = "application/json"
NO_STORE = {"Cache-Control": "no-store"}

FILE_TYPES = (
    "application/octet-stream",
    "application/json",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "audio/mpeg",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/svg+xml",
    "text/csv",
    "text/html",
    "text/markdown",
    "text/plain",
    "video/mp4",
)
"""Media types that files are sent under; a file of any other type is sent under the first type of the list."""


def build_response(gateway: OperationGateway, answer: object) -> Response:
    """Return the HTTP response for an operation's result: a file, or else JSON."""
    if isinstance(answer, Download):
        return _build_file_response(answer)
    headers = NO_STORE
    if is_view(type(answer)) and isinstance(version := getattr(answer, "version", None), int):
        headers = {**NO_STORE, "ETag": format_etag(version)}
    return Response(gateway.encode(answer), headers=headers, media_type=JSON)


def format_etag(version: int) -> str:
    """Return a record's version as the value of an `ETag` header."""
    return f'"{version}"'


def _build_file_response(file: Download) -> Response:
    """Return an HTTP response with a file that a browser saves and never shows, whatever its content."""
    media_type = file.media_type.partition(";")[0].strip().lower()
    return Response(
        file.data,
        headers={
            **NO_STORE,
            "Content-Disposition": format_disposition(file.name),
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
        media_type=media_type if media_type in FILE_TYPES else "application/octet-stream",
    )


def format_disposition(name: str) -> str:
    """Return a `Content-Disposition` header that makes a browser save a file under a safe name.

    The name has no folder, control characters or direction marks; it is given once in ASCII for old clients, once in
    full (RFC 6266).
    """
    flat = drop_hidden(name).replace("\\", "/").rpartition("/")[2].strip(" .")
    safe = "".join(sign for sign in flat if sign.isprintable() and sign not in '<>:"|?*')[:150] or "file"
    plain = "".join(sign if sign.isascii() and sign not in "%;" else "_" for sign in safe)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"

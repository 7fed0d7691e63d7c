"""Files as a browser gets them: saved under a safe name, or a cleaned picture looked at, and never run."""

from starlette.responses import Response

from anninh_core.web.api.replies import FILE_TYPES, format_disposition

_PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"GIF8": "image/gif"}
_NO_LIFE = {"Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "no-store"}


def save(name: str, media_type: str, data: bytes) -> Response:
    """Return a file that a browser saves, whatever lies in it."""
    plain = media_type.partition(";")[0].strip().lower()
    headers = {**_NO_LIFE, "Content-Disposition": format_disposition(name)}
    return Response(data, headers=headers, media_type=plain if plain in FILE_TYPES else "application/octet-stream")


def show_or_save(name: str, data: bytes) -> Response:
    """Return a picture that a browser shows, by what its first bytes say; anything else it saves."""
    kind = next((kind for head, kind in _PICTURES.items() if data.startswith(head)), None)
    if kind is None and data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        kind = "image/webp"
    if kind is None:
        return save(name, "application/octet-stream", data)
    headers = {**_NO_LIFE, "Content-Disposition": format_disposition(name).replace("attachment", "inline", 1)}
    return Response(data, headers=headers, media_type=kind)

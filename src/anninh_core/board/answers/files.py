"""Files as a browser gets them: saved under a safe name, or a picture made anew here looked at, and never run."""

from typing import Any

from starlette.responses import Response

from anninh_core.web.api.replies import FILE_TYPES, format_disposition

_NO_LIFE = {"Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "no-store"}


def send_file(file: Any) -> Response:
    """Return a `Download`: a browser shows what is inert, and saves anything else, whatever lies in it."""
    plain = file.media_type.partition(";")[0].strip().lower()
    disposition = format_disposition(file.name)
    if file.is_inert:
        disposition = disposition.replace("attachment", "inline", 1)
    elif plain not in FILE_TYPES:
        plain = FILE_TYPES[0]
    return Response(file.data, headers={**_NO_LIFE, "Content-Disposition": disposition}, media_type=plain)

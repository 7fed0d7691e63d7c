"""HTTP responses with compressed pages, with files that a browser never runs, and with passkey options for the
script.
"""

import gzip
import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from anninh_core.web.api.replies import FILE_TYPES, format_disposition

_LEVEL = 5
_SMALL = 1000
_OWN = frozenset({"same-origin", "none"})
"""Values of the header `Sec-Fetch-Site` for a page that was reached from the board itself, typed or bookmarked."""
_NO_LIFE = {"Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "no-store"}


def build_page_response(text: str, status: int, headers: Mapping[str, str]) -> Response:
    """Return a page, compressed if the browser accepts that and no other site caused the request.

    The length of a compressed page reveals whether words in its address occur on it a second time. Another site may
    lead an officer to addresses of its choice, again and again, and observe the lengths on the line (BREACH); such
    pages aren't compressed, nor are those of browsers that don't send `Sec-Fetch-Site`.

    Args:
        headers: request headers, by lower-case names.
    """
    data = text.encode()
    takes_it = "gzip" in headers.get("accept-encoding", "") and headers.get("sec-fetch-site") in _OWN
    if not takes_it or len(data) < _SMALL:
        return Response(data, status, media_type="text/html")
    packed = gzip.compress(data, _LEVEL, mtime=0)
    return Response(packed, status, {"Content-Encoding": "gzip"}, media_type="text/html")


def build_file_response(file: Any) -> Response:
    """Return a `Download` as a response: the browser shows an inert file and saves any other, whatever its content."""
    plain = file.media_type.partition(";")[0].strip().lower()
    disposition = format_disposition(file.name)
    if file.is_inert:
        disposition = disposition.replace("attachment", "inline", 1)
    elif plain not in FILE_TYPES:
        plain = FILE_TYPES[0]
    return Response(file.data, headers={**_NO_LIFE, "Content-Disposition": disposition}, media_type=plain)


def build_passkey_response(offer: Any) -> Response:
    """Return a `PasskeyOffer` as JSON for the script."""
    body = {"ticket": offer.ticket, "options": offer.options}
    return Response(json.dumps(body), media_type="application/json")

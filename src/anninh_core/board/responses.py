"""Responses: packed pages, files that a browser never runs, and what a script asks a device for a passkey."""

import gzip
import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from anninh_core.web.api.replies import FILE_TYPES, format_disposition

_LEVEL = 5
_SMALL = 1000
_OWN = frozenset({"same-origin", "none"})
"""What a browser says of a page that one of ours led to, or that was typed or bookmarked."""
_NO_LIFE = {"Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "no-store"}


def send_page(text: str, status: int, asked: Mapping[str, str]) -> Response:
    """Return a page, packed where the browser takes that and nobody else made it ask.

    How long a packed page is tells whether words in its address stand on it a second time. Another site may lead
    somebody to an address of its choice, again and again, and see the lengths on the line (BREACH); such pages aren't
    packed, nor those of browsers that don't say what led to them.

    Args:
        asked: headers of the request, by names in small letters.
    """
    data = text.encode()
    takes_it = "gzip" in asked.get("accept-encoding", "") and asked.get("sec-fetch-site") in _OWN
    if not takes_it or len(data) < _SMALL:
        return Response(data, status, media_type="text/html")
    packed = gzip.compress(data, _LEVEL, mtime=0)
    return Response(packed, status, {"Content-Encoding": "gzip"}, media_type="text/html")


def send_file(file: Any) -> Response:
    """Return a `Download`: a browser shows what is inert, and saves anything else, whatever lies in it."""
    plain = file.media_type.partition(";")[0].strip().lower()
    disposition = format_disposition(file.name)
    if file.is_inert:
        disposition = disposition.replace("attachment", "inline", 1)
    elif plain not in FILE_TYPES:
        plain = FILE_TYPES[0]
    return Response(file.data, headers={**_NO_LIFE, "Content-Disposition": disposition}, media_type=plain)


def send_offer(offer: Any) -> Response:
    """Return a `PasskeyOffer` for the script."""
    said = {"ticket": offer.ticket, "options": offer.options}
    return Response(json.dumps(said), media_type="application/json")

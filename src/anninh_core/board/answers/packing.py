"""Pages packed for slow lines, where that tells nobody anything."""

import gzip
from collections.abc import Mapping

from starlette.responses import Response

_LEVEL = 5
_SMALL = 1000
_OWN = frozenset({"same-origin", "none"})
"""What a browser says of a page that one of ours led to, or that was typed or bookmarked."""


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

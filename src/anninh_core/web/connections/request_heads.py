"""What a head must not be though the parser lets it pass."""

from collections.abc import Sequence

VERSIONS = ("1.0", "1.1")


class BadHead(Exception):
    """A head that is no HTTP/1, or one that two readers may understand differently."""


def check_head(version: str, headers: Sequence[tuple[bytes, bytes]]) -> None:
    """Check what the parser leaves to others.

    Where we read a request otherwise than the proxy before us, a part of it could be taken for another request.

    Args:
        version: of HTTP.
        headers: names in small letters.

    Raises:
        BadHead: the version is none of HTTP/1; it names no host, or several; its body is in pieces, but packed as well,
            or by a version that knows no pieces.
    """
    if version not in VERSIONS:
        raise BadHead(f"HTTP/{version}")
    hosts = sum(name == b"host" for name, _ in headers)
    if hosts > 1 or (not hosts and version == "1.1"):
        raise BadHead(f"{hosts} hosts")
    encodings = [value for name, value in headers if name == b"transfer-encoding"]
    if encodings and (version == "1.0" or [value.lower() for value in encodings] != [b"chunked"]):
        raise BadHead("a body in pieces that can't be read")

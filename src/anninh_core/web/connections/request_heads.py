"""Checks of an HTTP request's head that the parser doesn't do."""

from collections.abc import Sequence

VERSIONS = ("1.0", "1.1")


class BadHead(Exception):
    """The head of a request isn't HTTP/1, or two parsers may understand it differently."""


def check_head(version: str, headers: Sequence[tuple[bytes, bytes]]) -> None:
    """Check the parts of a request's head that the parser doesn't check.

    If we read a request differently from the proxy in front of us, a part of it could be taken for another request.

    Args:
        version: HTTP version.
        headers: with lower-case names.

    Raises:
        BadHead: the version isn't HTTP/1; there is no host, or several; or a chunked body has another encoding as well,
            or comes by HTTP/1.0.
    """
    if version not in VERSIONS:
        raise BadHead(f"HTTP/{version}")
    hosts = sum(name == b"host" for name, _ in headers)
    if hosts > 1 or (not hosts and version == "1.1"):
        raise BadHead(f"{hosts} hosts")
    encodings = [value for name, value in headers if name == b"transfer-encoding"]
    if encodings and (version == "1.0" or [value.lower() for value in encodings] != [b"chunked"]):
        raise BadHead("a body in pieces that can't be read")

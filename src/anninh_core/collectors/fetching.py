"""Fetching a source by HTTP, within limits of size and total time. Error messages contain no address, because addresses
may contain keys.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from socket import SHUT_RDWR, socket
from threading import Timer
from time import monotonic
from urllib.parse import SplitResult, urljoin, urlsplit

from attrs import field, frozen

from anninh_core.kernel.errors import NeedsPerson, RetryLater, TooLarge
from anninh_core.ports import CollectionLimits

MOST_MOVES = 5
_MOVED = (301, 302, 303, 307, 308)
_LATER = (408, 425, 429)
_LONGEST = timedelta(days=7)


@frozen(kw_only=True)
class SourceValidators:
    """Cache validators of a response: the server's entity tag and modification date."""

    etag: str = ""
    modified: str = ""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of a conditional request."""
        validators = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in validators.items() if value and value.isprintable()}


@frozen(kw_only=True)
class SourceAnswer:
    """A response of the server of a source.

    Attributes:
        body: None if the source hasn't changed.
        validators: to be sent with the next request.
        moved_to: target of a redirect; "" for none.
    """

    body: bytes | None = None
    validators: SourceValidators = field(factory=SourceValidators)
    moved_to: str = ""


def fetch_source(url: str, validators: SourceValidators, limits: CollectionLimits) -> SourceAnswer:
    """Fetch an address, and follow its redirects.

    Args:
        url: address of the source, by http or https.
        validators: of the previous response; empty for the first request.
        limits: of the size, and of the total time. Name resolution isn't interrupted, however long it takes.

    Raises:
        RetryLater: the server can't be reached, is too slow or asks for a pause; `after` is that pause.
        NeedsPerson: the source is gone, refuses access, or redirects to an address that isn't a web page.
        TooLarge: the response is larger than allowed.
    """
    deadline = monotonic() + limits.seconds
    for _ in range(MOST_MOVES):
        answer = _fetch_once(url, validators, limits.size, deadline)
        if not answer.moved_to:
            return answer
        url = resolve_redirect(url, answer.moved_to)
    raise NeedsPerson("The source keeps redirecting from one address to another: correct its URL.")


def resolve_redirect(url: str, to: str) -> str:
    """Return the target of a redirect; a redirect from https to http is refused."""
    target = urljoin(url, to)
    if url.startswith("https:") and not target.startswith("https:"):
        raise NeedsPerson("The source redirects from https to an insecure address: correct its URL.")
    return target


def _fetch_once(url: str, validators: SourceValidators, size: int, deadline: float) -> SourceAnswer:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NeedsPerson(
            "The address of the source, or one that it redirects to, isn't an http or https address: correct its URL."
        )
    connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = connect(parts.hostname, parts.port, timeout=_remaining_seconds(deadline))
    try:
        connection.connect()
        with _shut_down_at(deadline, connection.sock):
            answer = _send_request(connection, parts, validators, size)
    except (OSError, HTTPException, ValueError) as error:
        if isinstance(error, TooLarge):
            raise
        raise RetryLater(
            "{host} can't be reached or gave an invalid response ({reason}): try again later.",
            host=parts.hostname,
            reason=type(error).__name__,
        ) from None
    finally:
        connection.close()
    if monotonic() >= deadline:
        raise RetryLater("{host} took longer than allowed: try again later.", host=parts.hostname)
    return answer


def _send_request(
    connection: HTTPConnection, parts: SplitResult, validators: SourceValidators, size: int
) -> SourceAnswer:
    target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    headers = {"User-Agent": "anninh", "Accept": "*/*", "Accept-Encoding": "identity"}
    connection.request("GET", target, headers={**headers, **validators.headers})
    with connection.getresponse() as response:
        return _read_response(response, parts.hostname or "", size)


def _remaining_seconds(deadline: float) -> float:
    return max(deadline - monotonic(), 0.001)


@contextmanager
def _shut_down_at(deadline: float, connected: socket) -> Iterator[None]:
    """Shut the socket down at the deadline, because the socket's own timeout restarts with each received byte."""

    def shut_down_socket() -> None:
        with suppress(OSError):  # The socket may be closed already.
            connected.shutdown(SHUT_RDWR)

    watch = Timer(_remaining_seconds(deadline), shut_down_socket)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _read_response(response: HTTPResponse, host: str, size: int) -> SourceAnswer:
    if response.status == 304:
        return SourceAnswer()
    if response.status in _MOVED:
        return SourceAnswer(moved_to=response.headers.get("Location", ""))
    if response.status in _LATER or response.status >= 500:
        after = parse_retry_after(response.headers.get("Retry-After", ""), response.headers.get("Date", ""))
        raise RetryLater(
            "{host} responded with status {status}: try again later.", after=after, host=host, status=response.status
        )
    if response.status != 200:
        raise NeedsPerson(
            "{host} responded with status {status}, so the source is gone or closed: correct its settings.",
            host=host,
            status=response.status,
        )
    announced = response.length or 0
    body = b"" if announced > size else response.read(size + 1)
    if announced > size or len(body) > size:
        raise TooLarge("The source at {host} has more than {most:,} bytes: name a smaller one.", host=host, most=size)
    if len(body) < announced:
        raise RetryLater("The connection to the source at {host} broke off: try again later.", host=host)
    validators = SourceValidators(
        etag=response.headers.get("ETag", ""), modified=response.headers.get("Last-Modified", "")
    )
    return SourceAnswer(body=body, validators=validators)


def parse_retry_after(value: str, now: str) -> timedelta | None:
    """Return the pause that a server asks for, measured by its own clock, at most a week; None if it states none."""
    if value.isascii() and value.isdigit():
        return min(timedelta(seconds=int(value[:9])), _LONGEST)
    try:
        pause = parsedate_to_datetime(value) - parsedate_to_datetime(now)
    except (ValueError, TypeError):  # The value isn't a date, or it is a date without a time zone.
        return None
    return min(max(pause, timedelta()), _LONGEST)

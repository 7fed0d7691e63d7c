"""Asking a source by HTTP, within limits of bytes and of the whole time. Errors tell no address: keys stand in it."""

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
    """By what a server knows what we have: its tag and its moment, as it gave them."""

    etag: str = ""
    modified: str = ""

    @property
    def headers(self) -> Mapping[str, str]:
        """What a request says of them."""
        said = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in said.items() if value and value.isprintable()}


@frozen(kw_only=True)
class SourceAnswer:
    """What came.

    Attributes:
        body: None where the server says that nothing has changed.
        validators: to be given the next time.
        moved_to: where it leads instead; "" once somebody answers.
    """

    body: bytes | None = None
    validators: SourceValidators = field(factory=SourceValidators)
    moved_to: str = ""


def fetch_source(url: str, validators: SourceValidators, limits: CollectionLimits) -> SourceAnswer:
    """Ask for an address, and for those that it leads to.

    Args:
        url: of the source, by http or https.
        validators: of the answer before; those of none for the first time.
        limits: of bytes, and of the time that all of it takes. The name of a host is looked up as long as that takes.

    Raises:
        RetryLater: nobody answers, or not now, or not in time; `after` is what the server asks for.
        NeedsPerson: the source is gone, lets nobody in, or leads elsewhere than to a page of the web.
        TooLarge: more came than may be taken.
    """
    deadline = monotonic() + limits.seconds
    for _ in range(MOST_MOVES):
        answer = _ask(url, validators, limits.size, deadline)
        if not answer.moved_to:
            return answer
        url = follow(url, answer.moved_to)
    raise NeedsPerson("The source keeps redirecting from one address to another: correct its URL.")


def follow(url: str, to: str) -> str:
    """Return where an address leads; what was asked for under a seal isn't taken in the open."""
    target = urljoin(url, to)
    if url.startswith("https:") and not target.startswith("https:"):
        raise NeedsPerson("The source redirects from https to an insecure address: correct its URL.")
    return target


def _ask(url: str, validators: SourceValidators, size: int, deadline: float) -> SourceAnswer:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NeedsPerson(
            "The address of the source, or one that it redirects to, isn't an http or https address: correct its URL."
        )
    connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = connect(parts.hostname, parts.port, timeout=_left(deadline))
    try:
        connection.connect()
        with _hung_up_at(deadline, connection.sock):
            answer = _converse(connection, parts, validators, size)
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


def _converse(connection: HTTPConnection, parts: SplitResult, validators: SourceValidators, size: int) -> SourceAnswer:
    target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    headers = {"User-Agent": "anninh", "Accept": "*/*", "Accept-Encoding": "identity"}
    connection.request("GET", target, headers={**headers, **validators.headers})
    with connection.getresponse() as response:
        return _read(response, parts.hostname or "", size)


def _left(deadline: float) -> float:
    return max(deadline - monotonic(), 0.001)


@contextmanager
def _hung_up_at(deadline: float, held: socket) -> Iterator[None]:
    """Hang up once the time is over: a socket's own timeout begins anew with each byte that drips in."""

    def hang_up() -> None:
        with suppress(OSError):  # it is closed already
            held.shutdown(SHUT_RDWR)

    watch = Timer(_left(deadline), hang_up)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _read(response: HTTPResponse, host: str, size: int) -> SourceAnswer:
    if response.status == 304:
        return SourceAnswer()
    if response.status in _MOVED:
        return SourceAnswer(moved_to=response.headers.get("Location", ""))
    if response.status in _LATER or response.status >= 500:
        after = retry_after(response.headers.get("Retry-After", ""), response.headers.get("Date", ""))
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


def retry_after(told: str, now: str) -> timedelta | None:
    """Return how long a server wants to be left alone, a week at most, by its own clock; None where it doesn't say."""
    if told.isascii() and told.isdigit():
        return min(timedelta(seconds=int(told[:9])), _LONGEST)
    try:
        pause = parsedate_to_datetime(told) - parsedate_to_datetime(now)
    except (ValueError, TypeError):  # no date, or one of the two in no time zone
        return None
    return min(max(pause, timedelta()), _LONGEST)

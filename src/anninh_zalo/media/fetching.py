"""Downloads the files that people sent from Zalo's media hosts.

The links are as good as secret: whoever has one sees the picture. They stand in no error and in no log.
"""

import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from threading import Lock

import httpcore
import httpx
from attrs import field, frozen

from anninh_core.kernel.errors import (
    DeliveryError,
    MediaTooLarge,
    RecipientUnreachable,
    RequestRejected,
    RetryLater,
)
from anninh_core.vocabulary.messages import Attachment
from anninh_zalo.media.guard import HOSTS, Guard, Resolve, Target, resolved
from anninh_zalo.media.network import Pinned

MOST_BYTES = 50_000_000
"""Files of people can be larger than the 10 MB that an account may send; what a phone films in a minute fits in."""

_REDIRECTS = 3
_MOVED = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({403, 404, 410})
"""What the media hosts answer once a link has run out."""

_LONGEST = timedelta(hours=1)  # that an answer may ask us to wait
_NOT_SENT = (httpcore.ConnectError, httpcore.ConnectTimeout)
_BROKEN = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, httpcore.UnsupportedProtocol)


@frozen(kw_only=True)
class Waits:
    """Seconds to wait.

    Attributes:
        connect: for a connection.
        read: for the next piece.
        total: for the whole, redirects included; below the two minutes that a worker holds what it fetches.
    """

    connect: float = 5
    read: float = 15
    total: float = 60


@frozen(kw_only=True)
class Ways:
    """How the network is used; other ways are for tests.

    Attributes:
        resolve: who is asked for the addresses of a name.
        network: makes the connections.
        trusted: returns what is trusted to sign certificates.
        ticks: seconds of a clock that is never set.
    """

    resolve: Resolve = resolved
    network: httpcore.NetworkBackend = field(factory=httpcore.SyncBackend)
    trusted: Callable[[], ssl.SSLContext] = httpx.create_ssl_context
    ticks: Callable[[], float] = time.monotonic


class Fetcher:
    """Fetches files. Threads may share it; each fetch has a connection of its own, and none is kept.

    There is no proxy: the guard can check only connections that we open ourselves.

    Args:
        hosts: see `Guard`.
        most_bytes: the size of the largest file taken in.
        waits: how long it may take.
        ways: how the network is used.

    Raises:
        ConfigurationError: see `Guard`.
    """

    def __init__(
        self,
        hosts: Sequence[str] = HOSTS,
        most_bytes: int = MOST_BYTES,
        *,
        waits: Waits | None = None,
        ways: Ways | None = None,
    ) -> None:
        self._ways = ways or Ways()
        self._waits = waits or Waits()
        self._guard = Guard(hosts, self._ways.resolve)
        self._most = most_bytes
        self._lock = Lock()
        self._trusted: ssl.SSLContext | None = None

    def fetch(self, attachment: Attachment) -> bytes:
        """Return what lies behind an attachment's link, as its server gave it: nothing is unpacked or believed.

        Raises:
            RetryLater: the network, the server or the name service is in trouble.
            RecipientUnreachable: the link has run out.
            MediaTooLarge: it has more than `most_bytes`.
            RequestRejected: the link, or one that it leads on to, isn't the platform's; or the answer is packed.
        """
        until, url = self._ways.ticks() + self._waits.total, attachment.url
        for _ in range(1 + _REDIRECTS):
            found = self._answered(self._guard.target(url), until)
            if isinstance(found, bytes):
                return found
            url = _joined(url, found.to)
        raise RequestRejected(f"the link of a file leads on more than {_REDIRECTS} times")

    def _answered(self, target: Target, until: float) -> "bytes | _Moved":
        """Return the file, or where it is now. Errors are raised outside the handler: their causes know too much."""
        try:
            with self._asked(target, until) as response:
                return self._taken(response)
        except _NOT_SENT as error:
            failure = RetryLater(f"no connection to the platform's media host ({type(error).__name__})")
        except _BROKEN as error:
            failure = RetryLater(f"the connection to the platform's media host broke ({type(error).__name__})")
        raise failure

    @contextmanager
    def _asked(self, target: Target, until: float) -> Iterator[httpcore.Response]:
        waits = {"connect": self._waits.connect, "read": self._waits.read, "write": self._waits.read}
        network = Pinned(target, lambda: until - self._ways.ticks(), self._ways.network)
        context = self._context() if target.scheme == "https" else None
        url = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
        with (
            httpcore.ConnectionPool(context, max_keepalive_connections=0, network_backend=network) as pool,
            pool.stream(
                "GET", url, headers={"Accept-Encoding": "identity", "Accept": "*/*"}, extensions={"timeout": waits}
            ) as response,
        ):
            yield response

    def _context(self) -> ssl.SSLContext:
        with self._lock:
            self._trusted = self._trusted or self._ways.trusted()
            return self._trusted

    def _taken(self, response: httpcore.Response) -> "bytes | _Moved":
        headers = {name.lower().decode("latin-1"): value.decode("latin-1") for name, value in response.headers}
        if response.status in _MOVED and headers.get("location"):
            return _Moved(headers["location"])
        if response.status != 200:
            raise _refusal(response.status, headers)
        if headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise RequestRejected("a file came packed although that wasn't asked for; it isn't unpacked")
        self._fits(int(headers.get("content-length", "0")))
        return self._read(response)

    def _read(self, response: httpcore.Response) -> bytes:
        data = bytearray()
        for piece in response.iter_stream():
            data += piece
            self._fits(len(data))
        return bytes(data)

    def _fits(self, size: int) -> None:
        if size > self._most:
            raise MediaTooLarge(f"a file has more than the {self._most:,} bytes that are taken in")


@frozen
class _Moved:
    """Where a link leads on to."""

    to: str = field(repr=False)


def _joined(url: str, location: str) -> str:
    """Return the next link; one that can't be read is refused by the guard."""
    try:
        return str(httpx.URL(url).join(location))
    except (httpx.InvalidURL, ValueError):
        return ""


def _refusal(status: int, headers: Mapping[str, str]) -> DeliveryError:
    if status in _GONE:
        return RecipientUnreachable(f"the link of a file has run out (status {status})")
    asked = headers.get("retry-after", "")
    after = min(timedelta(seconds=int(asked[:9])), _LONGEST) if asked.isascii() and asked.isdigit() else None
    return RetryLater(f"the platform's media host can't give the file out now (status {status})", after)

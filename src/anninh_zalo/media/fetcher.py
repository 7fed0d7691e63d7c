"""Download people's attachments from Zalo's media hosts.

The links are as good as secret: everyone with the link sees the picture. They appear in no error and in no log.
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
from anninh_zalo.media.link_guard import HOSTS, FetchTarget, LinkGuard, Resolve, resolve_host
from anninh_zalo.media.network import PinnedBackend

MAX_BYTES = 50_000_000
"""Maximum number of bytes of a fetched file. People's files can be larger than the 10 MB that an account may send; a
minute of a phone's film fits in.
"""

_REDIRECTS = 3
_REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
_GONE_STATUSES = frozenset({403, 404, 410})
"""Status codes of the media hosts for an expired link."""

_LONGEST = timedelta(hours=1)  # Maximum of a response's Retry-After that is followed.
_NOT_SENT = (httpcore.ConnectError, httpcore.ConnectTimeout)
_BROKEN = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, httpcore.UnsupportedProtocol)


@frozen(kw_only=True)
class FetchTimeouts:
    """Timeouts of a fetch, in seconds.

    Attributes:
        connect: for a connection.
        read: for the next piece.
        total: for the whole, redirects included; below the two minutes for which a worker holds an attachment's lease.
    """

    connect: float = 5
    read: float = 15
    total: float = 60


@frozen(kw_only=True)
class FetchEnvironment:
    """The network of a fetcher; tests replace it.

    Attributes:
        resolve: function that resolves a host name.
        trusted: returns the TLS context with the trusted certificates.
        ticks: seconds of a monotonic clock.
    """

    resolve: Resolve = resolve_host
    network: httpcore.NetworkBackend = field(factory=httpcore.SyncBackend)
    trusted: Callable[[], ssl.SSLContext] = httpx.create_ssl_context
    ticks: Callable[[], float] = time.monotonic


class Fetcher:
    """Fetches the files of attachments. Threads may share it; each fetch has a connection of its own, and none is kept.

    It uses no proxy: the guard can check only connections that we open ourselves.

    Args:
        hosts: see `LinkGuard`.
        most_bytes: the size of the largest file accepted.

    Raises:
        ConfigurationError: see `LinkGuard`.
    """

    def __init__(
        self,
        hosts: Sequence[str] = HOSTS,
        most_bytes: int = MAX_BYTES,
        *,
        waits: FetchTimeouts | None = None,
        environment: FetchEnvironment | None = None,
    ) -> None:
        self._environment = environment or FetchEnvironment()
        self._timeouts = waits or FetchTimeouts()
        self._guard = LinkGuard(hosts, self._environment.resolve)
        self._max_bytes = most_bytes
        self._lock = Lock()
        self._ssl_context: ssl.SSLContext | None = None

    def fetch(self, attachment: Attachment) -> bytes:
        """Return the file of an attachment's link, exactly as its server sent it: nothing is unpacked or trusted.

        Raises:
            RetryLater: the network, the server or the name service is in trouble.
            RecipientUnreachable: the link has expired.
            MediaTooLarge: it has more than `most_bytes`.
            RequestRejected: the link or a redirect leads outside the platform, or the response is compressed.
        """
        until = self._environment.ticks() + self._timeouts.total
        url = attachment.url
        for _ in range(1 + _REDIRECTS):
            result = self._request(self._guard.target(url), until)
            if isinstance(result, bytes):
                return result
            url = _join_url(url, result.to)
        raise RequestRejected(
            "The link of a file redirects more than {most} times, so the file isn't fetched.", most=_REDIRECTS
        )

    def _request(self, target: FetchTarget, until: float) -> "bytes | _Redirect":
        """Return the file at a link, or its redirect. Errors are raised outside the handler, as their causes hold the
        link.
        """
        try:
            with self._open_stream(target, until) as response:
                return self._read_response(response)
        except _NOT_SENT as error:
            failure = RetryLater(
                "The platform's media host can't be reached ({reason}): try again later.", reason=type(error).__name__
            )
        except _BROKEN as error:
            failure = RetryLater(
                "The connection to the platform's media host broke ({reason}): try again later.",
                reason=type(error).__name__,
            )
        raise failure

    @contextmanager
    def _open_stream(self, target: FetchTarget, until: float) -> Iterator[httpcore.Response]:
        timeouts = {"connect": self._timeouts.connect, "read": self._timeouts.read, "write": self._timeouts.read}
        network = PinnedBackend(target, lambda: until - self._environment.ticks(), self._environment.network)
        context = self._get_ssl_context() if target.scheme == "https" else None
        url = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
        with (
            httpcore.ConnectionPool(context, max_keepalive_connections=0, network_backend=network) as pool,
            pool.stream(
                "GET", url, headers={"Accept-Encoding": "identity", "Accept": "*/*"}, extensions={"timeout": timeouts}
            ) as response,
        ):
            yield response

    def _get_ssl_context(self) -> ssl.SSLContext:
        with self._lock:
            self._ssl_context = self._ssl_context or self._environment.trusted()
            return self._ssl_context

    def _read_response(self, response: httpcore.Response) -> "bytes | _Redirect":
        headers = {name.lower().decode("latin-1"): value.decode("latin-1") for name, value in response.headers}
        if response.status in _REDIRECT_STATUSES and headers.get("location"):
            return _Redirect(headers["location"])
        if response.status != 200:
            raise _build_status_error(response.status, headers)
        if headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise RequestRejected("A file arrived compressed, which wasn't requested, so it isn't unpacked.")
        self._check_size(int(headers.get("content-length", "0")))
        return self._read_body(response)

    def _read_body(self, response: httpcore.Response) -> bytes:
        data = bytearray()
        for chunk in response.iter_stream():
            data += chunk
            self._check_size(len(data))
        return bytes(data)

    def _check_size(self, size: int) -> None:
        if size > self._max_bytes:
            raise MediaTooLarge(
                "A file has more than the {most:,} bytes that are accepted, so it isn't fetched.", most=self._max_bytes
            )


@frozen
class _Redirect:
    """The target of a redirect response."""

    to: str = field(repr=False)


def _join_url(url: str, location: str) -> str:
    """Return the link to which a redirect leads, or "" if it can't be parsed: the guard refuses that."""
    try:
        return str(httpx.URL(url).join(location))
    except (httpx.InvalidURL, ValueError):
        return ""


def _build_status_error(status: int, headers: Mapping[str, str]) -> DeliveryError:
    if status in _GONE_STATUSES:
        return RecipientUnreachable(
            "The link of a file has expired (status {status}): ask the sender for the file again.", status=status
        )
    retry_after = headers.get("retry-after", "")
    delay = (
        min(timedelta(seconds=int(retry_after[:9])), _LONGEST)
        if retry_after.isascii() and retry_after.isdigit()
        else None
    )
    return RetryLater(
        "The platform's media host can't provide the file now (status {status}): try again later.", delay, status=status
    )

"""Files are fetched only from the platform, within size and time limits, and without revealing the link."""

import logging
import ssl
from datetime import timedelta

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.zalo.media.conftest import LINK, PICTURE, PUBLIC, SimulatedNetwork, build_response

from anninh_core.kernel.errors import (
    DeliveryError,
    MediaTooLarge,
    RecipientUnreachable,
    RequestRejected,
    RetryLater,
)
from anninh_core.vocabulary.messages import Attachment
from anninh_zalo.media.fetcher import FetchEnvironment, Fetcher, FetchTimeouts
from anninh_zalo.testing import Sandbox

IMAGE = Attachment("image", url=LINK)


def fetch_file(paper: SimulatedNetwork, *answers: bytes | Exception, url: str = LINK, **options: object) -> bytes:
    paper.answers = list(answers)
    return paper.fetcher(**options).fetch(Attachment("image", url=url))


def test_a_file_comes_from_the_checked_address(simulated_network: SimulatedNetwork) -> None:
    """The name is resolved once, the connection goes to the checked address, and the certificate is for the name."""
    assert fetch_file(simulated_network, build_response()) == PICTURE
    assert (simulated_network.looked_up, simulated_network.asked, simulated_network.shown) == (
        ["f6-zpc.zdn.vn"],
        [(PUBLIC, 443)],
        ["f6-zpc.zdn.vn"],
    )
    sent = bytes(simulated_network.sent).lower()
    assert sent.startswith(b"get /3291/picture.jpg?token=secret-of-the-link http/1.1\r\n")
    assert b"host: f6-zpc.zdn.vn\r\n" in sent
    assert b"accept-encoding: identity\r\n" in sent


def test_name_is_resolved_only_once(simulated_network: SimulatedNetwork) -> None:
    """A host name is resolved only once, so that it has no effect if it resolves to an internal address the second
    time.
    """
    resolved = [(PUBLIC,), ("127.0.0.1",)]
    simulated_network.answers = [build_response()]
    environment = FetchEnvironment(
        resolve=lambda _: resolved.pop(0), network=simulated_network, trusted=ssl.create_default_context
    )
    assert Fetcher(environment=environment).fetch(IMAGE) == PICTURE
    assert simulated_network.asked == [(PUBLIC, 443)]
    assert len(resolved) == 1


def test_unreachable_address_is_skipped(simulated_network: SimulatedNetwork) -> None:
    """If one address of a host is unreachable, the next address is tried."""
    simulated_network.names["f6-zpc.zdn.vn"] = ["2402:800::1", PUBLIC]
    assert fetch_file(simulated_network, httpcore.ConnectError("no route"), build_response()) == PICTURE
    assert [address for address, _ in simulated_network.asked] == ["2402:800::1", PUBLIC]


def test_redirects_are_checked_each_time(simulated_network: SimulatedNetwork) -> None:
    """Each redirect is checked: to a host of the platform it is followed, to any other address it is refused, and their
    number is limited.
    """
    to_other_host = build_response(b"", "302 Found", Location="http://f7.zdn.vn/next")
    to_same_host = build_response(b"", "307 Temporary Redirect", Location="/last")
    assert fetch_file(simulated_network, to_other_host, to_same_host, build_response()) == PICTURE
    assert simulated_network.asked == [(PUBLIC, 443), (PUBLIC, 80), (PUBLIC, 80)]
    assert simulated_network.looked_up == ["f6-zpc.zdn.vn", "f7.zdn.vn", "f7.zdn.vn"]
    for forbidden in (
        "http://169.254.169.254/latest",
        "http://evil.com/",
        "file:///etc/passwd",
        "//127.0.0.1:80/",
        "http://[",
    ):
        with pytest.raises(RequestRejected):
            fetch_file(simulated_network, build_response(b"", "302 Found", Location=forbidden))
    with pytest.raises(RequestRejected, match="more than 3 times"):
        fetch_file(simulated_network, to_same_host, to_same_host, to_same_host, to_same_host)


def test_redirect_to_an_internal_address_is_refused(simulated_network: SimulatedNetwork) -> None:
    """The address to which a redirect leads must be public too."""
    simulated_network.names["inner.zdn.vn"] = ["10.0.0.1"]
    with pytest.raises(RetryLater, match="isn't public"):
        fetch_file(simulated_network, build_response(b"", "301 Moved", Location="https://inner.zdn.vn/"))
    assert simulated_network.asked == [(PUBLIC, 443)]


@pytest.mark.parametrize("headers", [{}, {"Content_Length": ""}])
def test_large_file_is_not_read(simulated_network: SimulatedNetwork, headers: dict[str, str]) -> None:
    """A file of exactly the maximum size is read; a larger one is refused, with or without a declared length."""
    body = bytes(1000)
    assert fetch_file(simulated_network, build_response(body, **headers), most_bytes=1000) == body
    with pytest.raises(MediaTooLarge, match="more than the 999 bytes"):
        fetch_file(simulated_network, build_response(body, **headers), most_bytes=999)


def test_endless_body_is_stopped_at_the_limit(simulated_network: SimulatedNetwork) -> None:
    """An endless body is stopped as soon as the size limit is exceeded."""
    simulated_network.piece = 100
    simulated_network.slow = 0.001
    with pytest.raises(MediaTooLarge):
        fetch_file(simulated_network, build_response(bytes(1_000_000), Content_Length=""), most_bytes=1000)
    assert simulated_network.now < 0.1


def test_wrong_content_length(simulated_network: SimulatedNetwork) -> None:
    """A body shorter than its declared length is retried, and bytes beyond the length are ignored."""
    with pytest.raises(RetryLater, match="broke"):
        fetch_file(simulated_network, build_response(PICTURE, Content_Length="1000"))
    assert fetch_file(simulated_network, build_response(PICTURE + b"more", Content_Length=str(len(PICTURE)))) == PICTURE


def test_compressed_body_is_refused(simulated_network: SimulatedNetwork) -> None:
    """A compressed body is refused, because a few bytes could expand to gigabytes."""
    with pytest.raises(RequestRejected, match="packed"):
        fetch_file(simulated_network, build_response(Content_Encoding="gzip"))
    assert fetch_file(simulated_network, build_response(Content_Encoding="Identity")) == PICTURE


@pytest.mark.parametrize("status", ["403 Forbidden", "404 Not Found", "410 Gone"])
def test_expired_link_is_permanent(simulated_network: SimulatedNetwork, status: str) -> None:
    """A link that has expired is a permanent failure."""
    with pytest.raises(RecipientUnreachable, match=status[:3]):
        fetch_file(simulated_network, build_response(b"", status))


@pytest.mark.parametrize(
    ("status", "headers", "after"),
    [
        ("500 Oops", {}, None),
        ("429 Too Many Requests", {"Retry_After": "30"}, timedelta(seconds=30)),
        ("503 Unavailable", {"Retry_After": "99999999999999999999"}, timedelta(hours=1)),
        ("503 Unavailable", {"Retry_After": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
        ("302 Found", {}, None),
        ("206 Partial Content", {}, None),
        ("401 Unauthorized", {}, None),
    ],
)
def test_temporary_status_is_retried(
    simulated_network: SimulatedNetwork, status: str, headers: dict[str, str], after: timedelta | None
) -> None:
    """A fetch with a temporary status is retried after the server's `Retry-After`, but after an hour at most."""
    with pytest.raises(RetryLater, match=status[:3]) as later:
        fetch_file(simulated_network, build_response(b"", status, **headers))
    assert later.value.after == after


@pytest.mark.parametrize(
    "trouble",
    [
        httpcore.ConnectError(f"no way to {LINK}"),
        httpcore.ConnectTimeout("slow"),
        b"",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: minus\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_network_error_is_retried(simulated_network: SimulatedNetwork, trouble: bytes | Exception) -> None:
    """A fetch that ends in a network error or an invalid response is retried."""
    with pytest.raises(RetryLater):
        fetch_file(simulated_network, trouble)


@pytest.mark.parametrize("body", [0, 5000])
def test_fetch_has_a_total_timeout(simulated_network: SimulatedNetwork, body: int) -> None:
    """A server that sends its headers or body byte by byte is stopped at the total timeout."""
    simulated_network.piece = 1
    simulated_network.slow = 1
    with pytest.raises(RetryLater, match="ReadTimeout"):
        fetch_file(simulated_network, build_response(bytes(body)), waits=FetchTimeouts(total=30))
    assert simulated_network.now <= 31


def test_redirects_share_the_timeout(simulated_network: SimulatedNetwork) -> None:
    """All redirects of a fetch together have only one total timeout."""
    simulated_network.slow = 25
    redirect = build_response(b"", "302 Found", Location="/next")
    with pytest.raises(RetryLater, match="ReadTimeout"):
        fetch_file(simulated_network, redirect, redirect, redirect, build_response(), waits=FetchTimeouts(total=60))


@pytest.mark.parametrize(
    "answers",
    [
        (build_response(b"", "404 Not Found"),),
        (build_response(b"", "302 Found", Location="http://evil.com/token=secret-of-the-link"),),
        (httpcore.ConnectError(f"no way to {LINK}"),),
        (b"nonsense secret-of-the-link",),
        (build_response(),),
    ],
)
def test_link_is_in_no_error_or_log(
    simulated_network: SimulatedNetwork, caplog: pytest.LogCaptureFixture, answers: tuple[bytes | Exception, ...]
) -> None:
    """The link is neither in the error and its causes nor in the log, because it gives access to the picture."""
    caplog.set_level(logging.INFO)
    try:
        fetch_file(simulated_network, *answers)
    except DeliveryError as error:
        shown_errors = f"{error!r} {error.__cause__!r} {error.__context__!r}"
        assert "secret" not in shown_errors
        assert "zdn" not in shown_errors
    assert "secret" not in caplog.text


def test_fetch_from_the_sandbox_over_sockets() -> None:
    """A file is fetched unchanged from the sandbox until it is forgotten there, and from no other port."""
    with Sandbox().serve() as serving:
        url = serving.sandbox.media(PICTURE, "anh.png")
        fetcher = Fetcher((f"127.0.0.1:{serving.port}",))
        assert fetcher.fetch(Attachment("image", url=url)) == PICTURE
        with pytest.raises(MediaTooLarge):
            Fetcher((f"127.0.0.1:{serving.port}",), most_bytes=3).fetch(Attachment("image", url=url))
        with pytest.raises(RequestRejected):
            Fetcher().fetch(Attachment("image", url=url))
        serving.sandbox.forget_media(url)
        with pytest.raises(RecipientUnreachable):
            fetcher.fetch(Attachment("image", url=url))
    with pytest.raises(RetryLater, match="The platform's media host can't be reached"):
        fetcher.fetch(Attachment("image", url=url))


@given(
    st.binary(max_size=300) | st.binary(max_size=100).map(lambda tail: build_response()[:-5] + tail), st.integers(1, 60)
)
def test_any_response_gives_bytes_or_a_delivery_error(raw_response: bytes, piece: int) -> None:
    """Any response of a server gives bytes or a `DeliveryError`."""
    paper = SimulatedNetwork(piece=piece)
    try:
        assert isinstance(fetch_file(paper, raw_response), bytes)
    except DeliveryError:
        assert paper.asked == [(PUBLIC, 443)]

"""Fetching of files: only from the platform, within the size and time limits, and without revealing the link."""

import logging
import ssl
from datetime import timedelta

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.zalo.media.conftest import LINK, PICTURE, PUBLIC, Paper, answer

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


def fetched(paper: Paper, *answers: bytes | Exception, url: str = LINK, **options: object) -> bytes:
    paper.answers = list(answers)
    return paper.fetcher(**options).fetch(Attachment("image", url=url))


def test_a_file_comes_from_the_checked_address(paper: Paper) -> None:
    """The name is resolved once, the connection goes to the checked address, and the certificate is for the name."""
    assert fetched(paper, answer()) == PICTURE
    assert (paper.looked_up, paper.asked, paper.shown) == (["f6-zpc.zdn.vn"], [(PUBLIC, 443)], ["f6-zpc.zdn.vn"])
    sent = bytes(paper.sent).lower()
    assert sent.startswith(b"get /3291/picture.jpg?token=secret-of-the-link http/1.1\r\n")
    assert b"host: f6-zpc.zdn.vn\r\n" in sent
    assert b"accept-encoding: identity\r\n" in sent


def test_name_is_resolved_only_once(paper: Paper) -> None:
    """A name that resolves to an internal address the second time has no effect, as it is resolved only once."""
    resolved = [(PUBLIC,), ("127.0.0.1",)]
    paper.answers = [answer()]
    environment = FetchEnvironment(resolve=lambda _: resolved.pop(0), network=paper, trusted=ssl.create_default_context)
    assert Fetcher(environment=environment).fetch(IMAGE) == PICTURE
    assert paper.asked == [(PUBLIC, 443)]
    assert len(resolved) == 1


def test_unreachable_address_is_skipped(paper: Paper) -> None:
    """An unreachable address of a host is skipped for the next one."""
    paper.names["f6-zpc.zdn.vn"] = ["2402:800::1", PUBLIC]
    assert fetched(paper, httpcore.ConnectError("no route"), answer()) == PICTURE
    assert [address for address, _ in paper.asked] == ["2402:800::1", PUBLIC]


def test_redirects_are_checked_each_time(paper: Paper) -> None:
    """Each redirect is checked: to a host of the platform it is followed, to any other address it is refused, and their
    number is limited.
    """
    to_other_host = answer(b"", "302 Found", Location="http://f7.zdn.vn/next")
    to_same_host = answer(b"", "307 Temporary Redirect", Location="/last")
    assert fetched(paper, to_other_host, to_same_host, answer()) == PICTURE
    assert paper.asked == [(PUBLIC, 443), (PUBLIC, 80), (PUBLIC, 80)]
    assert paper.looked_up == ["f6-zpc.zdn.vn", "f7.zdn.vn", "f7.zdn.vn"]
    for forbidden in (
        "http://169.254.169.254/latest",
        "http://evil.com/",
        "file:///etc/passwd",
        "//127.0.0.1:80/",
        "http://[",
    ):
        with pytest.raises(RequestRejected):
            fetched(paper, answer(b"", "302 Found", Location=forbidden))
    with pytest.raises(RequestRejected, match="more than 3 times"):
        fetched(paper, to_same_host, to_same_host, to_same_host, to_same_host)


def test_redirect_to_an_internal_address_is_refused(paper: Paper) -> None:
    """The address of a redirect's target must be public too."""
    paper.names["inner.zdn.vn"] = ["10.0.0.1"]
    with pytest.raises(RetryLater, match="isn't public"):
        fetched(paper, answer(b"", "301 Moved", Location="https://inner.zdn.vn/"))
    assert paper.asked == [(PUBLIC, 443)]


@pytest.mark.parametrize("headers", [{}, {"Content_Length": ""}])
def test_large_file_is_not_read(paper: Paper, headers: dict[str, str]) -> None:
    """A file of exactly the maximal size is read, and a larger one is refused with or without a declared length."""
    body = bytes(1000)
    assert fetched(paper, answer(body, **headers), most_bytes=1000) == body
    with pytest.raises(MediaTooLarge, match="more than the 999 bytes"):
        fetched(paper, answer(body, **headers), most_bytes=999)


def test_endless_body_is_stopped_at_the_limit(paper: Paper) -> None:
    """An endless body is stopped as soon as the size limit is exceeded."""
    paper.piece = 100
    paper.slow = 0.001
    with pytest.raises(MediaTooLarge):
        fetched(paper, answer(bytes(1_000_000), Content_Length=""), most_bytes=1000)
    assert paper.now < 0.1


def test_wrong_content_length(paper: Paper) -> None:
    """A body shorter than its declared length is retried, and bytes beyond the length are ignored."""
    with pytest.raises(RetryLater, match="broke"):
        fetched(paper, answer(PICTURE, Content_Length="1000"))
    assert fetched(paper, answer(PICTURE + b"more", Content_Length=str(len(PICTURE)))) == PICTURE


def test_compressed_body_is_refused(paper: Paper) -> None:
    """A compressed body is refused, as a few bytes could expand to gigabytes."""
    with pytest.raises(RequestRejected, match="packed"):
        fetched(paper, answer(Content_Encoding="gzip"))
    assert fetched(paper, answer(Content_Encoding="Identity")) == PICTURE


@pytest.mark.parametrize("status", ["403 Forbidden", "404 Not Found", "410 Gone"])
def test_expired_link_is_permanent(paper: Paper, status: str) -> None:
    """An expired link is a permanent failure."""
    with pytest.raises(RecipientUnreachable, match=status[:3]):
        fetched(paper, answer(b"", status))


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
    paper: Paper, status: str, headers: dict[str, str], after: timedelta | None
) -> None:
    """A temporary status is retried after the server's `Retry-After`, an hour at most."""
    with pytest.raises(RetryLater, match=status[:3]) as later:
        fetched(paper, answer(b"", status, **headers))
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
def test_network_error_is_retried(paper: Paper, trouble: bytes | Exception) -> None:
    """A network error or an invalid response is retried."""
    with pytest.raises(RetryLater):
        fetched(paper, trouble)


@pytest.mark.parametrize("body", [0, 5000])
def test_fetch_has_a_total_timeout(paper: Paper, body: int) -> None:
    """A server that sends its headers or body byte by byte is stopped at the total timeout."""
    paper.piece = 1
    paper.slow = 1
    with pytest.raises(RetryLater, match="ReadTimeout"):
        fetched(paper, answer(bytes(body)), waits=FetchTimeouts(total=30))
    assert paper.now <= 31


def test_redirects_share_the_timeout(paper: Paper) -> None:
    """Redirects share the total timeout."""
    paper.slow = 25
    redirect = answer(b"", "302 Found", Location="/next")
    with pytest.raises(RetryLater, match="ReadTimeout"):
        fetched(paper, redirect, redirect, redirect, answer(), waits=FetchTimeouts(total=60))


@pytest.mark.parametrize(
    "answers",
    [
        (answer(b"", "404 Not Found"),),
        (answer(b"", "302 Found", Location="http://evil.com/token=secret-of-the-link"),),
        (httpcore.ConnectError(f"no way to {LINK}"),),
        (b"nonsense secret-of-the-link",),
        (answer(),),
    ],
)
def test_link_is_in_no_error_or_log(
    paper: Paper, caplog: pytest.LogCaptureFixture, answers: tuple[bytes | Exception, ...]
) -> None:
    """The link is neither in the error and its causes nor in the log, as it gives access to the picture."""
    caplog.set_level(logging.INFO)
    try:
        fetched(paper, *answers)
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


@given(st.binary(max_size=300) | st.binary(max_size=100).map(lambda tail: answer()[:-5] + tail), st.integers(1, 60))
def test_any_response_gives_bytes_or_a_delivery_error(raw_response: bytes, piece: int) -> None:
    """Any response gives bytes or a `DeliveryError`."""
    paper = Paper(piece=piece)
    try:
        assert isinstance(fetched(paper, raw_response), bytes)
    except DeliveryError:
        assert paper.asked == [(PUBLIC, 443)]

"""Fetching files: from the platform only, no more than allowed, no longer than allowed, and without a word too many."""

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


def fetched(paper: Paper, *answers: bytes | Exception, url: str = LINK, **chosen: object) -> bytes:
    paper.answers = list(answers)
    return paper.fetcher(**chosen).fetch(Attachment("image", url=url))


def test_a_file_comes_from_the_checked_address(paper: Paper) -> None:
    """The name is resolved once, the connection goes to what was checked, and the certificate is the name's."""
    assert fetched(paper, answer()) == PICTURE
    assert (paper.looked_up, paper.asked, paper.shown) == (["f6-zpc.zdn.vn"], [(PUBLIC, 443)], ["f6-zpc.zdn.vn"])
    sent = bytes(paper.sent).lower()
    assert sent.startswith(b"get /3291/picture.jpg?token=secret-of-the-link http/1.1\r\n")
    assert b"host: f6-zpc.zdn.vn\r\n" in sent
    assert b"accept-encoding: identity\r\n" in sent


def test_a_name_that_turns_inside_meanwhile_leads_nowhere(paper: Paper) -> None:
    """Whoever answers differently the second time is never asked a second time."""
    answers = [(PUBLIC,), ("127.0.0.1",)]
    paper.answers = [answer()]
    ways = FetchEnvironment(resolve=lambda _: answers.pop(0), network=paper, trusted=ssl.create_default_context)
    assert Fetcher(ways=ways).fetch(IMAGE) == PICTURE
    assert paper.asked == [(PUBLIC, 443)]
    assert len(answers) == 1


def test_an_address_that_doesn_t_answer_is_passed_over(paper: Paper) -> None:
    """A host may have addresses that this machine doesn't reach."""
    paper.names["f6-zpc.zdn.vn"] = ["2402:800::1", PUBLIC]
    assert fetched(paper, httpcore.ConnectError("no route"), answer()) == PICTURE
    assert [address for address, _ in paper.asked] == ["2402:800::1", PUBLIC]


def test_redirects_are_checked_each_time(paper: Paper) -> None:
    """To another of the platform's hosts, or on the same one; never inside, and not for ever."""
    on = answer(b"", "302 Found", Location="http://f7.zdn.vn/next")
    back = answer(b"", "307 Temporary Redirect", Location="/last")
    assert fetched(paper, on, back, answer()) == PICTURE
    assert paper.asked == [(PUBLIC, 443), (PUBLIC, 80), (PUBLIC, 80)]
    assert paper.looked_up == ["f6-zpc.zdn.vn", "f7.zdn.vn", "f7.zdn.vn"]
    for away in (
        "http://169.254.169.254/latest",
        "http://evil.com/",
        "file:///etc/passwd",
        "//127.0.0.1:80/",
        "http://[",
    ):
        with pytest.raises(RequestRejected):
            fetched(paper, answer(b"", "302 Found", Location=away))
    with pytest.raises(RequestRejected, match="more than 3 times"):
        fetched(paper, back, back, back, back)


def test_a_redirect_to_a_name_that_leads_inside(paper: Paper) -> None:
    """Its address is checked as the first one was."""
    paper.names["inner.zdn.vn"] = ["10.0.0.1"]
    with pytest.raises(RetryLater, match="isn't public"):
        fetched(paper, answer(b"", "301 Moved", Location="https://inner.zdn.vn/"))
    assert paper.asked == [(PUBLIC, 443)]


@pytest.mark.parametrize("headers", [{}, {"Content_Length": ""}])
def test_large_file_is_not_read(paper: Paper, headers: dict[str, str]) -> None:
    """Told or not, no more is read than is taken in; exactly as much as is allowed passes."""
    body = bytes(1000)
    assert fetched(paper, answer(body, **headers), most_bytes=1000) == body
    with pytest.raises(MediaTooLarge, match="more than the 999 bytes"):
        fetched(paper, answer(body, **headers), most_bytes=999)


def test_what_goes_on_for_ever_is_left_early(paper: Paper) -> None:
    """A server that doesn't end is left as soon as there is too much, not when it ends."""
    paper.piece = 100
    paper.slow = 0.001
    with pytest.raises(MediaTooLarge):
        fetched(paper, answer(bytes(1_000_000), Content_Length=""), most_bytes=1000)
    assert paper.now < 0.1


def test_a_length_that_lies(paper: Paper) -> None:
    """Less than was promised is a broken connection, and is tried again; what is beyond the promise is left."""
    with pytest.raises(RetryLater, match="broke"):
        fetched(paper, answer(PICTURE, Content_Length="1000"))
    assert fetched(paper, answer(PICTURE + b"more", Content_Length=str(len(PICTURE)))) == PICTURE


def test_what_is_packed_isn_t_unpacked(paper: Paper) -> None:
    """A few bytes that would become gigabytes stay a few bytes."""
    with pytest.raises(RequestRejected, match="packed"):
        fetched(paper, answer(Content_Encoding="gzip"))
    assert fetched(paper, answer(Content_Encoding="Identity")) == PICTURE


@pytest.mark.parametrize("status", ["403 Forbidden", "404 Not Found", "410 Gone"])
def test_a_link_that_has_run_out(paper: Paper, status: str) -> None:
    """It is lost for good."""
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
def test_what_may_pass_is_tried_again(
    paper: Paper, status: str, headers: dict[str, str], after: timedelta | None
) -> None:
    """After the time that the server asks for, an hour at most."""
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
def test_a_network_in_trouble_is_tried_again(paper: Paper, trouble: bytes | Exception) -> None:
    """Whatever comes instead of an answer."""
    with pytest.raises(RetryLater):
        fetched(paper, trouble)


@pytest.mark.parametrize("body", [0, 5000])
def test_the_whole_takes_no_longer_than_allowed(paper: Paper, body: int) -> None:
    """A server that sends byte by byte, its headers or the file, is left when the time is over."""
    paper.piece = 1
    paper.slow = 1
    with pytest.raises(RetryLater, match="ReadTimeout"):
        fetched(paper, answer(bytes(body)), waits=FetchTimeouts(total=30))
    assert paper.now <= 31


def test_redirects_share_the_time(paper: Paper) -> None:
    """Being led on begins no new time."""
    paper.slow = 25
    on = answer(b"", "302 Found", Location="/next")
    with pytest.raises(RetryLater, match="ReadTimeout"):
        fetched(paper, on, on, on, answer(), waits=FetchTimeouts(total=60))


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
def test_nobody_hears_of_the_link(
    paper: Paper, caplog: pytest.LogCaptureFixture, answers: tuple[bytes | Exception, ...]
) -> None:
    """Neither the error, nor what it came from, nor our log; who has the link has the picture."""
    caplog.set_level(logging.INFO)
    try:
        fetched(paper, *answers)
    except DeliveryError as error:
        told = f"{error!r} {error.__cause__!r} {error.__context__!r}"
        assert "secret" not in told
        assert "zdn" not in told
    assert "secret" not in caplog.text


def test_from_the_sandbox_over_sockets() -> None:
    """What a person sent comes as it was; once the sandbox forgets it, it is gone; no other port is spoken to."""
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
def test_whatever_a_server_says(told: bytes, piece: int) -> None:
    """Bytes come back, or one of the errors that the core understands."""
    paper = Paper(piece=piece)
    try:
        assert isinstance(fetched(paper, told), bytes)
    except DeliveryError:
        assert paper.asked == [(PUBLIC, 443)]

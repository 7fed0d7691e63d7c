"""How a source is fetched over HTTP; the collector kit checks which errors are raised."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from anninh_core.collectors import SourceValidators, fetch_source
from anninh_core.collectors.fetching import parse_retry_after, resolve_redirect
from anninh_core.kernel.errors import NeedsPerson
from anninh_core.testing.kits.collector.http_source import HttpSource
from anninh_core.testing.kits.collector.standing import LIMITS

NOW = "Wed, 01 Sep 2021 01:00:00 GMT"


@pytest.fixture
def source(tmp_path: Path) -> Iterator[HttpSource]:
    opened = HttpSource(lambda _: b"words", "text/plain", tmp_path)
    yield opened
    opened.close()


def test_unchanged_source_isnt_fetched_again(source: HttpSource) -> None:
    """A page is fetched with the server's tag, and only fetched again if the tag differs; an invalid tag isn't sent."""
    answer = fetch_source(source.address, SourceValidators(), LIMITS)
    assert (answer.body, answer.validators.etag[:1]) == (b"words", '"')
    assert fetch_source(source.address, answer.validators, LIMITS).body is None
    odd = SourceValidators(etag="x\r\nHost: elsewhere", modified="y")
    assert fetch_source(source.address, odd, LIMITS).body == b"words"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://kit.invalid/x", "//kit.invalid", "x", ""])
def test_other_schemes_are_refused(url: str) -> None:
    """Only http and https addresses are fetched."""
    with pytest.raises(NeedsPerson, match="The address of the source, or one that it redirects to, isn't"):
        fetch_source(url, SourceValidators(), LIMITS)


@pytest.mark.parametrize(
    ("header", "after"),
    [
        ("120", timedelta(minutes=2)),
        ("Wed, 01 Sep 2021 03:00:00 GMT", timedelta(hours=2)),
        ("Wed, 01 Sep 2021 00:00:00 GMT", timedelta()),
        ("Wed, 01 Sep 2027 00:00:00 GMT", timedelta(days=7)),
        ("9" * 5000, timedelta(days=7)),
        ("soon", None),
        ("", None),
        ("-5", None),
    ],
)
def test_retry_delay_is_read_and_limited(header: str, after: timedelta | None) -> None:
    """A server's delay is read in seconds or as a date by the server's clock, and is a week at most."""
    assert parse_retry_after(header, NOW) == after


def test_redirect_from_https_stays_secure() -> None:
    """A redirect may be relative or lead to another host, but never from https to an insecure address."""
    assert resolve_redirect("http://kit.invalid/a/b", "../c") == "http://kit.invalid/c"
    assert resolve_redirect("http://kit.invalid/a", "https://other.invalid/") == "https://other.invalid/"
    for target in ("http://kit.invalid/a", "file:///etc/passwd"):
        with pytest.raises(NeedsPerson, match="The source redirects from https to an insecure address: correct"):
            resolve_redirect("https://kit.invalid/a", target)

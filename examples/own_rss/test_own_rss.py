"""The collector held to the kit, as RSS and as Atom, against a server on the loopback. Run it with `pytest`."""
# ruff: noqa: D101, D102  the kit describes what it asks for

from collections.abc import Iterator, Sequence
from email.utils import format_datetime
from pathlib import Path
from xml.sax.saxutils import escape

import own_rss
import pytest
from own_rss import RssCollector
from own_rss_reading import read_feed

from anninh_core.app import CollectorSettings, Settings
from anninh_core.kernel.errors import BadInput, ConfigurationError
from anninh_core.testing import UnsafeLocalUsers, memory_app
from anninh_core.testing.kits import (
    BuildsCollector,
    CollectorConformance,
    PluginConformance,
    StandingPiece,
    WritesPieces,
)
from anninh_core.testing.kits.collector.http_source import HttpSource
from anninh_core.testing.kits.collector.standing import LIMITS, pieces


def write_rss(standing: Sequence[StandingPiece]) -> bytes:
    """Write a feed of RSS 2.0."""
    items = "".join(
        f"<item><guid isPermaLink='false'>{escape(one.id)}</guid><title>{escape(one.title)}</title>"
        f"<link>{escape(one.address)}</link><description>{escape(one.words)}</description>"
        f"<dc:creator>{escape(one.author)}</dc:creator><pubDate>{format_datetime(one.published)}</pubDate></item>"
        for one in standing
    )
    head = "<?xml version='1.0' encoding='UTF-8'?><rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'>"
    return f"{head}<channel><title>Tin</title>{items}</channel></rss>".encode()


def write_atom(standing: Sequence[StandingPiece]) -> bytes:
    """Write a feed of Atom."""
    entries = "".join(
        f"<entry><id>{escape(one.id)}</id><title type='html'>{escape(one.title)}</title>"
        f"<link href={one.address!r}/><content type='html'>{escape(one.words)}</content>"
        f"<author><name>{escape(one.author)}</name></author><updated>{one.published.isoformat()}</updated></entry>"
        for one in standing
    )
    head = "<?xml version='1.0' encoding='UTF-8'?><feed xmlns='http://www.w3.org/2005/Atom'>"
    return f"{head}<id>tag:kit.invalid,2021:feed</id><title>Tin</title>{entries}</feed>".encode()


class TestRss(CollectorConformance):
    @pytest.fixture
    def writes(self) -> WritesPieces:
        return write_rss

    @pytest.fixture
    def builds(self) -> BuildsCollector:
        return lambda address: RssCollector({"url": address})


class TestAtom(CollectorConformance):
    @pytest.fixture
    def writes(self) -> WritesPieces:
        return write_atom

    @pytest.fixture
    def builds(self) -> BuildsCollector:
        return lambda address: RssCollector({"url": address})


class TestPlugin(PluginConformance):
    @pytest.fixture
    def plugin(self) -> object:
        return "rss"


@pytest.fixture
def source(tmp_path: Path) -> Iterator[HttpSource]:
    opened = HttpSource(write_rss, "application/rss+xml", tmp_path)
    yield opened
    opened.close()


def test_an_unchanged_feed_isnt_sent_again(source: HttpSource) -> None:
    """The server knows by its tag what we have, and answers 304."""
    source.stand(pieces(3))
    collector = RssCollector({"url": source.address})
    first = collector.collect("", LIMITS)
    assert (len(first.pieces), source.unchanged) == (3, 0)
    assert collector.collect(first.cursor, LIMITS).pieces == ()
    assert (source.asked, source.unchanged) == (2, 1)


def test_editors_see_it(source: HttpSource) -> None:
    """In an app the worker reads the feed, and an editor makes a draft of a piece."""
    source.stand(pieces(3))
    chosen = CollectorSettings(type="rss", options={"url": source.address}, source_name="Công an tỉnh")
    with memory_app(settings=Settings(collectors={"province": chosen}), plugins={"rss": own_rss}) as app:
        editor = UnsafeLocalUsers(app).appoint("Biên tập", "hoa-lu", "editor")
        assert app.worker.jobs["collect"].run() == 3
        found = app.content.collected.list(editor).items
        assert {one.title for one in found} == {"kittitle0", "kittitle1", "kittitle2"}
        item = app.content.collected.take_up(editor, found[0].id, "crime_warning")
        assert (item.state, item.piece.source_name, item.piece.source_url) == (
            "draft",
            "Công an tỉnh",
            found[0].address,
        )


@pytest.mark.parametrize("options", [{}, {"url": "file:///etc/passwd"}, {"url": "https://x.gov.vn", "uri": "x"}])
def test_wrong_options(options: dict[str, str]) -> None:
    """A feed without an address of the web, or with a misspelt option, is refused while the app opens."""
    with pytest.raises(ConfigurationError):
        RssCollector(options)


def test_what_a_licence_is() -> None:
    """A Creative Commons licence of the feed is told with each piece; a notice of copyright is none."""
    one = write_rss(pieces(1)).replace(
        b"<title>Tin</title>",
        b"<title>Tin</title><copyright>(c) 2021</copyright><cc:license>https://cc/by</cc:license>",
    )
    named = one.replace(b"<rss ", b"<rss xmlns:cc='http://backend.userland.com/creativeCommonsRssModule' ")
    assert [piece.licence for piece in read_feed(named)] == ["https://cc/by"]
    assert [piece.licence for piece in read_feed(write_rss(pieces(1)))] == [""]


def test_a_page_of_xhtml_is_no_feed() -> None:
    """Whole XML that is something else doesn't pass for a feed without pieces."""
    with pytest.raises(BadInput, match="no RSS or Atom"):
        read_feed(b"<html xmlns='http://www.w3.org/1999/xhtml'><body><p>Xin chao</p></body></html>")

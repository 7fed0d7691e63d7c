"""Tests of the collector by the kit's rules, with RSS and with Atom, against a server on loopback. Run them with
`pytest`.
"""
# ruff: noqa: D101, D102  the kit describes its fixtures

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


def write_rss(source_pieces: Sequence[StandingPiece]) -> bytes:
    """Return an RSS 2.0 feed with these pieces."""
    items = "".join(
        f"<item><guid isPermaLink='false'>{escape(piece.id)}</guid><title>{escape(piece.title)}</title>"
        f"<link>{escape(piece.address)}</link><description>{escape(piece.words)}</description>"
        f"<dc:creator>{escape(piece.author)}</dc:creator><pubDate>{format_datetime(piece.published)}</pubDate></item>"
        for piece in source_pieces
    )
    head = "<?xml version='1.0' encoding='UTF-8'?><rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'>"
    return f"{head}<channel><title>Tin</title>{items}</channel></rss>".encode()


def write_atom(source_pieces: Sequence[StandingPiece]) -> bytes:
    """Return an Atom feed with these pieces."""
    entries = "".join(
        f"<entry><id>{escape(piece.id)}</id><title type='html'>{escape(piece.title)}</title>"
        f"<link href={piece.address!r}/><content type='html'>{escape(piece.words)}</content>"
        f"<author><name>{escape(piece.author)}</name></author><updated>{piece.published.isoformat()}</updated></entry>"
        for piece in source_pieces
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


def test_unchanged_feed_is_not_sent_again(source: HttpSource) -> None:
    """If the server knows the tag of the last reading, it answers 304, and no piece is returned."""
    source.stand(pieces(3))
    collector = RssCollector({"url": source.address})
    first = collector.collect("", LIMITS)
    assert (len(first.pieces), source.unchanged) == (3, 0)
    assert collector.collect(first.cursor, LIMITS).pieces == ()
    assert (source.asked, source.unchanged) == (2, 1)


def test_editor_takes_up_collected_piece(source: HttpSource) -> None:
    """The worker reads the feed, and an editor makes a draft of a piece."""
    source.stand(pieces(3))
    collector_settings = CollectorSettings(type="rss", options={"url": source.address}, source_name="Công an tỉnh")
    with memory_app(settings=Settings(collectors={"province": collector_settings}), plugins={"rss": own_rss}) as app:
        editor = UnsafeLocalUsers(app).appoint("Biên tập", "hoa-lu", "editor")
        assert app.worker.jobs["collect"].run() == 3
        collected = app.content.collected.list(editor).items
        assert {piece.title for piece in collected} == {"kittitle0", "kittitle1", "kittitle2"}
        item = app.content.collected.take_up(editor, collected[0].id, "crime_warning")
        assert (item.state, item.piece.source_name, item.piece.source_url) == (
            "draft",
            "Công an tỉnh",
            collected[0].address,
        )


@pytest.mark.parametrize("options", [{}, {"url": "file:///etc/passwd"}, {"url": "https://x.gov.vn", "uri": "x"}])
def test_wrong_options_are_refused(options: dict[str, str]) -> None:
    """A feed without a web address, or with a misspelt option, is refused while the app opens."""
    with pytest.raises(ConfigurationError):
        RssCollector(options)


def test_licence_of_the_feed_is_kept() -> None:
    """Each piece has the feed's Creative Commons licence; a copyright notice is no licence."""
    feed = write_rss(pieces(1)).replace(
        b"<title>Tin</title>",
        b"<title>Tin</title><copyright>(c) 2021</copyright><cc:license>https://cc/by</cc:license>",
    )
    licensed = feed.replace(b"<rss ", b"<rss xmlns:cc='http://backend.userland.com/creativeCommonsRssModule' ")
    assert [piece.licence for piece in read_feed(licensed)] == ["https://cc/by"]
    assert [piece.licence for piece in read_feed(write_rss(pieces(1)))] == [""]


def test_xhtml_page_is_no_feed() -> None:
    """Well-formed XML other than a feed is refused."""
    with pytest.raises(BadInput, match="no RSS or Atom"):
        read_feed(b"<html xmlns='http://www.w3.org/1999/xhtml'><body><p>Xin chao</p></body></html>")

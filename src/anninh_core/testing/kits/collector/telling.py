"""Rules of the collector kit about the returned pieces: they are collected once, in order, and in plain text."""

import re
from collections.abc import Callable
from datetime import UTC
from unicodedata import normalize

import pytest
from attrs import evolve

from anninh_core.kernel.hidden import drop_hidden
from anninh_core.ports.collector import MAX_CURSOR, Collector
from anninh_core.testing.kits.collector.base import CollectorRules, ids, read_all
from anninh_core.testing.kits.collector.http_source import HttpSource
from anninh_core.testing.kits.collector.standing import LIMITS, StandingSource, piece, pieces

Another = Callable[[], Collector]
FEW = 3
MANY = 40
PART = 7
_UNKNOWN_CURSORS = ("kitcursor", '{"kit": 1}', "[]", "null", "4711", "\x00")
_MARKUP = (
    "<div class='kit'><p>Một<br>hai</p><script>kitscript()</script><style>.kitstyle {}</style><!-- kitcomment -->"
    "<a href=\"javascript:kitlink()\" onclick='kitclick()'>ba</a> 1 &lt; 2 &amp; 3 <img src=x onerror=kiterror></div>"
)
_NO_WORDS = ("kitscript", "kitstyle", "kitcomment", "kitlink", "kitclick", "kiterror", "<", "&amp;", "&lt;")


class CollectorTelling(CollectorRules, kit=True):
    """Rules about the pieces that a collector returns."""

    def test_name(self, collector: Collector) -> None:
        """C-01 A collector's type has a short name that can be written in the settings."""
        assert re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", collector.name), collector.name

    def test_built_quietly(self, collector: Collector, another: Another, source: StandingSource) -> None:
        """C-02 Building a collector makes no request to the source."""
        another()
        assert source.asked == 0

    def test_tells_what_stands_there(self, collector: Collector, source: StandingSource) -> None:
        """C-03 Each piece is collected with its title, words, address, author and moment."""
        source.stand(pieces(FEW))
        collected = collector.collect("", LIMITS).pieces
        assert [entry.title for entry in collected] == ["kittitle0", "kittitle1", "kittitle2"]
        assert [entry.words for entry in collected] == [f"kitwords{n} Không chuyển tiền & gọi 113" for n in range(FEW)]
        assert [entry.address for entry in collected] == [f"https://kit.invalid/tin/{n}" for n in range(FEW)]
        assert {entry.author for entry in collected} == {"kitauthor"}

    def test_stable_ids(self, collector: Collector, another: Another, source: StandingSource) -> None:
        """C-04 The id of a piece stays when its title, words and moment change, in another order and process too."""
        source.stand(pieces(FEW))
        before = ids(collector.collect("", LIMITS))
        changed = [evolve(entry, title=f"kitnew {entry.title}", words="kitnew") for entry in reversed(pieces(FEW))]
        source.stand(changed)
        assert sorted(ids(another().collect("", LIMITS))) == sorted(before)

    def test_different_ids(self, collector: Collector, source: StandingSource) -> None:
        """C-05 Two pieces with the same title and words have different ids; none has an empty id."""
        source.stand([piece(1, title="kitsame", words="kitsame"), piece(2, title="kitsame", words="kitsame")])
        collected = ids(collector.collect("", LIMITS))
        assert len({*collected} - {""}) == 2, collected

    @pytest.mark.parametrize("is_turned", [False, True])
    def test_oldest_first(self, collector: Collector, source: StandingSource, is_turned: bool) -> None:
        """C-06 The oldest piece comes first, in whichever order the source has them."""
        source.stand(pieces(FEW)[::-1] if is_turned else pieces(FEW))
        assert [entry.title for entry in collector.collect("", LIMITS).pieces] == [
            "kittitle0",
            "kittitle1",
            "kittitle2",
        ]

    @pytest.mark.parametrize("has_validators", [True, False])
    def test_nothing_twice(
        self, collector: Collector, another: Another, source: StandingSource, has_validators: bool
    ) -> None:
        """C-07 Read again with its cursor, an unchanged source yields nothing, in another process too."""
        if isinstance(source, HttpSource):
            source.has_validators = has_validators
        source.stand(pieces(FEW))
        first = collector.collect("", LIMITS)
        assert len(first.pieces) == FEW
        again = another().collect(first.cursor, LIMITS)
        assert ids(again) == []
        assert ids(collector.collect(again.cursor, LIMITS)) == []

    def test_keeps_nothing(self, collector: Collector, source: StandingSource) -> None:
        """C-08 The same cursor yields the same pieces again: the caller may have crashed before storing them."""
        source.stand(pieces(FEW))
        first = collector.collect("", LIMITS)
        assert ids(collector.collect("", LIMITS)) == ids(first) != []
        source.stand(pieces(FEW + 1))
        assert ids(collector.collect(first.cursor, LIMITS)) == ids(collector.collect(first.cursor, LIMITS)) != []

    def test_what_is_new(self, collector: Collector, source: StandingSource) -> None:
        """C-09 Only new pieces are collected, including an old piece that was added later."""
        source.stand(pieces(FEW, 1))
        cursor = collector.collect("", LIMITS).cursor
        source.stand([piece(9), *pieces(FEW, 1), piece(0)])
        assert [entry.title for entry in collector.collect(cursor, LIMITS).pieces] == ["kittitle0", "kittitle9"]

    def test_in_parts(self, collector: Collector, source: StandingSource) -> None:
        """C-10 No more pieces than the limit are collected at once; the rest comes the next times, none lost, none
        twice.
        """
        source.stand(pieces(MANY))
        limits = evolve(LIMITS, pieces=PART)
        assert len(collector.collect("", limits).pieces) == PART
        assert [entry.title for entry in read_all(collector, limits=limits)] == [f"kittitle{n}" for n in range(MANY)]

    def test_composed_and_open(self, collector: Collector, source: StandingSource) -> None:
        """C-11 Texts are NFC, without hidden characters and without changes of reading direction."""
        hidden = "Ho\u00e0ng\u200b \u202eHoa\u202c Lư\u00ad"
        source.stand([piece(1, title=normalize("NFD", f"Cảnh báo {hidden}"), words=normalize("NFD", f"Ở {hidden}"))])
        (collected,) = collector.collect("", LIMITS).pieces
        for text in (collected.title, collected.words, collected.author):
            assert normalize("NFC", text) == text == drop_hidden(text), repr(text)
        assert (collected.title, collected.words) == ("Cảnh báo Hoàng Hoa Lư", "Ở Hoàng Hoa Lư")

    def test_moments(self, collector: Collector, source: StandingSource) -> None:
        """C-12 Moments are aware and those of the source, whatever time zone it writes them in."""
        source.stand([piece(1), evolve(piece(2), published=piece(2).published.astimezone(UTC))])
        moments = [entry.published for entry in collector.collect("", LIMITS).pieces]
        assert all(moment is not None and moment.tzinfo is not None for moment in moments), moments
        assert moments == [piece(1).published, piece(2).published]

    def test_markup_becomes_words(self, collector: Collector, source: StandingSource) -> None:
        """C-13 Markup becomes plain text: no element, no script, no address of one; the words stay, separated."""
        source.stand([piece(1, title="Cảnh báo <b>nóng</b>", words=_MARKUP)])
        (collected,) = collector.collect("", LIMITS).pieces
        assert collected.title == "Cảnh báo nóng"
        assert not [word for word in _NO_WORDS if word in collected.words.replace("1 < 2 & 3", "")], collected.words
        assert collected.words.split() == ["Một", "hai", "ba", "1", "<", "2", "&", "3"]

    @pytest.mark.parametrize("address", ["javascript:kit()", "data:text/html,kit", "file:///etc/passwd", "kit.invalid"])
    def test_addresses(self, collector: Collector, source: StandingSource, address: str) -> None:
        """C-14 An address leads to a page by http or https, or is empty."""
        source.stand([piece(1, address=address)])
        (collected,) = collector.collect("", LIMITS).pieces
        assert re.match(r"https?://|$", collected.address), collected.address

    @pytest.mark.parametrize("cursor", _UNKNOWN_CURSORS)
    def test_unknown_cursors(self, collector: Collector, source: StandingSource, cursor: str) -> None:
        """C-15 An unknown cursor, such as one of another version, counts as none."""
        source.stand(pieces(FEW))
        assert len(collector.collect(cursor, LIMITS).pieces) == FEW

    def test_short_cursor(self, collector: Collector, source: StandingSource) -> None:
        """C-16 The cursor stays short, however many pieces were collected and however long the source's ids are."""
        limits = evolve(LIMITS, pieces=1000, size=8 * 1024 * 1024)
        source.stand([evolve(entry, id=f"{entry.id}/{'kit' * 300}") for entry in pieces(500)])
        reading = collector.collect("", limits)
        assert (len(reading.pieces), len(reading.cursor) <= MAX_CURSOR) == (500, True)
        assert ids(collector.collect(reading.cursor, limits)) == []

    def test_empty_source(self, collector: Collector, source: StandingSource) -> None:
        """C-17 An empty source yields nothing; pieces that come later are collected."""
        source.stand([])
        reading = collector.collect("", LIMITS)
        assert ids(reading) == []
        source.stand(pieces(FEW))
        assert len(collector.collect(reading.cursor, LIMITS).pieces) == FEW

"""The collector kit: what is told of what stands at a source, once, in order, and in plain text."""

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
    """What a collector tells."""

    def test_name(self, collector: Collector) -> None:
        """C-01 Its type has a short name that can be written in the settings."""
        assert re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", collector.name), collector.name

    def test_built_quietly(self, collector: Collector, another: Another, source: StandingSource) -> None:
        """C-02 Nothing is asked of the source while a collector is built."""
        another()
        assert source.asked == 0

    def test_tells_what_stands_there(self, collector: Collector, source: StandingSource) -> None:
        """C-03 Each piece is told with its title, words, address, author and moment."""
        source.stand(pieces(FEW))
        told = collector.collect("", LIMITS).pieces
        assert [one.title for one in told] == ["kittitle0", "kittitle1", "kittitle2"]
        assert [one.words for one in told] == [f"kitwords{n} Không chuyển tiền & gọi 113" for n in range(FEW)]
        assert [one.address for one in told] == [f"https://kit.invalid/tin/{n}" for n in range(FEW)]
        assert {one.author for one in told} == {"kitauthor"}

    def test_stable_ids(self, collector: Collector, another: Another, source: StandingSource) -> None:
        """C-04 The id of a piece stays when its title, words and moment change, in another order and process too."""
        source.stand(pieces(FEW))
        before = ids(collector.collect("", LIMITS))
        changed = [evolve(one, title=f"kitnew {one.title}", words="kitnew") for one in reversed(pieces(FEW))]
        source.stand(changed)
        assert sorted(ids(another().collect("", LIMITS))) == sorted(before)

    def test_different_ids(self, collector: Collector, source: StandingSource) -> None:
        """C-05 Two pieces with the same title and words are two; none has an empty id."""
        source.stand([piece(1, title="kitsame", words="kitsame"), piece(2, title="kitsame", words="kitsame")])
        told = ids(collector.collect("", LIMITS))
        assert len({*told} - {""}) == 2, told

    @pytest.mark.parametrize("is_turned", [False, True])
    def test_oldest_first(self, collector: Collector, source: StandingSource, is_turned: bool) -> None:
        """C-06 The oldest comes first, in whichever order they stand there."""
        source.stand(pieces(FEW)[::-1] if is_turned else pieces(FEW))
        assert [one.title for one in collector.collect("", LIMITS).pieces] == ["kittitle0", "kittitle1", "kittitle2"]

    @pytest.mark.parametrize("has_validators", [True, False])
    def test_nothing_twice(
        self, collector: Collector, another: Another, source: StandingSource, has_validators: bool
    ) -> None:
        """C-07 Read again with its cursor, a source that hasn't changed tells nothing, in another process too."""
        if isinstance(source, HttpSource):
            source.has_validators = has_validators
        source.stand(pieces(FEW))
        first = collector.collect("", LIMITS)
        assert len(first.pieces) == FEW
        again = another().collect(first.cursor, LIMITS)
        assert ids(again) == []
        assert ids(collector.collect(again.cursor, LIMITS)) == []

    def test_keeps_nothing(self, collector: Collector, source: StandingSource) -> None:
        """C-08 With the same cursor it tells the same again: whoever asked may have crashed before it was stored."""
        source.stand(pieces(FEW))
        first = collector.collect("", LIMITS)
        assert ids(collector.collect("", LIMITS)) == ids(first) != []
        source.stand(pieces(FEW + 1))
        assert ids(collector.collect(first.cursor, LIMITS)) == ids(collector.collect(first.cursor, LIMITS)) != []

    def test_what_is_new(self, collector: Collector, source: StandingSource) -> None:
        """C-09 What came since is told, and that alone: also an old piece that was added later."""
        source.stand(pieces(FEW, 1))
        cursor = collector.collect("", LIMITS).cursor
        source.stand([piece(9), *pieces(FEW, 1), piece(0)])
        assert [one.title for one in collector.collect(cursor, LIMITS).pieces] == ["kittitle0", "kittitle9"]

    def test_in_parts(self, collector: Collector, source: StandingSource) -> None:
        """C-10 No more than the limit is told at once; the rest comes the next times, none lost, none twice."""
        source.stand(pieces(MANY))
        limits = evolve(LIMITS, pieces=PART)
        assert len(collector.collect("", limits).pieces) == PART
        assert [one.title for one in read_all(collector, limits=limits)] == [f"kittitle{n}" for n in range(MANY)]

    def test_composed_and_open(self, collector: Collector, source: StandingSource) -> None:
        """C-11 Texts are NFC, and nothing in them is hidden or turns the direction of reading."""
        hidden = "Ho\u00e0ng\u200b \u202eHoa\u202c Lư\u00ad"
        source.stand([piece(1, title=normalize("NFD", f"Cảnh báo {hidden}"), words=normalize("NFD", f"Ở {hidden}"))])
        (told,) = collector.collect("", LIMITS).pieces
        for text in (told.title, told.words, told.author):
            assert normalize("NFC", text) == text == drop_hidden(text), repr(text)
        assert (told.title, told.words) == ("Cảnh báo Hoàng Hoa Lư", "Ở Hoàng Hoa Lư")

    def test_moments(self, collector: Collector, source: StandingSource) -> None:
        """C-12 Moments are aware, and those that the source means, whatever time zone it writes them in."""
        source.stand([piece(1), evolve(piece(2), published=piece(2).published.astimezone(UTC))])
        told = [one.published for one in collector.collect("", LIMITS).pieces]
        assert all(moment is not None and moment.tzinfo is not None for moment in told), told
        assert told == [piece(1).published, piece(2).published]

    def test_markup_becomes_words(self, collector: Collector, source: StandingSource) -> None:
        """C-13 Markup becomes plain text: no element, no script, no address of one; what is said stays, apart."""
        source.stand([piece(1, title="Cảnh báo <b>nóng</b>", words=_MARKUP)])
        (told,) = collector.collect("", LIMITS).pieces
        assert told.title == "Cảnh báo nóng"
        assert not [word for word in _NO_WORDS if word in told.words.replace("1 < 2 & 3", "")], told.words
        assert told.words.split() == ["Một", "hai", "ba", "1", "<", "2", "&", "3"]

    @pytest.mark.parametrize("address", ["javascript:kit()", "data:text/html,kit", "file:///etc/passwd", "kit.invalid"])
    def test_addresses(self, collector: Collector, source: StandingSource, address: str) -> None:
        """C-14 An address leads to a page by http or https, or is empty."""
        source.stand([piece(1, address=address)])
        (told,) = collector.collect("", LIMITS).pieces
        assert re.match(r"https?://|$", told.address), told.address

    @pytest.mark.parametrize("cursor", _UNKNOWN_CURSORS)
    def test_unknown_cursors(self, collector: Collector, source: StandingSource, cursor: str) -> None:
        """C-15 A cursor that it doesn't understand, as of another version, counts as none."""
        source.stand(pieces(FEW))
        assert len(collector.collect(cursor, LIMITS).pieces) == FEW

    def test_short_cursor(self, collector: Collector, source: StandingSource) -> None:
        """C-16 The cursor stays short, however much was told and however long the source calls its pieces."""
        limits = evolve(LIMITS, pieces=1000, size=8 * 1024 * 1024)
        source.stand([evolve(one, id=f"{one.id}/{'kit' * 300}") for one in pieces(500)])
        reading = collector.collect("", limits)
        assert (len(reading.pieces), len(reading.cursor) <= MAX_CURSOR) == (500, True)
        assert ids(collector.collect(reading.cursor, limits)) == []

    def test_empty_source(self, collector: Collector, source: StandingSource) -> None:
        """C-17 A source at which nothing stands tells nothing; what comes later is told."""
        source.stand([])
        reading = collector.collect("", LIMITS)
        assert ids(reading) == []
        source.stand(pieces(FEW))
        assert len(collector.collect(reading.cursor, LIMITS).pieces) == FEW

"""The formatter kit: what reaches the file, and that it is the same each time."""

import re
import socket
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from math import inf, nan
from typing import NoReturn

import pytest
from attrs import evolve

from anninh_core.kernel.clock import SystemClock
from anninh_core.kernel.errors import BadInput
from anninh_core.ports.formatter import Formatter
from anninh_core.profile.loader import load_profile
from anninh_core.testing.kits.formatter import documents
from anninh_core.testing.kits.formatter.reading import find_making_time, find_more_than_words, read_words
from anninh_core.testing.kits.guard import ConformanceKit
from anninh_core.vocabulary.capability import Support
from anninh_core.vocabulary.report_document import Chart, ReportDocument, Section

ABILITIES = ("layout", "tables", "charts", "figures")
ROWS = 300
_NO_NUMBER = re.compile(r"\b(None|nan|NaN|inf|Infinity)\b")

MakeDocument = Callable[[Mapping[str, str]], ReportDocument]
DOCUMENTS: Mapping[str, MakeDocument] = {
    "bare": documents.bare_document,
    "full": documents.full_document,
    "hostile": documents.hostile_document,
    "numberless": documents.numberless_document,
}


class FormatterConformance(ConformanceKit, kit=True):
    """Subclass it in a test module and give the fixture `formatter`.

    Files of text, HTML, CSV, office programs and PDF are read by the kit; for another kind override `words`.

    Example::

        class TestMyFormat(FormatterConformance):
            @pytest.fixture
            def formatter(self) -> Formatter:
                return MyFormat()
    """

    @pytest.fixture
    def wording(self) -> Mapping[str, str]:
        """The captions of a shipped profile."""
        return load_profile("hoa_lu_2021").wording

    @pytest.fixture
    def words(self, formatter: Formatter) -> Callable[[bytes], str]:
        """What returns the words of a file, as somebody who opens it reads them."""
        return lambda data: read_words(data, formatter.media_type)

    def test_names(self, formatter: Formatter) -> None:
        """F-01 It has a short name, a suffix with its dot, and a media type."""
        assert re.fullmatch(r"[a-z][a-z0-9_-]*", formatter.name), formatter.name
        assert re.fullmatch(r"(\.[a-z0-9]+)+", formatter.suffix), formatter.suffix
        assert re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", formatter.media_type), formatter.media_type

    def test_abilities(self, formatter: Formatter) -> None:
        """F-02 It says of layout, tables, charts and figures whether they reach the file, and why where not in full."""
        assert {*formatter.capabilities.abilities} == {*ABILITIES}
        for name, ability in formatter.capabilities.abilities.items():
            assert ability.support is Support.FULL or ability.note.strip(), f"{name} has no note"

    @pytest.mark.parametrize("name", DOCUMENTS)
    def test_same_bytes(self, formatter: Formatter, wording: Mapping[str, str], name: str) -> None:
        """F-03 The same document gives the same bytes, whatever was rendered in between, today and on any other day."""
        first = formatter.render(DOCUMENTS[name](wording))
        formatter.render(documents.large_document(wording, 3))
        assert formatter.render(DOCUMENTS[name](wording)) == first != b""
        assert type(formatter)().render(DOCUMENTS[name](wording)) == first
        assert find_making_time(first, SystemClock().now()) == [], "the time of its making is in it"

    def test_several_threads(self, formatter: Formatter, wording: Mapping[str, str]) -> None:
        """F-04 Rendered by several threads at once, each document is itself."""
        made = [documents.large_document(wording, rows) for rows in (2, 3, 4)] * 2
        expected = [formatter.render(document) for document in made]
        with ThreadPoolExecutor(3) as pool:
            assert [*pool.map(formatter.render, made)] == expected

    @pytest.mark.parametrize("block", documents.BLOCKS)
    def test_blocks(
        self, formatter: Formatter, wording: Mapping[str, str], words: Callable[[bytes], str], block: str
    ) -> None:
        """F-05 Paragraphs, cells, captions, labels and values reach the file, where the format says that they do."""
        self._require(
            formatter, *{"paragraph": ("layout", "tables"), "table": ("tables",), "chart": ("charts",)}[block]
        )
        document = evolve(documents.full_document(wording), figures=())
        if block != "chart" or formatter.capabilities.of("charts").support is Support.FULL:
            self._assert_there(words(formatter.render(document)), documents.BLOCK_WORDS[block])
        else:
            told = words(formatter.render(document))
            assert any(word in told for word in documents.BLOCK_WORDS[block]), "nothing of the chart reaches the file"

    def test_headings(self, formatter: Formatter, wording: Mapping[str, str], words: Callable[[bytes], str]) -> None:
        """F-06 Headings, the closing sentence and the letterhead reach the file where it has a layout."""
        self._require(formatter, "layout")
        told = words(formatter.render(documents.full_document(wording)))
        self._assert_there(told.casefold(), [word.casefold() for word in ("kitsection", "kitbelow", "kitlast")])
        self._assert_there(told.casefold(), [word.casefold() for word in documents.LETTERHEAD_WORDS])

    def test_figures(self, formatter: Formatter, wording: Mapping[str, str], words: Callable[[bytes], str]) -> None:
        """F-07 Every figure reaches the file with its name and its value where the format says that figures do."""
        self._require(formatter, "figures")
        told = words(formatter.render(documents.full_document(wording)))
        self._assert_there(told, documents.FIGURE_WORDS)
        assert "4321" in re.sub(r"[.,\s]", "", told), "a value is missing"

    @pytest.mark.parametrize("part", ["tables", "charts", "figures"])
    def test_denied_parts(
        self, formatter: Formatter, wording: Mapping[str, str], words: Callable[[bytes], str], part: str
    ) -> None:
        """F-08 What the format says it can't hold isn't in the file: nobody looks for it elsewhere if it is."""
        if formatter.capabilities.can(part):
            pytest.skip(f"it holds {part}")
        told = words(formatter.render(documents.full_document(wording)))
        seldom = {"tables": "kitcellone", "charts": "kitlabelone", "figures": "kitfigurefirst"}[part]
        assert seldom not in told, f"{part} reach the file: say that they do"

    def test_hostile_words(
        self, formatter: Formatter, wording: Mapping[str, str], words: Callable[[bytes], str]
    ) -> None:
        """F-09 Hostile words arrive as words: no markup, no formula, nor in a chart's workbook; it opens."""
        data = formatter.render(documents.hostile_document(wording))
        assert find_more_than_words(data, formatter.media_type) == []
        told = words(data)
        assert "kitdecomposed" in told
        assert "kitcontrol" in told
        assert "\x00" not in told

    def test_missing_numbers(
        self, formatter: Formatter, wording: Mapping[str, str], words: Callable[[bytes], str]
    ) -> None:
        """F-10 A number that isn't known is left open: it isn't 0, and no word of a programming language."""
        told = words(formatter.render(documents.numberless_document(wording)))
        assert not _NO_NUMBER.search(told), _NO_NUMBER.findall(told)
        if formatter.capabilities.can("figures"):
            (line,) = [line for line in told.splitlines() if "kitfigurefirst" in line][:1] or [""]
            assert not re.search(r"\b0\b", line), "0 is a number"

    @pytest.mark.parametrize("value", [nan, inf])
    def test_no_numbers(self, formatter: Formatter, wording: Mapping[str, str], value: float) -> None:
        """F-11 What is no number is refused as `BadInput`, or doesn't reach the file."""
        section = Section("kitsection", 1, (Chart("kitchart", ("kitlabelone",), (value,)),))
        try:
            data = formatter.render(evolve(documents.full_document(wording), sections=(section,)))
        except BadInput:
            return
        assert not _NO_NUMBER.search(read_words(data, formatter.media_type))

    def test_large_table(self, formatter: Formatter, wording: Mapping[str, str], words: Callable[[bytes], str]) -> None:
        """F-12 Of a table over many pages no row is left out."""
        self._require(formatter, "tables")
        told = words(formatter.render(documents.large_document(wording, ROWS)))
        assert not [number for number in range(ROWS) if f"kitrow{number:04}" not in told]

    def test_captions_are_the_profiles(
        self, formatter: Formatter, wording: Mapping[str, str], words: Callable[[bytes], str]
    ) -> None:
        """F-13 Captions are those of the document: with others in it, nothing of the first ones is left."""
        keys = [key for key in wording if key.startswith("report.")]
        given = dict(wording) | {
            key: re.sub(r"[^\W\d_]+(?![^{]*\})", f"kit{number}", wording[key]) for number, key in enumerate(keys)
        }
        told = words(formatter.render(documents.full_document(given)))
        sentences = {wording[key] for key in keys if len(wording[key].split()) > 1 and "{" not in wording[key]}
        assert not [sentence for sentence in sentences if sentence in told], "the format has words of its own"

    def test_no_network(
        self, formatter: Formatter, wording: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """F-14 Nothing is asked over the network."""
        asked: list[object] = []

        def refuse(*arguments: object, **_: object) -> NoReturn:
            asked.append(arguments)
            raise OSError("a formatter asks nobody")

        monkeypatch.setattr(socket.socket, "connect", refuse)
        monkeypatch.setattr(socket, "getaddrinfo", refuse)
        assert formatter.render(documents.hostile_document(wording))
        assert not asked

    @staticmethod
    def _require(formatter: Formatter, *parts: str) -> None:
        """Skip the rule where the format says that none of these parts reach the file."""
        if not any(formatter.capabilities.can(part) for part in parts):
            pytest.skip(f"no {parts[0]}: {formatter.capabilities.of(parts[0]).note}")

    @staticmethod
    def _assert_there(told: str, wanted: "tuple[str, ...] | list[str]") -> None:
        assert not [word for word in wanted if word not in told]

"""The conformance kit for formatters: which parts of a document reach the file, and that the file is the same each
time.
"""

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
    """Rules that a formatter has to keep. Subclass it in a test module and give the fixture `formatter`.

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
        """Return a function that returns the words of a file, as a person reads them who opens the file."""
        return lambda data: read_words(data, formatter.media_type)

    def test_names(self, formatter: Formatter) -> None:
        """F-01 A format has a short name, a suffix with its dot, and a media type."""
        assert re.fullmatch(r"[a-z][a-z0-9_-]*", formatter.name), formatter.name
        assert re.fullmatch(r"(\.[a-z0-9]+)+", formatter.suffix), formatter.suffix
        assert re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", formatter.media_type), formatter.media_type

    def test_abilities(self, formatter: Formatter) -> None:
        """F-02 A format declares for layout, tables, charts and figures whether they reach the file, with a note unless
        they do so in full.
        """
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
        """F-04 Documents that several threads render at once don't mix."""
        to_render = [documents.large_document(wording, rows) for rows in (2, 3, 4)] * 2
        expected = [formatter.render(document) for document in to_render]
        with ThreadPoolExecutor(3) as pool:
            assert [*pool.map(formatter.render, to_render)] == expected

    @pytest.mark.parametrize("block", documents.BLOCKS)
    def test_blocks(
        self, formatter: Formatter, wording: Mapping[str, str], words: Callable[[bytes], str], block: str
    ) -> None:
        """F-05 Paragraphs, cells, captions, labels and values reach the file, if the format declares them."""
        self._require_any_part(
            formatter, *{"paragraph": ("layout", "tables"), "table": ("tables",), "chart": ("charts",)}[block]
        )
        document = evolve(documents.full_document(wording), figures=())
        if block != "chart" or formatter.capabilities.of("charts").support is Support.FULL:
            self._assert_contains(words(formatter.render(document)), documents.BLOCK_WORDS[block])
        else:
            text = words(formatter.render(document))
            assert any(word in text for word in documents.BLOCK_WORDS[block]), "nothing of the chart reaches the file"

    def test_headings(self, formatter: Formatter, wording: Mapping[str, str], words: Callable[[bytes], str]) -> None:
        """F-06 Headings, the closing sentence and the letterhead reach the file if the format has a layout."""
        self._require_any_part(formatter, "layout")
        text = words(formatter.render(documents.full_document(wording)))
        self._assert_contains(text.casefold(), [word.casefold() for word in ("kitsection", "kitbelow", "kitlast")])
        self._assert_contains(text.casefold(), [word.casefold() for word in documents.LETTERHEAD_WORDS])

    def test_figures(self, formatter: Formatter, wording: Mapping[str, str], words: Callable[[bytes], str]) -> None:
        """F-07 Every figure reaches the file with its name and its value, if the format declares figures."""
        self._require_any_part(formatter, "figures")
        text = words(formatter.render(documents.full_document(wording)))
        self._assert_contains(text, documents.FIGURE_WORDS)
        assert "4321" in re.sub(r"[.,\s]", "", text), "a value is missing"

    @pytest.mark.parametrize("part", ["tables", "charts", "figures"])
    def test_denied_parts(
        self, formatter: Formatter, wording: Mapping[str, str], words: Callable[[bytes], str], part: str
    ) -> None:
        """F-08 A part that the format declares unsupported isn't in the file: a part that is there has to be
        declared.
        """
        if formatter.capabilities.can(part):
            pytest.skip(f"it holds {part}")
        text = words(formatter.render(documents.full_document(wording)))
        typical = {"tables": "kitcellone", "charts": "kitlabelone", "figures": "kitfigurefirst"}[part]
        assert typical not in text, f"{part} reach the file: say that they do"

    def test_hostile_words(
        self, formatter: Formatter, wording: Mapping[str, str], words: Callable[[bytes], str]
    ) -> None:
        """F-09 Hostile words arrive as words: they become no markup and no formula, also in a chart's workbook, and the
        file opens.
        """
        data = formatter.render(documents.hostile_document(wording))
        assert find_more_than_words(data, formatter.media_type) == []
        text = words(data)
        assert "kitdecomposed" in text
        assert "kitcontrol" in text
        assert "\x00" not in text

    def test_missing_numbers(
        self, formatter: Formatter, wording: Mapping[str, str], words: Callable[[bytes], str]
    ) -> None:
        """F-10 An unknown number is left empty: it is neither 0 nor a word of a programming language."""
        text = words(formatter.render(documents.numberless_document(wording)))
        assert not _NO_NUMBER.search(text), _NO_NUMBER.findall(text)
        if formatter.capabilities.can("figures"):
            (line,) = [line for line in text.splitlines() if "kitfigurefirst" in line][:1] or [""]
            assert not re.search(r"\b0\b", line), "0 is a number"

    @pytest.mark.parametrize("value", [nan, inf])
    def test_no_numbers(self, formatter: Formatter, wording: Mapping[str, str], value: float) -> None:
        """F-11 A value that is no number is refused as `BadInput`, or doesn't reach the file."""
        section = Section("kitsection", 1, (Chart("kitchart", ("kitlabelone",), (value,)),))
        try:
            data = formatter.render(evolve(documents.full_document(wording), sections=(section,)))
        except BadInput:
            return
        assert not _NO_NUMBER.search(read_words(data, formatter.media_type))

    def test_large_table(self, formatter: Formatter, wording: Mapping[str, str], words: Callable[[bytes], str]) -> None:
        """F-12 Of a table over many pages no row is left out."""
        self._require_any_part(formatter, "tables")
        text = words(formatter.render(documents.large_document(wording, ROWS)))
        assert not [number for number in range(ROWS) if f"kitrow{number:04}" not in text]

    def test_captions_are_the_profiles(
        self, formatter: Formatter, wording: Mapping[str, str], words: Callable[[bytes], str]
    ) -> None:
        """F-13 Captions are those of the document: with other captions in it, none of the first ones is left."""
        keys = [key for key in wording if key.startswith("report.")]
        other_wording = dict(wording) | {
            key: re.sub(r"[^\W\d_]+(?![^{]*\})", f"kit{number}", wording[key]) for number, key in enumerate(keys)
        }
        text = words(formatter.render(documents.full_document(other_wording)))
        sentences = {wording[key] for key in keys if len(wording[key].split()) > 1 and "{" not in wording[key]}
        assert not [sentence for sentence in sentences if sentence in text], "the format has words of its own"

    def test_no_network(
        self, formatter: Formatter, wording: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """F-14 Rendering makes no request over the network."""
        requests: list[object] = []

        def refuse_connection(*arguments: object, **_: object) -> NoReturn:
            requests.append(arguments)
            raise OSError("a formatter asks nobody")

        monkeypatch.setattr(socket.socket, "connect", refuse_connection)
        monkeypatch.setattr(socket, "getaddrinfo", refuse_connection)
        assert formatter.render(documents.hostile_document(wording))
        assert not requests

    @staticmethod
    def _require_any_part(formatter: Formatter, *parts: str) -> None:
        """Skip the rule if the format declares none of the document's parts in `parts`."""
        if not any(formatter.capabilities.can(part) for part in parts):
            pytest.skip(f"no {parts[0]}: {formatter.capabilities.of(parts[0]).note}")

    @staticmethod
    def _assert_contains(text: str, expected: "tuple[str, ...] | list[str]") -> None:
        assert not [word for word in expected if word not in text]

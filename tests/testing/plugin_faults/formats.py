"""Formats with one fault each; the healthy one writes everything as lines of text."""

import itertools
from collections.abc import Iterator, Mapping
from io import BytesIO
from urllib.request import urlopen
from xml.sax.saxutils import escape
from zipfile import ZipFile, ZipInfo

from attrs import evolve
from tests.testing.plugin_faults.meeting import Meeting

from anninh_core.formatters import layout
from anninh_core.kernel.clock import SystemClock
from anninh_core.kernel.errors import AnninhError, BadInput
from anninh_core.vocabulary.capability import Ability, Capabilities, Support
from anninh_core.vocabulary.report_document import Block, Chart, Figure, Paragraph, ReportDocument, Table

FULL = Ability(Support.FULL)


class Lines:
    """A healthy format."""

    name = "lines"
    suffix = ".txt"
    media_type = "text/plain"

    @property
    def capabilities(self) -> Capabilities:
        """Every ability but a page layout."""
        pages = Ability(Support.PARTIAL, "text has no pages")
        return Capabilities("the lines", {"layout": pages, "tables": FULL, "charts": FULL, "figures": FULL})

    def render(self, document: ReportDocument) -> bytes:
        """Return the lines."""
        return "\n".join(self.lines(layout.printable(document))).encode()

    def lines(self, document: ReportDocument) -> Iterator[str]:
        yield from self.head(document)
        for section in document.sections:
            yield section.heading
            for block in section.blocks:
                yield from self.block(block)
        yield document.closing
        yield from map(self.figure, document.figures)

    def head(self, document: ReportDocument) -> Iterator[str]:
        head = document.letterhead
        yield from (head.national_title, head.motto, head.superior, head.agency, head.number, head.place, head.title)
        yield from (head.subject, head.addressee, *head.grounds, *head.recipients, head.signer_capacity)
        yield from (*head.signer_titles, head.signer_name)

    def block(self, block: Block) -> Iterator[str]:
        match block:
            case Paragraph(text):
                yield text
            case Table():
                yield from (block.caption, "\t".join(block.columns), *map("\t".join, block.rows))
            case Chart():
                pairs = zip(block.labels, map(self.number, block.values), strict=True)
                yield from (block.caption, *map(": ".join, pairs))

    def figure(self, figure: Figure) -> str:
        return f"{figure.name}: {self.number(figure.value)}"

    def number(self, value: float | None) -> str:
        return "–" if value is None else f"{value:g}"


class SuffixWithoutDot(Lines):
    """The suffix has no dot."""

    suffix = "txt"


class CountsItsFiles(Lines):
    """Each file contains a number of its own."""

    files = itertools.count()

    def lines(self, document: ReportDocument) -> Iterator[str]:
        yield f"file {next(self.files)}"
        yield from super().lines(document)


class KeepsWhatItSaw(Lines):
    """The lines of one document are repeated in the next."""

    def __init__(self) -> None:
        self.kept: list[str] = []

    def lines(self, document: ReportDocument) -> Iterator[str]:
        self.kept += super().lines(document)
        return iter(self.kept)


class DropsCharts(Lines):
    """Charts are dropped, but reported as supported."""

    def block(self, block: Block) -> Iterator[str]:
        return iter(()) if isinstance(block, Chart) else super().block(block)


class DropsCaptions(Lines):
    """Captions of tables are left out."""

    def block(self, block: Block) -> Iterator[str]:
        lines = super().block(block)
        return itertools.islice(lines, 1, None) if isinstance(block, Table) else lines


class CutsTables(Lines):
    """Tables end after fifty rows."""

    def block(self, block: Block) -> Iterator[str]:
        return itertools.islice(super().block(block), 52)


class SaysNone(Lines):
    """An unknown number is written as `None`."""

    def number(self, value: float | None) -> str:
        return str(value)


class SaysZero(Lines):
    """An unknown number is written as 0."""

    def number(self, value: float | None) -> str:
        return f"{value or 0:g}"


class DeniesTables(Lines):
    """Tables are reported as impossible, but are written."""

    @property
    def capabilities(self) -> Capabilities:
        complete = super().capabilities
        no = Ability(Support.IMPOSSIBLE, "text has no tables")
        return Capabilities(complete.owner, {**complete.abilities, "tables": no})


class SaysNothingOfCharts(Lines):
    """Support for charts isn't reported."""

    @property
    def capabilities(self) -> Capabilities:
        complete = super().capabilities
        return Capabilities(complete.owner, {name: complete.of(name) for name in ("layout", "tables", "figures")})


class RawPage(Lines):
    """Texts are put into HTML without escaping."""

    suffix = ".html"
    media_type = "text/html"


class FormulasInCells(Lines):
    """Texts are put into cells without escaping."""

    suffix = ".csv"
    media_type = "text/csv"


class OwnCaptions(Lines):
    """The heading of the second column is a fixed text of the format."""

    def head(self, document: ReportDocument) -> Iterator[str]:
        yield from super().head(document)
        yield "Cùng kỳ năm trước"


class DatesItsFiles(Lines):
    """A file contains its date, so that it differs from another day's."""

    def lines(self, document: ReportDocument) -> Iterator[str]:
        yield from super().lines(document)
        yield f"{SystemClock().now():%Y-%m-%d}"


class DatesItsParts(Lines):
    """An archive's parts have the date of packing, to the hour so that tests rarely notice."""

    suffix = ".zip"
    media_type = "application/zip"

    def render(self, document: ReportDocument) -> bytes:
        now = SystemClock().now()
        return _pack("lines.xml", _to_xml(super().render(document)), (now.year, now.month, now.day, now.hour, 0, 0))


class FormulasInAnArchive(Lines):
    """The file contains a workbook with a formula as a cell."""

    suffix = ".zip"
    media_type = "application/zip"

    def render(self, document: ReportDocument) -> bytes:
        main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        formula = f'<c xmlns="{main}"><f>kitformula(1)</f></c>'.encode()
        return _pack("embedded.xlsx", _pack("sheet.xml", formula))


def _to_xml(text: bytes) -> bytes:
    return b"<lines>" + escape(text.decode()).encode() + b"</lines>"


def _pack(name: str, content: bytes, day: tuple[int, int, int, int, int, int] = (1980, 1, 1, 0, 0, 0)) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr(ZipInfo(name, day), content)
    return packed.getvalue()


class AsksForAFont(Lines):
    """A font is downloaded for each file."""

    def render(self, document: ReportDocument) -> bytes:
        try:
            urlopen("http://127.0.0.1:9/serif.ttf", timeout=1)
        except OSError:
            return super().render(document)
        raise AnninhError("there is no such host")


class RemembersTheDocument(Lines):
    """The document is stored on the format, where another thread overwrites it."""

    meet = Meeting(3)

    def render(self, document: ReportDocument) -> bytes:
        self.document = document
        self.meet()
        last = self.document
        self.meet()
        return super().render(last)


class FiguresWithoutValues(Lines):
    """Figures have only their names."""

    def figure(self, figure: Figure) -> str:
        return figure.name


class DropsALastFigure(Lines):
    """The last of several figures is dropped."""

    def lines(self, document: ReportDocument) -> Iterator[str]:
        figures = document.figures[:-1] if len(document.figures) > 1 else document.figures
        return super().lines(evolve(document, figures=figures))


class WritesWhatIsNoNumber(Lines):
    """A number that the library refuses to print is written anyway."""

    def render(self, document: ReportDocument) -> bytes:
        try:
            return super().render(document)
        except BadInput:
            return "\n".join(self.lines(document)).encode()


class LostLetterhead(Lines):
    """The signer is dropped."""

    def head(self, document: ReportDocument) -> Iterator[str]:
        return itertools.islice(super().head(document), 8)


FAULTS: Mapping[type[Lines], str] = {
    SuffixWithoutDot: "F-01",
    CountsItsFiles: "F-03",
    KeepsWhatItSaw: "F-03",
    DatesItsFiles: "F-03",
    DatesItsParts: "F-03",
    RemembersTheDocument: "F-04",
    DropsCharts: "F-05",
    DropsCaptions: "F-05",
    LostLetterhead: "F-06",
    FiguresWithoutValues: "F-07",
    DropsALastFigure: "F-07",
    DeniesTables: "F-08",
    SaysNothingOfCharts: "F-02",
    RawPage: "F-09",
    FormulasInCells: "F-09",
    FormulasInAnArchive: "F-09",
    SaysNone: "F-10",
    SaysZero: "F-10",
    WritesWhatIsNoNumber: "F-11",
    CutsTables: "F-12",
    OwnCaptions: "F-13",
    AsksForAFont: "F-14",
}
"""Faulty format -> number of the rule that must find its fault."""

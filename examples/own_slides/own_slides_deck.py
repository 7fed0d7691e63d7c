"""The deck of a report, whose content is distributed over slides by the available space."""
# python-pptx says that it is typed, and half of it is:
# pyright: basic, reportMissingImports=false

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from io import BytesIO
from textwrap import wrap

import own_slides_parts as parts
from own_slides_parts import DARK, GREY, Box, Style
from pptx import Presentation
from pptx.enum.shapes import MSO_CONNECTOR
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide
from pptx.util import Pt

from anninh_core.formatters import layout
from anninh_core.vocabulary import Chart, Paragraph, ReportDocument, Table

# These lengths bound the body of a slide; the whole slide is 960 points wide and 540 high.
LEFT = 48.0
WIDTH = 864.0
TOP = 122.0
BOTTOM = 492.0
TEXT = 20
CAPTION = 16
GAP = 10
LEAST_CHART = 230.0
_TITLE_ONLY = 5  # Index of the layout with a title only, among the layouts of python-pptx's template.
_LETTERS_A_LINE = int(WIDTH / (TEXT * 0.54))


def write_deck(document: ReportDocument) -> bytes:
    """Return the deck of a report as a file."""
    deck = Presentation()
    deck.slide_width = Pt(960)
    deck.slide_height = Pt(540)
    _set_properties(deck, document)
    _add_cover(deck, document)
    body = _SlideFiller(deck, document)
    for item in layout.flow(document):
        body.add_item(item)
    body.end()
    _add_signature(deck, document)
    file = BytesIO()
    deck.save(file)
    return file.getvalue()


class _SlideFiller:
    """Fills slides from the top, and begins a new slide when the next item doesn't fit."""

    def __init__(self, deck: Deck, document: ReportDocument) -> None:
        self._deck = deck
        self._day = _issue_day(document)
        self._foot = f"{document.unit_name} · {layout.period_line(document)}"
        self._titles: list[str] = []
        self._slide: Slide | None = None
        self._y = BOTTOM
        self._is_shown = True  # True if the heading is on a slide already.

    def add_item(self, item: layout.Item) -> None:
        """Add the next item of the report."""
        if isinstance(item, layout.Heading):
            self._add_heading(item)
        elif isinstance(item, Paragraph):
            self._add_text(item.text)
        elif isinstance(item, Table):
            self._add_table(item)
        else:
            self._add_chart(item)

    def end(self) -> None:
        """Add the marker for missing text if the last heading has no content."""
        if not self._is_shown:
            self._add_text(layout.OPEN)

    def _add_heading(self, heading: layout.Heading) -> None:
        if heading.level <= len(self._titles):
            self.end()
        self._titles[heading.level - 1 :] = [heading.text]
        self._slide = None
        self._is_shown = False

    def _find_space(self, height: float) -> tuple[Slide, Box]:
        """Return a slide with enough space for a height, and the box on it."""
        slide = self._slide
        if slide is None or self._y + height > BOTTOM:
            slide = self._new_slide()
        box = Box(LEFT, self._y, WIDTH, height)
        self._y += height + GAP
        return slide, box

    def _new_slide(self) -> Slide:
        slide = _add_slide(self._deck, self._titles[-1] if self._titles else "", Box(LEFT, 46, WIDTH, 60))
        parts.add_words(slide, Box(LEFT, 22, WIDTH, 24), [" › ".join(self._titles[:-1])], Style(13, color=GREY))
        foot = Style(11, color=GREY)
        parts.add_words(slide, Box(LEFT, 504, WIDTH - 80, 22), [self._foot], foot)
        number = Style(11, color=GREY, align="right")
        parts.add_words(slide, Box(LEFT + WIDTH - 80, 504, 80, 22), [str(len(self._deck.slides))], number)
        self._slide = slide
        self._y = TOP
        self._is_shown = True
        return slide

    def _add_text(self, text: str) -> None:
        lines = wrap(text, _LETTERS_A_LINE) or [""]
        line_height = TEXT * 1.3
        lines_per_slide = int((BOTTOM - TOP - 4) / line_height)
        for start in range(0, len(lines), lines_per_slide):
            chunk = lines[start : start + lines_per_slide]
            slide, box = self._find_space(len(chunk) * line_height + 4)
            parts.add_words(slide, box, [" ".join(chunk)], Style(TEXT))

    def _add_table(self, table: Table) -> None:
        widths = parts.compute_column_widths(table, WIDTH)
        head = parts.compute_row_height(table.columns, widths)
        heights = [parts.compute_row_height(row, widths) for row in table.rows]
        row_count = 0
        while row_count < len(heights) or not heights:
            minimal_height = self._measure_caption(table) + head + sum(heights[row_count : row_count + 2])
            if self._slide is None or self._y + minimal_height > BOTTOM:
                self._new_slide()
            if not row_count:
                self._add_caption(table.caption)
            fit = max(1, _count_fitting(heights[row_count:], BOTTOM - self._y - head))
            height = head + sum(heights[row_count : row_count + fit])
            slide, box = self._find_space(min(height, BOTTOM - TOP))
            parts.add_table(
                slide, box, table, table.rows[row_count : row_count + fit], ends=row_count + fit >= len(heights)
            )
            row_count += fit
            if not heights:
                return

    def _measure_caption(self, table: Table) -> float:
        return parts.count_lines(table.caption, CAPTION, WIDTH) * CAPTION * 1.3 + GAP if table.caption else 0

    def _add_caption(self, caption: str) -> None:
        if caption:
            slide, box = self._find_space(parts.count_lines(caption, CAPTION, WIDTH) * CAPTION * 1.3)
            parts.add_words(slide, box, [caption], Style(CAPTION, bold=True))

    def _add_chart(self, chart: Chart) -> None:
        if not chart.labels:
            self._add_caption(chart.caption)
            return
        minimal_height = min(BOTTOM - TOP, max(LEAST_CHART, 11.0 * len(chart.labels)))
        if self._slide is None or self._y + minimal_height > BOTTOM:
            self._new_slide()
        slide, box = self._find_space(BOTTOM - self._y)
        parts.add_chart(slide, box, chart, self._day)


def _count_fitting(heights: Sequence[float], room: float) -> int:
    fit = 0
    for height in heights:
        room -= height
        if room < 0:
            break
        fit += 1
    return fit


def _issue_day(document: ReportDocument) -> datetime:
    return datetime.combine(document.letterhead.date or document.period_end, time.min)


def _set_properties(deck: Deck, document: ReportDocument) -> None:
    facts = deck.core_properties
    facts.title = layout.full_title(document)[:255]
    facts.author = document.letterhead.agency.replace("\n", " ")[:255]
    facts.created = facts.modified = _issue_day(document)
    facts.language = "vi-VN"
    facts.last_modified_by = ""
    facts.comments = document.snapshot_hash


def _add_slide(deck: Deck, title: str, box: Box, style: Style | None = None) -> Slide:
    """Add a slide with a title, which programs use to list it and read it aloud."""
    slide = deck.slides.add_slide(deck.slide_layouts[_TITLE_ONLY])
    shape = slide.shapes.title
    assert shape is not None
    shape.left = Pt(box.left)
    shape.top = Pt(box.top)
    shape.width = Pt(box.width)
    shape.height = Pt(box.height)
    title_style = style or Style(28, bold=True)
    sizes = (title_style.size, 22, 18, 14, 10)
    size = next((size for size in sizes if parts.count_lines(title, size, box.width) * size * 1.25 <= box.height), 8)
    parts.fill_frame(shape.text_frame, [title], Style(size, title_style.bold, title_style.color, title_style.align))
    return slide


def _add_cover(deck: Deck, document: ReportDocument) -> None:
    head = document.letterhead
    slide = _add_slide(deck, head.title, Box(LEFT, 170, WIDTH, 60), Style(40, bold=True, align="center"))
    for left, strong, plain in (
        (LEFT, [head.superior, head.agency], layout.number_line(document)),
        (LEFT + WIDTH / 2, [head.national_title, head.motto], layout.date_line(document)),
    ):
        parts.add_words(slide, Box(left, 24, WIDTH / 2, 60), strong, Style(15, bold=True, align="center"))
        parts.add_words(slide, Box(left, 90, WIDTH / 2, 24), [plain], Style(14, color=GREY, align="center"))
    parts.add_words(slide, Box(LEFT, 236, WIDTH, 80), [head.subject], Style(26, bold=True, align="center"))
    below = [layout.period_line(document), *_iter_addressee_lines(document)]
    parts.add_words(slide, Box(LEFT, 330, WIDTH, 80), below, Style(16, color=GREY, align="center"))
    parts.add_words(slide, Box(LEFT, 440, WIDTH, 60), layout.grounds(document), Style(12, color=GREY, align="center"))
    if head.draft:
        mark = [layout.say(document.wording, "report.draft")]
        parts.add_words(slide, Box(LEFT, 136, WIDTH, 30), mark, Style(16, bold=True, align="center"))


def _iter_addressee_lines(document: ReportDocument) -> Iterator[str]:
    names = layout.addressees(document)
    if names:
        yield " ".join((layout.salutation(document), *names[:1]))
        yield from names[1:]


def _add_signature(deck: Deck, document: ReportDocument) -> None:
    head = document.letterhead
    half = WIDTH / 2
    title = layout.say(document.wording, "report.recipients")
    slide = _add_slide(deck, title, Box(LEFT, 60, half, 44), Style(20, bold=True))
    parts.add_words(slide, Box(LEFT, 110, half, 300), layout.recipients(document), Style(16))
    signer = [head.signer_capacity, *head.signer_titles]
    parts.add_words(slide, Box(LEFT + half, 66, half, 80), signer, Style(18, bold=True, align="center"))
    parts.add_words(slide, Box(LEFT + half, 260, half, 30), [head.signer_name], Style(18, bold=True, align="center"))
    parts.add_words(slide, Box(LEFT, 500, WIDTH, 24), [layout.snapshot_line(document)], Style(10, color=GREY))
    line = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, Pt(LEFT + half), Pt(70), Pt(LEFT + half), Pt(470))
    line.line.color.rgb = DARK

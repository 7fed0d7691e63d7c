"""Reports as Markdown, for mail, for tickets and for comparing two versions line by line."""

import re
from collections.abc import Iterable, Iterator

from anninh_core.formatters import figures, layout
from anninh_core.vocabulary.capability import Ability, Capabilities, Support
from anninh_core.vocabulary.report_document import Paragraph, ReportDocument, Table

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~&])")
_LINE_START = re.compile(r"^[^\S\n]*(?:([-+=])|(\d+)(?=[.)](?:\s|$)))?", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n\s*\n")
_RULERS = {"left": ":--", "center": ":-:", "right": "--:"}


class MarkdownFormatter:
    """Writes a report as Markdown: plain text with a little structure."""

    name = "markdown"
    suffix = ".md"
    media_type = "text/markdown"

    @property
    def capabilities(self) -> Capabilities:
        """The parts of a report that Markdown can contain: charts become tables, and layout is lost."""
        return Capabilities(
            "the Markdown format",
            {
                "layout": Ability(Support.PARTIAL, "text has no columns and no pages"),
                "tables": Ability(Support.FULL),
                "charts": Ability(Support.PARTIAL, "as a table of their values"),
                "figures": Ability(Support.FULL),
            },
        )

    def render(self, document: ReportDocument) -> bytes:
        """Return the report as Markdown in UTF-8."""
        document = layout.printable(document)
        parts = (
            *_letterhead_lines(document),
            *_body_lines(document),
            *_signature_lines(document),
            *_figures_lines(document),
        )
        return ("\n\n".join(parts) + "\n").encode()


def escape_markdown(text: str) -> str:
    """Return running text escaped so that Markdown shows it unchanged, without the blanks around its lines."""
    return _LINE_START.sub(_escape_line_start, _SPECIAL.sub(r"\\\1", _BLANK_LINES.sub("\n", text.strip())))


def _escape_line_start(start: re.Match[str]) -> str:
    """Return the start of a line without blanks, and with marks escaped that would begin code, a list or a heading."""
    mark, number = start.groups()
    return f"\\{mark}" if mark else f"{number}\\" if number else ""


def _escape_line(text: str) -> str:
    """Return text escaped for use within a line, such as a heading or a cell."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _format_italic(text: str) -> str:
    return f"*{line}*" if (line := _escape_line(text)) else ""


def _format_bold(text: str) -> str:
    return f"**{line}**" if (line := _escape_line(text)) else ""


def _join_lines(lines: Iterable[str]) -> str:
    return "  \n".join(lines)


def _letterhead_lines(document: ReportDocument) -> Iterator[str]:
    head = document.letterhead
    if head.draft:
        yield _format_bold(layout.say(document.wording, "report.draft"))
    yield _join_lines(
        (*map(escape_markdown, filter(None, head.superior.split("\n"))), *map(_format_bold, head.agency.split("\n")))
    )
    yield _join_lines((_format_bold(head.national_title), _format_bold(head.motto)))
    yield _join_lines((escape_markdown(layout.number_line(document)), _format_italic(layout.date_line(document))))
    yield f"# {_escape_line(layout.full_title(document))}"
    addressees = layout.addressees(document)
    if addressees:
        yield _join_lines((escape_markdown(layout.salutation(document)), *map(escape_markdown, addressees)))
    yield from map(_format_italic, layout.grounds(document))


def _body_lines(document: ReportDocument) -> Iterator[str]:
    for item in layout.flow(document):
        if isinstance(item, layout.Heading):
            yield f"{'#' * (item.level + 1)} {_escape_line(item.text)}"
        elif isinstance(item, Paragraph):
            yield escape_markdown(item.text)
        elif isinstance(item, Table):
            yield from _table_lines(item)
        else:
            value = item.unit or layout.say(document.wording, "report.chart_value")
            columns = (layout.say(document.wording, "report.chart_label"), value)
            rows = tuple(zip(item.labels, map(figures.format_value, item.values), strict=True))
            yield from _table_lines(Table(item.caption, columns, rows, frozenset({1})))


def _table_lines(table: Table) -> Iterator[str]:
    if table.caption:
        yield _format_italic(table.caption)
    rulers = [_RULERS[side] for side in layout.alignments(table)]
    body = [[_escape_line(text) for text in row] for row in table.rows]
    if table.total and body:
        body[-1] = [text and f"**{text}**" for text in body[-1]]
    yield "\n".join(f"| {' | '.join(row)} |" for row in ([*map(_escape_line, table.columns)], rulers, *body))


def _signature_lines(document: ReportDocument) -> Iterator[str]:
    head = document.letterhead
    signer = (head.signer_capacity, *head.signer_titles, head.signer_name)
    yield _join_lines(_format_bold(line) for line in signer if line)
    lines = layout.recipients(document)
    if lines:
        yield _join_lines(
            (
                f"*{_format_bold(layout.say(document.wording, 'report.recipients'))}*",
                *map(escape_markdown, lines),
            )
        )


def _figures_lines(document: ReportDocument) -> Iterator[str]:
    if document.figures:
        yield f"## {_escape_line(layout.say(document.wording, 'report.figures'))}"
        yield escape_markdown(layout.period_line(document))
        yield from _table_lines(figures.figure_table(document))
    if document.snapshot_hash:
        yield escape_markdown(layout.snapshot_line(document))

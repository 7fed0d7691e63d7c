"""Reports as Markdown, for mail, tickets and comparing two versions line by line."""

import re
from collections.abc import Iterable, Iterator

from anninh_core.formatters import figures, layout
from anninh_core.vocabulary.capability import Ability, Capabilities, Support
from anninh_core.vocabulary.report_document import Paragraph, ReportDocument, Table

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~&])")
_LIST_MARK = re.compile(r"^(\s*)([-+]|\d+(?=[.)]))")
_RULERS = {"left": ":--", "center": ":-:", "right": "--:"}


class MarkdownFormatter:
    """Plain text with a little structure."""

    name = "markdown"
    suffix = ".md"
    media_type = "text/markdown"

    @property
    def capabilities(self) -> Capabilities:
        """Say what reaches the file: charts as tables, no layout."""
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
        """Return the text as UTF-8."""
        document = layout.printable(document)
        parts = (*_head(document), *_body(document), *_foot(document), *_figures(document))
        return ("\n\n".join(parts) + "\n").encode()


def escape_markdown(text: str) -> str:
    """Return text that Markdown shows as it stands."""
    return _LIST_MARK.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", text)) if text[:1] in "-+" else _SPECIAL.sub(r"\\\1", text)


def _strong(text: str) -> str:
    return f"**{escape_markdown(text)}**"


def _join_lines(lines: Iterable[str]) -> str:
    return "  \n".join(lines)


def _head(document: ReportDocument) -> Iterator[str]:
    head = document.letterhead
    if head.draft:
        yield _strong(layout.say(document.wording, "report.draft"))
    yield _join_lines(
        (*map(escape_markdown, filter(None, head.superior.split("\n"))), *map(_strong, head.agency.split("\n")))
    )
    yield _join_lines((_strong(head.national_title), _strong(head.motto)))
    yield _join_lines(
        (escape_markdown(layout.number_line(document)), f"*{escape_markdown(layout.date_line(document))}*")
    )
    yield f"# {escape_markdown(layout.full_title(document))}"
    addressees = layout.addressees(document)
    if addressees:
        yield _join_lines((escape_markdown(layout.salutation(document)), *map(escape_markdown, addressees)))
    yield from (f"*{escape_markdown(ground)}*" for ground in layout.grounds(document))


def _body(document: ReportDocument) -> Iterator[str]:
    for item in layout.flow(document):
        if isinstance(item, layout.Heading):
            yield f"{'#' * (item.level + 1)} {escape_markdown(item.text)}"
        elif isinstance(item, Paragraph):
            yield escape_markdown(item.text)
        elif isinstance(item, Table):
            yield from _table(item)
        else:
            value = item.unit or layout.say(document.wording, "report.chart_value")
            columns = (layout.say(document.wording, "report.chart_label"), value)
            rows = tuple(zip(item.labels, map(figures.format_value, item.values), strict=True))
            yield from _table(Table(item.caption, columns, rows, frozenset({1})))


def _table(table: Table) -> Iterator[str]:
    if table.caption:
        yield f"*{escape_markdown(table.caption)}*"
    rulers = [_RULERS[side] for side in layout.alignments(table)]
    body = [[_escape_cell(text) for text in row] for row in table.rows]
    if table.total and body:
        body[-1] = [text and f"**{text}**" for text in body[-1]]
    yield "\n".join(f"| {' | '.join(row)} |" for row in ([*map(_escape_cell, table.columns)], rulers, *body))


def _escape_cell(text: str) -> str:
    return escape_markdown(text.replace("\n", " "))


def _foot(document: ReportDocument) -> Iterator[str]:
    head = document.letterhead
    signer = (head.signer_capacity, *head.signer_titles, head.signer_name)
    yield _join_lines(_strong(line) for line in signer if line)
    lines = layout.recipients(document)
    if lines:
        yield _join_lines(
            (f"*{_strong(layout.say(document.wording, 'report.recipients'))}*", *map(escape_markdown, lines))
        )


def _figures(document: ReportDocument) -> Iterator[str]:
    if document.figures:
        yield f"## {escape_markdown(layout.say(document.wording, 'report.figures'))}"
        yield escape_markdown(layout.period_line(document))
        yield from _table(
            Table("", figures.column_headings(document), tuple(figures.figure_rows(document)), figures.NUMERIC)
        )
    if document.snapshot_hash:
        yield escape_markdown(layout.snapshot_line(document))

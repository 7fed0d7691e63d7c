"""Views of a report as text, with everything that its files show, so that a screen can draw it."""

from enum import StrEnum

from anninh_core.formatters import figures, layout
from anninh_core.usecase.views import view
from anninh_core.vocabulary.report_document import Chart, Paragraph, ReportDocument, Table


class PaperBlockKind(StrEnum):
    """Kind of a piece of a report's paper."""

    HEADING = "heading"
    """A heading with its number in front."""
    PARAGRAPH = "paragraph"
    """Running text."""
    TABLE = "table"
    """A table with a heading row."""
    CHART = "chart"
    """A bar chart, as rows of label and value."""


@view
class PaperBlockView:
    """A piece of a paper. Its cells are text, as they are in the files.

    Attributes:
        text: the words of a heading or paragraph, the caption of a table or chart.
        level: of a heading: 1 for `I.`, 2 for `1.`, 3 for `a)`; else 0.
        columns: the heading row, empty for a chart.
        rows: the cells, row by row.
        numeric: numbers of the columns with figures, from 0.
        total: whether the last row is a total.
    """

    kind: PaperBlockKind
    text: str
    level: int = 0
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    numeric: tuple[int, ...] = ()
    total: bool = False


@view
class ReportPaperView:
    """A report as its files show it: the official frame, the body, and all figures.

    Attributes:
        superior, agency: agency block, in capitals.
        national_title, motto: the state's two lines.
        title, subject: kind of the paper, and its subject.
        number: the line of number and symbol.
        place_and_date: the line of place and day of issue.
        draft: the mark of a draft, "" for a final paper.
        salutation, addressees: the words before the addressees, and the addressees.
        grounds: legal bases, one a line.
        body: headings, paragraphs, tables and charts in order, up to the end mark.
        recipients_heading, recipients: who gets a copy, one a line, below a heading.
        signer: capacity, titles and name, one a line.
        figures: the table of all figures behind the paper; None if it has none.
        snapshot: the line that names the frozen figures, "" if there are none.
    """

    id: str
    superior: str
    agency: str
    national_title: str
    motto: str
    number: str
    place_and_date: str
    draft: str
    title: str
    subject: str
    salutation: str
    addressees: tuple[str, ...]
    grounds: tuple[str, ...]
    body: tuple[PaperBlockView, ...]
    recipients_heading: str
    recipients: tuple[str, ...]
    signer: tuple[str, ...]
    figures: PaperBlockView | None
    snapshot: str


def show_paper(document: ReportDocument) -> ReportPaperView:
    """Return the view of a report document with the text of its files; like the files, the view computes nothing."""
    document = layout.printable(document)
    head = document.letterhead
    return ReportPaperView(
        id=document.id,
        superior=head.superior,
        agency=head.agency,
        national_title=head.national_title,
        motto=head.motto,
        number=layout.number_line(document),
        place_and_date=layout.date_line(document),
        draft=layout.say(document.wording, "report.draft") if head.draft else "",
        title=head.title,
        subject=head.subject,
        salutation=layout.salutation(document),
        addressees=layout.addressees(document),
        grounds=layout.grounds(document),
        body=tuple(map(_show_block, layout.flow(document))),
        recipients_heading=layout.say(document.wording, "report.recipients"),
        recipients=layout.recipients(document),
        signer=tuple(filter(None, (head.signer_capacity, *head.signer_titles, head.signer_name))),
        figures=_show_figures(document) if document.figures else None,
        snapshot=layout.snapshot_line(document),
    )


def _show_figures(document: ReportDocument) -> PaperBlockView:
    return _show_table(figures.figure_table(document, layout.say(document.wording, "report.figures")))


def _show_block(item: layout.Item) -> PaperBlockView:
    if isinstance(item, layout.Heading):
        return PaperBlockView(kind=PaperBlockKind.HEADING, text=item.text, level=item.level)
    if isinstance(item, Paragraph):
        return PaperBlockView(kind=PaperBlockKind.PARAGRAPH, text=item.text)
    if isinstance(item, Chart):
        rows = zip(item.labels, map(figures.format_value, item.values), strict=True)
        return PaperBlockView(kind=PaperBlockKind.CHART, text=item.caption, rows=tuple(rows), numeric=(1,))
    return _show_table(item)


def _show_table(table: Table) -> PaperBlockView:
    return PaperBlockView(
        kind=PaperBlockKind.TABLE,
        text=table.caption,
        columns=table.columns,
        rows=table.rows,
        numeric=tuple(sorted(table.numeric)),
        total=table.total,
    )

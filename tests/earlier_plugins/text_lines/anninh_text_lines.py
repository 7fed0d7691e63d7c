"""A format of reports: everything in lines of text.

Change `render`, and say in `capabilities` what reaches the file.
"""

from collections.abc import Callable, Iterator, Sequence

from anninh_core.formatters import layout
from anninh_core.plugins import hookimpl
from anninh_core.ports import Formatter
from anninh_core.vocabulary import Ability, Block, Capabilities, Chart, Paragraph, ReportDocument, Support, Table


class TextLinesFormatter:
    """The format that `--format text_lines` asks for."""

    name = "text_lines"
    suffix = ".txt"
    media_type = "text/plain"

    @property
    def capabilities(self) -> Capabilities:
        """Say what reaches the file, and why where not in full."""
        full, pages = Ability(Support.FULL), Ability(Support.PARTIAL, "text has no pages")
        answers = {"layout": pages, "tables": full, "charts": full, "figures": full}
        return Capabilities("the format text_lines", answers)

    def render(self, document: ReportDocument) -> bytes:
        """Return the file; the same document always gives the same bytes."""
        return "\n".join(_lines(layout.printable(document))).encode()


def _lines(document: ReportDocument) -> Iterator[str]:
    yield from _head(document)
    for section in document.sections:
        yield section.heading
        for block in section.blocks:
            yield from _block(block)
    yield document.closing
    for figure in document.figures:
        yield f"{figure.name}: {_number(figure.value)} {figure.unit_of_measure}"


def _head(document: ReportDocument) -> Iterator[str]:
    head = document.letterhead
    yield from (head.superior, head.agency, head.national_title, head.motto, head.number, head.place)
    yield from (head.title, head.subject, head.addressee, *head.grounds)
    yield from (*head.recipients, head.signer_capacity, *head.signer_titles, head.signer_name)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text):
            yield text
        case Table():
            yield from (block.caption, "\t".join(block.columns), *map("\t".join, block.rows))
        case Chart():
            yield block.caption
            for label, value in zip(block.labels, block.values, strict=True):
                yield f"{label}: {_number(value)} {block.unit}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


@hookimpl
def anninh_formatters() -> Sequence[Callable[[], Formatter]]:
    """Register the format."""
    return [TextLinesFormatter]

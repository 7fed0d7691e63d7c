"""Reports as one self-contained web page: styles and charts included, printable, no script."""

from collections.abc import Iterable, Iterator
from html import escape

from anninh_core.formatters import figures, layout
from anninh_core.formatters.extras import read_template
from anninh_core.formatters.html.svg import build_bar_chart
from anninh_core.vocabulary.capability import Ability, Capabilities, Support
from anninh_core.vocabulary.report_document import Chart, Paragraph, ReportDocument, Table


class HtmlFormatter:
    """Writes a report as a web page to read on a screen, figures included."""

    name = "html"
    suffix = ".html"
    media_type = "text/html"

    @property
    def capabilities(self) -> Capabilities:
        """The parts of a report that a web page can contain: everything except page breaks and page numbers."""
        return Capabilities(
            "the HTML format",
            {
                "layout": Ability(Support.PARTIAL, "no page numbers; a browser decides where pages break"),
                "tables": Ability(Support.FULL),
                "charts": Ability(Support.FULL),
                "figures": Ability(Support.FULL),
            },
        )

    def render(self, document: ReportDocument) -> bytes:
        """Return the report as a web page in UTF-8."""
        document = layout.printable(document)
        body = "\n".join(
            (
                *_letterhead_html(document),
                *map(_item_html, layout.flow(document)),
                *_signature_html(document),
                *_figures_html(document),
            )
        )
        return (
            f'<!DOCTYPE html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(layout.full_title(document))}</title>\n<style>\n{read_template('report.css')}</style>\n</head>\n"
            f"<body>\n{body}\n</body>\n</html>\n"
        ).encode()


def _lines_html(text: str) -> str:
    return "<br>".join(map(escape, text.split("\n")))


def _letterhead_html(document: ReportDocument) -> Iterator[str]:
    head = document.letterhead
    draft = f'<p class="draft">{escape(layout.say(document.wording, "report.draft"))}</p>' if head.draft else ""
    yield (
        f'<header><div class="head"><div><p>{_lines_html(head.superior)}</p>'
        f'<p class="ruled"><strong>{_lines_html(head.agency)}</strong></p>'
        f"<p>{escape(layout.number_line(document))}</p>{draft}"
        f"</div><div><p><strong>{escape(head.national_title)}</strong></p>"
        f'<p><strong class="motto">{escape(head.motto)}</strong></p>'
        f"<p><em>{escape(layout.date_line(document))}</em></p></div></div>"
    )
    yield f'<h1 class="ruled">{escape(head.title)}<small>{_lines_html(head.subject)}</small></h1></header>\n<main>'
    addressees = layout.addressees(document)
    if addressees:
        lines = "<br>".join(map(escape, addressees))
        yield f'<p class="to">{escape(layout.salutation(document))} {lines}</p><br>'
    yield from (f"<p><em>{escape(ground)}</em></p>" for ground in layout.grounds(document))


def _item_html(item: layout.Item) -> str:
    if isinstance(item, layout.Heading):
        return f"<h{item.level + 1}>{escape(item.text)}</h{item.level + 1}>"
    if isinstance(item, Paragraph):
        return f"<p>{escape(item.text)}</p>"
    caption = f"<figcaption>{escape(item.caption)}</figcaption>" if item.caption else ""
    return f"<figure>{caption}{build_bar_chart(item) if isinstance(item, Chart) else _table_html(item)}</figure>"


def _table_html(table: Table) -> str:
    sides = layout.alignments(table)
    name = next((n for n, side in enumerate(sides) if side == "left"), 0)
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    rows = []
    for n, row in enumerate(table.rows, 1):
        total = ' class="total"' if table.total and n == len(table.rows) else ""
        cells = (
            f'<th scope="row">{escape(text)}</th>'
            if column_number == name
            else f'<td class="{side}">{escape(text)}</td>'
            for column_number, (text, side) in enumerate(zip(row, sides, strict=True))
        )
        rows.append(f"<tr{total}>{''.join(cells)}</tr>")
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _signature_html(document: ReportDocument) -> Iterator[str]:
    head = document.letterhead
    recipients = "".join(_paragraphs_html(layout.recipients(document)))
    title = f"<p><strong><em>{escape(layout.say(document.wording, 'report.recipients'))}</em></strong></p>"
    above = "".join(_paragraphs_html((head.signer_capacity, *head.signer_titles[:1])))
    below = "".join(_paragraphs_html((*head.signer_titles[1:], head.signer_name)))
    yield (
        f'</main>\n<footer><div class="foot"><div>{title if recipients else ""}{recipients}</div>'
        f'<div class="sign">{above}<div class="space"></div>{below}</div></div></footer>'
    )


def _paragraphs_html(texts: Iterable[str]) -> Iterator[str]:
    return (f"<p>{_lines_html(text)}</p>" for text in texts if text)


def _figures_html(document: ReportDocument) -> Iterator[str]:
    if document.figures:
        title = layout.say(document.wording, "report.figures")
        period = layout.period_line(document)
        table = _table_html(figures.figure_table(document, title))
        yield f"<section><h2>{escape(title)}</h2><p>{escape(period)}</p><figure>{table}</figure></section>"
    if document.snapshot_hash:
        yield f'<p class="small">{escape(layout.snapshot_line(document))}</p>'

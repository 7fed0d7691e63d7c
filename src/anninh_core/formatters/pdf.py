"""Reports as PDF, typeset by typst with the bundled font, so that a page is the same on any machine."""

import json
import re
from datetime import UTC, date, datetime, time
from typing import Any

from attrs import asdict

from anninh_core.formatters import layout
from anninh_core.formatters.extras import TEMPLATES, require_module
from anninh_core.formatters.font_metrics import FONTS, FontFace, make_drawable, share_column_widths
from anninh_core.formatters.html.svg import build_bar_chart
from anninh_core.kernel.text import clip
from anninh_core.vocabulary.capability import Ability, Capabilities, Support
from anninh_core.vocabulary.report_document import Chart, ReportDocument, Table

_TEXT_WIDTH = 165.0  # Width in millimetres between the margins of a page.
# A word is broken after 1000 characters, because a string in a PDF has at most 32,767 bytes.
_LONG_WORD = re.compile(r"(\S{1000})(?=\S)")
_LONGEST_TITLE = 1000


class PdfFormatter:
    """Writes a report as a PDF to print, sign and send."""

    name = "pdf"
    suffix = ".pdf"
    media_type = "application/pdf"

    @property
    def capabilities(self) -> Capabilities:
        """The parts of a report that a PDF can contain: everything but the machine-readable figures."""
        return Capabilities(
            "the PDF format",
            {
                "layout": Ability(Support.FULL, "characters that its font lacks, such as emoji, are empty squares"),
                "tables": Ability(Support.FULL),
                "charts": Ability(Support.FULL),
                "figures": Ability(Support.IMPOSSIBLE, "a page is for people; take XLSX, CSV or JSON"),
            },
        )

    def render(self, document: ReportDocument) -> bytes:
        """Return the report as a PDF/A-2b file dated on the day of issue.

        Raises:
            MissingExtra: typst isn't installed.
        """
        typst = require_module("typst", "the PDF format")
        document = layout.map_texts(_make_typesettable, layout.printable(document))
        day = document.letterhead.date or document.period_end
        pdf: bytes = typst.compile(
            TEMPLATES / "report.typ",
            font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]),
            sys_inputs={"data": json.dumps(_template_data(document, day), ensure_ascii=False)},
            pdf_standards=["a-2b"],
            timestamp=datetime.combine(day, time.min, UTC),
        )
        return pdf


def _make_typesettable(text: str) -> str:
    """Return a text that PDF/A accepts: without characters that lack a glyph, and without overlong words."""
    return _LONG_WORD.sub(r"\1 ", make_drawable(text))


def _template_data(document: ReportDocument, day: date) -> dict[str, Any]:
    face = FontFace("Bold")
    return {
        "head": asdict(document.letterhead, filter=lambda attribute, _: attribute.name != "date"),
        "title": clip(layout.full_title(document), _LONGEST_TITLE),
        "author": clip(document.letterhead.agency, _LONGEST_TITLE),
        "date": {"year": day.year, "month": day.month, "day": day.day},
        "number": layout.number_line(document),
        "date_line": layout.date_line(document),
        "draft": document.letterhead.draft and layout.say(document.wording, "report.draft"),
        "salutation": layout.salutation(document),
        "addressees": layout.addressees(document),
        "grounds": layout.grounds(document),
        "flow": [_item_data(face, item) for item in layout.flow(document)],
        "recipients_title": layout.say(document.wording, "report.recipients"),
        "recipients": layout.recipients(document),
        "snapshot": layout.snapshot_line(document),
    }


def _item_data(face: FontFace, item: layout.Item) -> dict[str, Any]:
    data = layout.to_plain_data(item)
    if isinstance(item, Chart):
        data["svg"] = build_bar_chart(item)
    if isinstance(item, Table):
        data["size"] = layout.type_size(item)
        data["align"] = layout.alignments(item)
        data["widths"] = share_column_widths(face, [item.columns, *item.rows], _TEXT_WIDTH, data["size"], padding=3)
    return data

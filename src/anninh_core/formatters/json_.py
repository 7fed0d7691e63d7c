"""Reports as JSON, for programs: every value of the document, keys sorted, dates as ISO 8601."""

import json
from datetime import date
from typing import Any

from attrs import asdict

from anninh_core.formatters import layout
from anninh_core.vocabulary.capability import Ability, Capabilities, Support
from anninh_core.vocabulary.report_document import ReportDocument

SCHEMA = "anninh.report/1"


class JsonFormatter:
    """Writes every value of a report as JSON."""

    name = "json"
    suffix = ".json"
    media_type = "application/json"

    @property
    def capabilities(self) -> Capabilities:
        """The parts of a report that JSON can contain: everything, as data."""
        return Capabilities(
            "the JSON format",
            {
                "layout": Ability(Support.IMPOSSIBLE, "data has no pages; take PDF or DOCX"),
                "tables": Ability(Support.FULL),
                "charts": Ability(Support.FULL),
                "figures": Ability(Support.FULL),
            },
        )

    def render(self, document: ReportDocument) -> bytes:
        """Return the report as JSON in UTF-8."""
        document = layout.printable(document)
        data: dict[str, Any] = asdict(document, filter=lambda attribute, _: attribute.name != "wording")
        data |= {"schema": SCHEMA, "sections": [_section_data(section) for section in document.sections]}
        text = json.dumps(data, default=date.isoformat, ensure_ascii=False, sort_keys=True, indent=2)
        return (text + "\n").encode()


def _section_data(section: Any) -> dict[str, Any]:
    blocks = [layout.to_plain_data(block) for block in section.blocks]
    return {"heading": section.heading, "level": section.level, "blocks": blocks}

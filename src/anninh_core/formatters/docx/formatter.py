"""Reports as Word files, by python-docx."""

from anninh_core.formatters.archive import repack
from anninh_core.formatters.extras import require_module
from anninh_core.formatters.layout import printable
from anninh_core.vocabulary.capability import Ability, Capabilities, Support
from anninh_core.vocabulary.report_document import ReportDocument


class DocxFormatter:
    """Writes a report as a Word file, which an office edits before it signs."""

    name = "docx"
    suffix = ".docx"
    media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

    @property
    def capabilities(self) -> Capabilities:
        """The parts of a report that a Word file can contain: everything but the machine-readable figures."""
        return Capabilities(
            "the DOCX format",
            {
                "layout": Ability(Support.FULL),
                "tables": Ability(Support.FULL),
                "charts": Ability(Support.FULL),
                "figures": Ability(Support.IMPOSSIBLE, "a page is for people; take XLSX, CSV or JSON"),
            },
        )

    def render(self, document: ReportDocument) -> bytes:
        """Return the report as a Word file, dated on the day of issue.

        Raises:
            MissingExtra: python-docx isn't installed.
        """
        require_module("docx", "the DOCX format")
        from anninh_core.formatters.docx.page import write  # noqa: PLC0415  needs the extra

        return repack(write(printable(document)))

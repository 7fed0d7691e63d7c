"""The formatter port: converts a finished report document to bytes."""

from typing import Protocol

from anninh_core.vocabulary.capability import Capabilities
from anninh_core.vocabulary.report_document import ReportDocument


class Formatter(Protocol):
    """Renders report documents in a file format.

    Attributes:
        name: short name such as `docx`.
        suffix: file suffix with its dot.
        media_type: for HTTP responses.
    """

    name: str
    suffix: str
    media_type: str

    @property
    def capabilities(self) -> Capabilities:
        """Parts of a document that the format supports: layout, tables, charts, figures."""
        ...

    def render(self, document: ReportDocument) -> bytes:
        """Return the document as the bytes of a file; the same document gives the same bytes.

        Raises:
            MissingExtra: the format's library isn't installed.
        """
        ...

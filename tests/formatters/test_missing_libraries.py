"""A format that needs a missing library raises an error that names the package to install."""

import sys

import pytest

from anninh_core.formatters.docx.formatter import DocxFormatter
from anninh_core.formatters.pdf import PdfFormatter
from anninh_core.formatters.xlsx import XlsxFormatter
from anninh_core.kernel.errors import MissingExtra
from anninh_core.ports.formatter import Formatter
from anninh_core.vocabulary.report_document import ReportDocument


@pytest.mark.parametrize(
    ("library", "formatter"),
    [("docx", DocxFormatter()), ("typst", PdfFormatter()), ("xlsxwriter", XlsxFormatter())],
    ids=["docx", "pdf", "xlsx"],
)
def test_missing_library_is_named(
    document: ReportDocument, monkeypatch: pytest.MonkeyPatch, library: str, formatter: Formatter
) -> None:
    """Without python-docx, typst or XlsxWriter the error names the package to install."""
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtra, match=r"anninh\[reports\]"):
        formatter.render(document)

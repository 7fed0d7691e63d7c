"""Formats of a finished report, and the public directory of groups."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.formatters.csv_ import CsvFormatter
    from anninh_core.formatters.directory import DirectoryLine, directory_html, directory_json
    from anninh_core.formatters.docx import DocxFormatter
    from anninh_core.formatters.html_ import HtmlFormatter
    from anninh_core.formatters.json_ import JsonFormatter
    from anninh_core.formatters.markdown import MarkdownFormatter
    from anninh_core.formatters.pdf import PdfFormatter
    from anninh_core.formatters.svg import bar_chart
    from anninh_core.formatters.xlsx import XlsxFormatter

__all__ = [
    "CsvFormatter",
    "DirectoryLine",
    "DocxFormatter",
    "HtmlFormatter",
    "JsonFormatter",
    "MarkdownFormatter",
    "PdfFormatter",
    "XlsxFormatter",
    "bar_chart",
    "directory_html",
    "directory_json",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "CsvFormatter": "csv_",
        "DirectoryLine": "directory",
        "DocxFormatter": "docx",
        "HtmlFormatter": "html_",
        "JsonFormatter": "json_",
        "MarkdownFormatter": "markdown",
        "PdfFormatter": "pdf",
        "XlsxFormatter": "xlsx",
        "bar_chart": "svg",
        "directory_html": "directory",
        "directory_json": "directory",
    },
)

"""Formats of a finished report, and the public directory of groups."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.formatters.csv_ import CsvFormatter
    from anninh_core.formatters.docx.formatter import DocxFormatter
    from anninh_core.formatters.html.directory import DirectoryLine, directory_html, directory_json
    from anninh_core.formatters.html.formatter import HtmlFormatter
    from anninh_core.formatters.html.svg import bar_chart
    from anninh_core.formatters.json_ import JsonFormatter
    from anninh_core.formatters.markdown import MarkdownFormatter
    from anninh_core.formatters.pdf import PdfFormatter
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

lazy(
    __name__,
    {
        "CsvFormatter": "csv_",
        "DirectoryLine": "html.directory",
        "DocxFormatter": "docx.formatter",
        "HtmlFormatter": "html.formatter",
        "JsonFormatter": "json_",
        "MarkdownFormatter": "markdown",
        "PdfFormatter": "pdf",
        "XlsxFormatter": "xlsx",
        "bar_chart": "html.svg",
        "directory_html": "html.directory",
        "directory_json": "html.directory",
    },
)

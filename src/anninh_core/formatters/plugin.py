"""Plugin that registers the report formats of this library."""

from anninh_core.plugins import hookimpl


@hookimpl
def anninh_formatters() -> list[type]:
    """Register all report formats; their libraries are loaded only when a report is rendered."""
    from anninh_core.formatters import csv_, json_, markdown, pdf, xlsx  # noqa: PLC0415  loading is cheap
    from anninh_core.formatters.docx import formatter as docx  # noqa: PLC0415
    from anninh_core.formatters.html import formatter as html  # noqa: PLC0415

    return [
        csv_.CsvFormatter,
        docx.DocxFormatter,
        html.HtmlFormatter,
        json_.JsonFormatter,
        markdown.MarkdownFormatter,
        pdf.PdfFormatter,
        xlsx.XlsxFormatter,
    ]

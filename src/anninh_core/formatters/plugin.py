"""Entry point: the formats that come with the library."""

from anninh_core.plugins import hookimpl


@hookimpl
def anninh_formatters() -> list[type]:
    """Register all formats; their libraries load when a report is rendered."""
    from anninh_core.formatters import csv_, docx, html_, json_, markdown, pdf, xlsx  # noqa: PLC0415  loading is cheap

    return [
        csv_.CsvFormatter,
        docx.DocxFormatter,
        html_.HtmlFormatter,
        json_.JsonFormatter,
        markdown.MarkdownFormatter,
        pdf.PdfFormatter,
        xlsx.XlsxFormatter,
    ]

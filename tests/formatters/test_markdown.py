from attrs import evolve

from anninh_core.formatters.markdown import MarkdownFormatter
from anninh_core.vocabulary.report_document import Chart, Paragraph, ReportDocument, Section, Table


def render_text(document: ReportDocument) -> str:
    return MarkdownFormatter().render(document).decode()


def test_markdown_has_all_parts(document: ReportDocument) -> None:
    """The Markdown file has a title, numbered headings, tables with aligned columns, the end mark and the
    recipients.
    """
    lines = render_text(document).splitlines()
    assert "## II. Kết quả thực hiện" in lines
    assert "#### a) Tin về an ninh, trật tự" in lines
    assert "| :-: | :-- | --: | --: | --: | --: |" in lines
    assert "|  | **Toàn huyện** | **11** | **350** | **328** | **22** |" in lines
    assert any(line.endswith("báo cáo./.") for line in lines)
    assert "- Lưu: VT, CA." in render_text(document).replace("\\-", "-")


def test_a_chart_is_a_table_of_its_values(document: ReportDocument) -> None:
    """In Markdown, a chart is written as a table of its values."""
    chart = Chart("Tin", ("Xã Ninh Hòa",), (52.0,), "tin")
    markdown = render_text(evolve(document, sections=(Section("S", 1, (chart,)),)))
    assert "| Nội dung | tin |" in markdown
    assert "| Xã Ninh Hòa | 52 |" in markdown


def test_marks_in_text_are_shown(document: ReportDocument) -> None:
    """Text that looks like Markdown or HTML is shown as typed and doesn't break a table."""
    blocks = (Paragraph("*a* <b> [c](d)"), Paragraph("- không phải danh sách"), Table("", ("x|y",), (("1\n2",),)))
    markdown = render_text(evolve(document, sections=(Section("S", 1, blocks),)))
    assert r"\*a\* \<b\> \[c\](d)" in markdown
    assert r"\- không phải danh sách" in markdown
    assert r"| x\|y |" in markdown
    assert "| 1 2 |" in markdown


def test_paragraph_lines_are_never_markup(document: ReportDocument) -> None:
    """No line of a paragraph becomes a list, code or a heading, and a leading number stays unchanged."""
    words = "Tin\n===\n  - một\n    hai\n1. ba\n+++\n1.234 tin"
    markdown = render_text(evolve(document, sections=(Section("", 1, (Paragraph(words),)),)))
    for line in ("\\===", "\\- một", "hai", "1\\. ba", "\\+++", "1.234 tin"):
        assert line in markdown.splitlines()

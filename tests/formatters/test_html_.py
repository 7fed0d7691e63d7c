from html.parser import HTMLParser

from attrs import evolve

from anninh_core.formatters.html.formatter import HtmlFormatter
from anninh_core.vocabulary.report_document import Chart, Paragraph, ReportDocument, Section, Table

VOID = {"meta", "br", "input", "rect", "line"}


class ParsedPage(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def render_page(document: ReportDocument) -> ParsedPage:
    return ParsedPage(HtmlFormatter().render(document).decode())


def test_the_page_is_well_formed_and_vietnamese(document: ReportDocument) -> None:
    """Every element of the HTML page is closed in order, and the page declares its language."""
    parsed = render_page(document)
    assert parsed.open == []
    assert ("html", {"lang": "vi"}) in parsed.tags


def test_page_loads_nothing_external(document: ReportDocument) -> None:
    """The HTML page loads no script, link, picture or external address."""
    parsed = render_page(document)
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in parsed.tags}
    assert "url(" not in parsed.text


def test_tables_and_charts_can_be_read_aloud(document: ReportDocument) -> None:
    """In the HTML page, heading cells have a scope, each table and chart is in a figure element, and charts have a
    title, so that screen readers can read them.
    """
    parsed = render_page(document)
    scopes = [facts.get("scope") for tag, facts in parsed.tags if tag == "th"]
    assert {*scopes} == {"col", "row"}
    assert "Bảng 1. Tin tiếp nhận và xử lý theo xã, thị trấn" in parsed.text
    assert [facts.get("role") for tag, facts in parsed.tags if tag == "svg"] == ["img"]


def test_page_has_text_and_figures(document: ReportDocument) -> None:
    """The HTML page has letterhead, body, end mark, signer, figures with changes and the snapshot's hash."""
    text = render_page(document).text
    for words in (
        "Số: 05/BC-BCĐ138",
        "báo cáo./.",
        "Nguyễn Văn Mẫu",
        "+70",
        "không có cơ sở so sánh",
        "97,5",
        "9f2b9f2b",
    ):
        assert words in text


def test_markup_is_only_text(document: ReportDocument) -> None:
    """Text that looks like markup is shown as text everywhere in the HTML page."""
    evil = '<script>alert(1)</script>"&'
    blocks = (Paragraph(evil), Table(evil, (evil,), ((evil,),)), Chart(evil, (evil,), (1.0,), evil))
    head = evolve(document.letterhead, agency=evil, subject=evil, recipients=(evil,), signer_name=evil, grounds=(evil,))
    figures = (evolve(document.figures[0], name=evil, unit_of_measure=evil),)
    hostile = evolve(document, letterhead=head, sections=(Section(evil, 1, blocks),), figures=figures)
    parsed = render_page(hostile)
    assert "script" not in {tag for tag, _ in parsed.tags}
    assert parsed.text.count(evil) >= 10
    assert parsed.open == []

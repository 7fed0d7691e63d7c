"""Bar charts as Word's own drawings, which contain their numbers, so that an office can restyle them."""

from html import escape

from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.shared import Mm
from docx.text.run import Run

from anninh_core.vocabulary.report_document import Chart

_WIDTH = 160.0  # Width of a chart in millimetres.
_LABEL = 30  # Number of characters after which Word breaks the label of a bar.
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def add_chart(document: Document, run: Run, chart: Chart, number: int) -> None:
    """Add a chart to a run; `number` counts the charts of the document from 1."""
    part = Part(
        PackURI(f"/word/charts/chart{number}.xml"),
        CONTENT_TYPE.DML_CHART,
        _build_chart_xml(chart).encode(),
        document.part.package,
    )
    relation = document.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
    height = 16 + sum(6.6 * (1 + len(label) // _LABEL) for label in chart.labels)
    run.element.append(parse_xml(_build_drawing_xml(chart, number, relation, Mm(_WIDTH), Mm(height))))


def _build_drawing_xml(chart: Chart, number: int, relation: str, width: int, height: int) -> str:
    return (
        f'<w:drawing xmlns:w="{_WORD}" xmlns:wp="{_DRAWING}/wordprocessingDrawing" xmlns:a="{_DRAWING}/main">'
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/>'
        f'<wp:docPr id="{number}" name="chart{number}" descr="{escape(chart.caption)}"/><wp:cNvGraphicFramePr/>'
        f'<a:graphic><a:graphicData uri="{_DRAWING}/chart">'
        f'<c:chart xmlns:c="{_DRAWING}/chart" xmlns:r="{_RELATIONS}" r:id="{relation}"/>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing>"
    )


def _build_chart_xml(chart: Chart) -> str:
    axes = '<c:axId val="1"/><c:axId val="2"/>'
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<c:chartSpace xmlns:c="{_DRAWING}/chart" xmlns:a="{_DRAWING}/main"><c:roundedCorners val="0"/><c:chart>'
        '<c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>'
        '<c:barChart><c:barDir val="bar"/><c:grouping val="clustered"/><c:varyColors val="0"/>'
        f'{_build_series_xml(chart)}<c:gapWidth val="50"/>{axes}</c:barChart>{_build_axes_xml(chart.unit)}'
        '</c:plotArea><c:plotVisOnly val="1"/></c:chart>'
        "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"
        '<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1100"><a:latin typeface="Times New Roman"/>'
        '<a:cs typeface="Times New Roman"/></a:defRPr></a:pPr><a:endParaRPr lang="vi-VN"/></a:p></c:txPr>'
        "</c:chartSpace>"
    )


def _build_series_xml(chart: Chart) -> str:
    labels = _build_points_xml([escape(label) for label in chart.labels])
    values = _build_points_xml([f"{value:.15g}" for value in chart.values])
    return (
        '<c:ser><c:idx val="0"/><c:order val="0"/>'
        '<c:spPr><a:solidFill><a:srgbClr val="1F5C8F"/></a:solidFill></c:spPr><c:invertIfNegative val="0"/>'
        '<c:dLbls><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/>'
        '<c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
        f"<c:cat><c:strLit>{labels}</c:strLit></c:cat>"
        f"<c:val><c:numLit><c:formatCode>General</c:formatCode>{values}</c:numLit></c:val></c:ser>"
    )


def _build_points_xml(texts: list[str]) -> str:
    points = "".join(f'<c:pt idx="{n}"><c:v>{text}</c:v></c:pt>' for n, text in enumerate(texts))
    return f'<c:ptCount val="{len(texts)}"/>{points}'


def _build_axes_xml(unit: str) -> str:
    title = (
        '<c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1100" b="0" i="1"/></a:pPr>'
        f'<a:r><a:rPr lang="vi-VN" sz="1100" b="0" i="1"/><a:t>{escape(unit)}</a:t></a:r></a:p></c:rich></c:tx>'
        '<c:overlay val="0"/></c:title>'
    )
    grey = '<c:spPr><a:ln><a:solidFill><a:srgbClr val="D0D5DA"/></a:solidFill></a:ln></c:spPr>'
    return (
        '<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="maxMin"/></c:scaling><c:delete val="0"/>'
        '<c:axPos val="l"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>'
        '<c:crossAx val="2"/><c:crosses val="autoZero"/></c:catAx>'
        '<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="b"/><c:majorGridlines>{grey}</c:majorGridlines>{title if unit else ""}'
        '<c:numFmt formatCode="General" sourceLinked="0"/>'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'
        '<c:crossAx val="1"/><c:crosses val="max"/></c:valAx>'
    )

"""The slides once more, with python-pptx's defaults: do not copy them. Rules of the kit find the mistakes."""
# python-pptx says that it is typed, and half of it is:
# pyright: basic, reportMissingImports=false
# ruff: noqa: D101, D102  the comments say what is wrong

from io import BytesIO

from own_slides import SlidesFormatter
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Pt

from anninh_core.formatters.layout import printable
from anninh_core.vocabulary import Chart, Paragraph, ReportDocument

BOX = (Pt(0), Pt(0), Pt(600), Pt(300))


class HastySlides(SlidesFormatter):
    name = "hasty"

    def render(self, document: ReportDocument) -> bytes:
        deck = Presentation()
        for section in printable(document).sections:
            slide = deck.slides.add_slide(deck.slide_layouts[5])
            for block in section.blocks:  # F-05: tables are left out, although the capabilities promise them
                if isinstance(block, Paragraph):
                    slide.shapes.add_textbox(Pt(0), Pt(0), Pt(600), Pt(40)).text_frame.text = block.text
                elif isinstance(block, Chart) and block.labels:
                    data = CategoryChartData()
                    data.categories = block.labels  # F-09: a label "=…" becomes a formula in the chart's workbook.
                    data.add_series(block.unit, block.values)
                    slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *BOX, data)  # pyright: ignore[reportArgumentType]
        file = BytesIO()
        deck.save(file)  # F-03: the entries of the archive contain the time of packing
        return file.getvalue()

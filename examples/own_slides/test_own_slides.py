"""Tests of the slides by the kit's rules. Run them with `pytest` after `pip install -e .[test]`."""
# python-pptx says that it is typed, and half of it is:
# pyright: basic, reportMissingImports=false
# ruff: noqa: D101, D102  the kit describes what it asks for

from io import BytesIO
from typing import Any

import pytest
from own_slides import SlidesFormatter
from pptx import Presentation

from anninh_core.plugins import DEFAULT_PLUGINS, Plugins
from anninh_core.ports import Formatter
from anninh_core.testing import UnsafeLocalUsers, memory_app
from anninh_core.testing.kits import FormatterConformance


class TestSlides(FormatterConformance):
    @pytest.fixture
    def formatter(self) -> Formatter:
        return SlidesFormatter()


def test_plugin_is_registered() -> None:
    assert Plugins([*DEFAULT_PLUGINS, "slides"]).formatter("pptx") is SlidesFormatter


def test_half_year_report_becomes_slides() -> None:
    import own_slides  # noqa: PLC0415

    app = memory_app(plugins={"slides": own_slides})
    officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "ninh-hoa", "report_officer")
    report = app.reports.begin(officer, "ninh-hoa", "half-year", 2022)
    difficulty = "Sóng điện thoại ở thôn Mẫu còn yếu."
    app.reports.write(officer, report.id, "difficulties", difficulty)

    file = app.reports.render(officer, report.id, "pptx")
    slides: list[Any] = [*Presentation(BytesIO(file.data)).slides]
    titles = [slide.shapes.title.text_frame.text for slide in slides]

    assert file.name == "bao-cao-6-thang-ninh-hoa-2022.pptx"
    assert titles[0] == "BÁO CÁO"
    assert "2. Tồn tại, hạn chế; khó khăn, vướng mắc" in titles
    shapes = [shape for slide in slides for shape in slide.shapes]
    assert any(shape.has_table and shape.table.cell(0, 0).text_frame.text for shape in shapes)
    assert any(difficulty in shape.text_frame.text for shape in shapes if shape.has_text_frame)

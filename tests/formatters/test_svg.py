from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.formatters.html.svg import WIDTH, build_bar_chart
from anninh_core.kernel.errors import BadInput
from anninh_core.vocabulary.report_document import Chart

SVG = "{http://www.w3.org/2000/svg}"


def draw_chart(chart: Chart) -> ET.Element:
    return ET.fromstring(build_bar_chart(chart))


def drawn_texts(chart: Chart) -> list[str]:
    return [text.text or "" for text in draw_chart(chart).iter(f"{SVG}text")]


def test_labels_values_and_unit_are_text() -> None:
    """Labels, values in Vietnamese notation and the unit of measure are written as text in the drawing of a chart."""
    texts = drawn_texts(Chart("Tin", ("Xã Ninh Hòa", "Xã Ninh Vân"), (1250.5, 3.0), "tin"))
    assert {"Xã Ninh Hòa", "Xã Ninh Vân", "1.250,5", "3", "tin"} <= {*texts}


def test_chart_has_an_accessible_title() -> None:
    """The chart's caption is the accessible title of its drawing."""
    root = draw_chart(Chart("Số tin", ("a",), (1.0,)))
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "Số tin"


def test_markup_in_a_label_is_text() -> None:
    """Markup in a chart's label is shown as text."""
    assert "<b>&" in "".join(drawn_texts(Chart('"><script>', ("<b>&",), (1.0,))))


def test_long_labels_are_broken_into_lines() -> None:
    """A label longer than its space is broken into several lines without loss."""
    label = "Tuyên truyền chủ trương, đường lối của Đảng, chính sách, pháp luật của Nhà nước"
    lines = drawn_texts(Chart("x", (label,), (1.0,)))
    assert label not in lines
    assert label in " ".join(lines)


def test_an_empty_chart_is_still_a_drawing() -> None:
    """A chart without values is a valid drawing without bars."""
    assert not [*draw_chart(Chart("x", (), ())).iter(f"{SVG}rect")]


def test_a_value_that_is_no_number_is_refused() -> None:
    """A chart value that isn't a number is refused."""
    with pytest.raises(BadInput):
        build_bar_chart(Chart("x", ("a",), (float("nan"),)))


@given(st.lists(st.floats(-1e9, 1e9).map(lambda x: round(x, 3)), min_size=1, max_size=12))
def test_bars_keep_inside_and_in_proportion(values: list[float]) -> None:
    """Every bar of a chart is inside the drawing, and bar lengths are proportional to the values."""
    chart = Chart("x", tuple(map(str, range(len(values)))), tuple(values))
    bars = [(float(bar.get("x", "")), float(bar.get("width", ""))) for bar in draw_chart(chart).iter(f"{SVG}rect")]
    assert all(x >= 0 and x + width <= WIDTH for x, width in bars)
    longest = max(map(abs, values))
    full = max(width for _, width in bars)
    for value, (_, width) in zip(values, bars, strict=True):
        assert width == pytest.approx(abs(value) / longest * full if longest else 0, abs=0.03)

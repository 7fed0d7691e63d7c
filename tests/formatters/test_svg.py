from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.formatters.html.svg import WIDTH, bar_chart
from anninh_core.kernel.errors import BadInput
from anninh_core.vocabulary.report_document import Chart

SVG = "{http://www.w3.org/2000/svg}"


def drawn(chart: Chart) -> ET.Element:
    return ET.fromstring(bar_chart(chart))


def words(chart: Chart) -> list[str]:
    return [text.text or "" for text in drawn(chart).iter(f"{SVG}text")]


def test_labels_values_and_unit_are_text() -> None:
    """Labels, values in Vietnamese notation and the unit of measure are text in the drawing."""
    texts = words(Chart("Tin", ("Xã Ninh Hòa", "Xã Ninh Vân"), (1250.5, 3.0), "tin"))
    assert {"Xã Ninh Hòa", "Xã Ninh Vân", "1.250,5", "3", "tin"} <= {*texts}


def test_chart_has_an_accessible_title() -> None:
    """The caption is the drawing's accessible title."""
    root = drawn(Chart("Số tin", ("a",), (1.0,)))
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "Số tin"


def test_text_cannot_break_out() -> None:
    """Markup in a label is shown as text."""
    assert "<b>&" in "".join(words(Chart('"><script>', ("<b>&",), (1.0,))))


def test_long_labels_are_broken_into_lines() -> None:
    """A label longer than its space is broken into several lines without loss."""
    label = "Tuyên truyền chủ trương, đường lối của Đảng, chính sách, pháp luật của Nhà nước"
    lines = words(Chart("x", (label,), (1.0,)))
    assert label not in lines
    assert label in " ".join(lines)


def test_an_empty_chart_is_still_a_drawing() -> None:
    """A chart without values is a valid drawing without bars."""
    assert not [*drawn(Chart("x", (), ())).iter(f"{SVG}rect")]


def test_a_value_that_is_no_number_is_refused() -> None:
    """A value that isn't a number is refused."""
    with pytest.raises(BadInput):
        bar_chart(Chart("x", ("a",), (float("nan"),)))


@given(st.lists(st.floats(-1e9, 1e9).map(lambda x: round(x, 3)), min_size=1, max_size=12))
def test_bars_keep_inside_and_in_proportion(values: list[float]) -> None:
    """Every bar is inside the drawing, and bar lengths are proportional to the values."""
    chart = Chart("x", tuple(map(str, range(len(values)))), tuple(values))
    bars = [(float(bar.get("x", "")), float(bar.get("width", ""))) for bar in drawn(chart).iter(f"{SVG}rect")]
    assert all(x >= 0 and x + width <= WIDTH for x, width in bars)
    longest = max(map(abs, values))
    full = max(width for _, width in bars)
    for value, (_, width) in zip(values, bars, strict=True):
        assert width == pytest.approx(abs(value) / longest * full if longest else 0, abs=0.03)

"""Bar charts as SVG text; the bars are horizontal, so that names of communes stay readable."""

from collections.abc import Sequence
from html import escape
from math import ceil, floor, log10

from attrs import frozen

from anninh_core.formatters import figures
from anninh_core.formatters.font_metrics import MM_PER_POINT, FontFace
from anninh_core.vocabulary.report_document import Chart

WIDTH = 160.0
"""Width of a chart in millimetres; all lengths below are millimetres too."""

_TYPE_POINTS = 11.0  # Size of the type in points.
_TYPE = _TYPE_POINTS * MM_PER_POINT
_ROW = 6.6
_BAR = 4.4
_LINE = 4.4
_MAX_LABEL_WIDTH = 60.0  # Labels wider than this number of millimetres are broken into lines.
_INK = "#1a1a1a"
_BLUE = "#1f5c8f"
_GRID = "#d0d5da"
_FAMILY = "'Times New Roman','Liberation Serif',Tinos,serif"


@frozen
class _Scale:
    """The scale of a chart: maps a value to a horizontal position between the left and the right end of the plot."""

    low: float
    high: float
    step: float
    left: float
    right: float

    def x(self, value: float) -> float:
        return self.left + (value - self.low) / (self.high - self.low) * (self.right - self.left)

    def tick_values(self) -> list[float]:
        return [self.low + n * self.step for n in range(round((self.high - self.low) / self.step) + 1)]


def build_bar_chart(chart: Chart, title: str = "") -> str:
    """Return a bar chart as one `<svg>` element, 160 mm wide.

    Args:
        chart: labels and values; a value below zero goes to the left of the axis.
        title: text for a screen reader; the caption if empty.

    Raises:
        BadInput: a value is no finite number.
    """
    values = [figures.format_value(value) for value in chart.values]
    face = FontFace("Regular")
    labels = [_wrap_label(face, label) for label in chart.labels]
    left = max((face.width(line, _TYPE_POINTS) for lines in labels for line in lines), default=0) + 3
    room = max((face.width(value, _TYPE_POINTS) for value in values), default=0) + 2
    scale = _choose_scale(chart.values, left, WIDTH - room)
    heights = [max(_ROW, _LINE * len(lines) + 2) for lines in labels]
    bottom = sum(heights) + 2
    parts = [*_grid_svg(scale, bottom, chart.unit)]
    top = 1.0
    for lines, value, value_text, height in zip(labels, chart.values, values, heights, strict=True):
        parts += _bar_svg(scale, lines, value, value_text, top + height / 2)
        top += height
    return _wrap_in_svg(parts, bottom + 7 + (5 if chart.unit else 0), title or chart.caption)


def _wrap_label(face: FontFace, label: str) -> list[str]:
    lines = [""]
    for word in label.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and face.width(longer, _TYPE_POINTS) > _MAX_LABEL_WIDTH:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _choose_scale(values: Sequence[float], left: float, right: float) -> _Scale:
    low, high = min(0.0, *values, 0.0), max(0.0, *values, 0.0)
    span = (high - low) or 1.0
    power = 10.0 ** floor(log10(span / 5))
    step = next(power * n for n in (1, 2, 5, 10) if span / (power * n) <= 6)
    if all(value == int(value) for value in values):
        step = max(step, 1.0)  # Whole numbers, such as counts of persons, get no ticks at fractions.
    return _Scale(floor(low / step) * step, ceil((high or 1.0 if low == 0 else high) / step) * step, step, left, right)


def _grid_svg(scale: _Scale, bottom: float, unit: str) -> list[str]:
    parts = []
    for tick in scale.tick_values():
        x = scale.x(tick)
        parts.append(_line_svg(x, bottom, _INK if abs(tick) < scale.step / 2 else _GRID))
        parts.append(_text_svg(x, bottom + _TYPE + 0.8, figures.format_value(round(tick, 6)), "middle"))
    if unit:
        parts.append(_text_svg(scale.right, bottom + 2 * _TYPE + 2.5, unit, "end", style="italic"))
    return parts


def _bar_svg(scale: _Scale, lines: list[str], value: float, value_text: str, middle: float) -> list[str]:
    zero = scale.x(0)
    end = scale.x(value)
    parts = [
        (
            f'<rect x="{min(zero, end):.2f}" y="{middle - _BAR / 2:.2f}" width="{abs(end - zero):.2f}" '
            f'height="{_BAR:.2f}" fill="{_BLUE}"/>'
        )
    ]
    base = middle + _TYPE * 0.34
    first = base - _LINE * (len(lines) - 1) / 2
    parts += [_text_svg(scale.left - 2, first + n * _LINE, line, "end") for n, line in enumerate(lines)]
    parts.append(_text_svg(max(zero, end) + 1.2, base, value_text, "start"))
    return parts


def _line_svg(x: float, bottom: float, colour: str) -> str:
    return f'<line x1="{x:.2f}" y1="0" x2="{x:.2f}" y2="{bottom:.2f}" stroke="{colour}" stroke-width="0.25"/>'


def _text_svg(x: float, y: float, text: str, anchor: str, style: str = "normal") -> str:
    return f'<text x="{x:.2f}" y="{y:.2f}" text-anchor="{anchor}" font-style="{style}">{escape(text)}</text>'


def _wrap_in_svg(parts: list[str], height: float, title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{WIDTH:.0f}mm" height="{height:.2f}mm" '
        f'viewBox="0 0 {WIDTH:.0f} {height:.2f}"><title>{escape(title)}</title>'
        f'<g font-family="{_FAMILY}" font-size="{_TYPE:.2f}" fill="{_INK}">{"".join(parts)}</g></svg>'
    )

"""The page of figures: a unit's tips in a year or a month, by category, month and unit, on time or late."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from attrs import frozen
from starlette.responses import Response

from anninh_core.board.forms.options import list_own_units
from anninh_core.board.pages.request import PageRequest
from anninh_core.board.routing.routes import PageRoute, menu_screen
from anninh_core.board.screens.statistics.bars import ChartBar, ChartColumn, make_bars, make_columns
from anninh_core.kernel.dates import local_date

_MONTHS = 12
_BY_CATEGORY = "tips_by_category"
_RECEIVED = "tips_received"
_OVERDUE = "tips_overdue"
_IN_TIME = "tips_in_time"
_ENDED = ("tips_resolved", "tips_transferred")
_FIRST_YEAR = 2000
_LAST_YEAR = 2100


@frozen
class UnitRow:
    """The figures of a unit below the chosen unit.

    Attributes:
        received_tips, overdue_tips: addresses of the lists with the tips behind these figures, or "".
    """

    id: str
    name: str
    received: ChartBar
    in_time: str
    late: str
    overdue: str
    received_tips: str
    overdue_tips: str


@frozen
class TipLinks:
    """Links from a figure to the tips that it counts; "" if the viewer may not list tips.

    Attributes:
        start, end: first and last day of reception.
    """

    page: PageRequest
    start: date
    end: date

    def received(self, unit: str, category: str = "") -> str:
        """Return the address of the list of tips that a unit and the units below it received."""
        return self._build_list_url(
            unit=unit, category=category, start=self.start.isoformat(), end=self.end.isoformat()
        )

    def overdue(self, unit: str) -> str:
        """Return the address of the list of tips that are overdue now, "" for a period in the past."""
        return self._build_list_url(unit=unit, overdue="yes") if self.end >= local_date(self.page.now) else ""

    def _build_list_url(self, **criteria: str) -> str:
        return self.page.local_url("/tips/all", **criteria) if self.page.has("tips.list") else ""


def show_figures(page: PageRequest) -> Response:
    """Show the figures of the unit in the address, or of the widest unit on which the viewer has a role."""
    unit, year, month = _read_choices(page)
    start, end = _find_period(year, month)
    figures = _read_figures(page, unit, start, end, by_unit=True)
    numbers = {figure.indicator: figure for figure in figures}
    links = TipLinks(page, start, end)
    categories = _rank_categories(page, figures)
    months = [] if month else _build_month_columns(page, unit, year)
    return page.render(
        "figures.html",
        unit=unit,
        year=year,
        month=month,
        units=list_own_units(page),
        start=start,
        end=end,
        categories=make_bars([(name, amount) for name, amount, _ in categories]),
        category_links=[links.received(unit, category) if category else "" for _, _, category in categories],
        months=months,
        month_links=[TipLinks(page, *_find_period(year, int(column.name))).received(unit) for column in months],
        totals=_build_total_bars(page, numbers),
        total_links=["", "", links.overdue(unit)],
        rows=_build_unit_rows(page, unit, numbers, links),
    )


def _read_choices(page: PageRequest) -> tuple[str, int, int]:
    requested = page.one("unit")
    unit = (
        requested if requested in page.desk.app.district.units else next(iter(page.viewer.role_units), page.viewer.unit)
    )
    this_year = local_date(page.now).year
    year = _parse_number(page.one("year"), _FIRST_YEAR, _LAST_YEAR) or this_year
    return unit, year, _parse_number(page.one("month"), 1, _MONTHS)


def _parse_number(text: str, least: int, most: int) -> int:
    """Return the number in the address, 0 if it is missing or out of range."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(most)) else 0
    return number if least <= number <= most else 0


def _find_period(year: int, month: int) -> tuple[date, date]:
    """Return the first and last day of a year, or of a month of it."""
    if not month:
        return date(year, 1, 1), date(year, _MONTHS, 31)
    next_month = date(year + month // _MONTHS, month % _MONTHS + 1, 1)
    return date(year, month, 1), next_month - timedelta(days=1)


def _read_figures(page: PageRequest, unit: str, start: date, end: date, *, by_unit: bool = False) -> Sequence[Any]:
    figures: Sequence[Any] = page.call("reports.figures", unit=unit, start=start, end=end, by_unit=by_unit)
    return figures


def _rank_categories(page: PageRequest, figures: Iterable[Any]) -> Sequence[tuple[str, int, str]]:
    """Return name, amount and id of each category, the most frequent first."""
    prefix = f"{_BY_CATEGORY}."
    ids = {figure.indicator.removeprefix(prefix): figure for figure in figures if figure.indicator.startswith(prefix)}
    amounts = [
        (page.names.category(id) or page.words("No category yet"), int(figure.value or 0), id)
        for id, figure in ids.items()
    ]
    return sorted(amounts, key=lambda row: (-row[1], row[0]))


def _build_month_columns(page: PageRequest, unit: str, year: int) -> Sequence[ChartColumn]:
    """Return the number of tips received in each month, up to the current month."""
    today = local_date(page.now)
    amounts: list[tuple[str, int]] = []
    for month in range(1, _MONTHS + 1):
        start, end = _find_period(year, month)
        if start > today:
            break
        numbers = {figure.indicator: figure for figure in _read_figures(page, unit, start, end)}
        amounts.append((str(month), _find_amount(numbers, _RECEIVED)))
    return make_columns(amounts)


def _find_amount(numbers: Mapping[str, Any], indicator: str, unit: str = "") -> int:
    figure = numbers.get(indicator)
    value = None if figure is None else figure.by_unit.get(unit) if unit else figure.value
    return int(value or 0)


def _count_late_tips(numbers: Mapping[str, Any], unit: str = "") -> int:
    """Return the number of tips that ended after their deadline."""
    return sum(_find_amount(numbers, indicator, unit) for indicator in _ENDED) - _find_amount(numbers, _IN_TIME, unit)


def _build_total_bars(page: PageRequest, numbers: Mapping[str, Any]) -> Sequence[ChartBar]:
    """Return the numbers of tips that ended on time, that ended late, and that are open and overdue."""
    words = page.words
    return make_bars(
        [
            (words("Completed on time"), _find_amount(numbers, _IN_TIME)),
            (words("Completed late"), _count_late_tips(numbers)),
            (words("Open and overdue"), _find_amount(numbers, _OVERDUE)),
        ]
    )


def _build_unit_rows(page: PageRequest, unit: str, numbers: Mapping[str, Any], links: TipLinks) -> Sequence[UnitRow]:
    received = numbers.get(_RECEIVED)
    ids = sorted(received.by_unit if received is not None else (), key=page.names.unit)
    below = [id for id in ids if id != unit]
    bars = make_bars([(page.names.unit(id), _find_amount(numbers, _RECEIVED, id)) for id in below])
    say = page.formats.number
    return [
        UnitRow(
            id,
            bar.name,
            bar,
            say(_find_amount(numbers, _IN_TIME, id)),
            say(_count_late_tips(numbers, id)),
            say(_find_amount(numbers, _OVERDUE, id)),
            links.received(id),
            links.overdue(id),
        )
        for id, bar in zip(below, bars, strict=True)
    ]


STATISTICS = menu_screen(
    "statistics",
    permissions=("report.read",),
    routes=(PageRoute(path="/statistics", handler=show_figures),),
)

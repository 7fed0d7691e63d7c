"""The page of figures: tips of a unit and a year, or a month of it, by category, month and unit, in time or late."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from attrs import frozen
from starlette.responses import Response

from anninh_core.board.forms.options import own_units
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
    """The figures of a unit below.

    Attributes:
        received_tips, overdue_tips: where the tips behind these figures are listed, "" for nowhere.
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
class TipsBehind:
    """Leads from a figure to the tips that it counts, where the viewer reads tips: "" elsewhere.

    Attributes:
        start, end: days of reception.
    """

    page: PageRequest
    start: date
    end: date

    def received(self, unit: str, category: str = "") -> str:
        """Return where the tips are listed that a unit and those below it received."""
        return self._list(unit=unit, category=category, start=self.start.isoformat(), end=self.end.isoformat())

    def overdue(self, unit: str) -> str:
        """Return where the tips are listed that are overdue now, "" for a time that is over."""
        return self._list(unit=unit, overdue="yes") if self.end >= local_date(self.page.now) else ""

    def _list(self, **where: str) -> str:
        return self.page.local_url("/tips/all", **where) if self.page.has("tips.list") else ""


def show(page: PageRequest) -> Response:
    """Show the figures of a unit that is asked for, or of the widest on which the viewer has a role."""
    unit, year, month = _chosen(page)
    start, end = _days(year, month)
    found = _figures(page, unit, start, end, by_unit=True)
    numbers = {one.indicator: one for one in found}
    behind = TipsBehind(page, start, end)
    categories = _categories(page, found)
    months = [] if month else _by_month(page, unit, year)
    return page.render(
        "figures.html",
        unit=unit,
        year=year,
        month=month,
        units=own_units(page),
        start=start,
        end=end,
        categories=make_bars([(name, amount) for name, amount, _ in categories]),
        category_links=[behind.received(unit, category) if category else "" for _, _, category in categories],
        months=months,
        month_links=[TipsBehind(page, *_days(year, int(one.name))).received(unit) for one in months],
        totals=_totals(page, numbers),
        total_links=["", "", behind.overdue(unit)],
        rows=_by_unit(page, unit, numbers, behind),
    )


def _chosen(page: PageRequest) -> tuple[str, int, int]:
    asked = page.one("unit")
    unit = asked if asked in page.desk.app.district.units else next(iter(page.viewer.role_units), page.viewer.unit)
    this_year = local_date(page.now).year
    year = _number(page.one("year"), _FIRST_YEAR, _LAST_YEAR) or this_year
    return unit, year, _number(page.one("month"), 1, _MONTHS)


def _number(text: str, least: int, most: int) -> int:
    """Return the number in the address, 0 for none or one out of range."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(most)) else 0
    return number if least <= number <= most else 0


def _days(year: int, month: int) -> tuple[date, date]:
    """Return the first and last day of a year, or of a month of it."""
    if not month:
        return date(year, 1, 1), date(year, _MONTHS, 31)
    following = date(year + month // _MONTHS, month % _MONTHS + 1, 1)
    return date(year, month, 1), following - timedelta(days=1)


def _figures(page: PageRequest, unit: str, start: date, end: date, *, by_unit: bool = False) -> Sequence[Any]:
    found: Sequence[Any] = page.call("reports.figures", unit=unit, start=start, end=end, by_unit=by_unit)
    return found


def _categories(page: PageRequest, found: Iterable[Any]) -> Sequence[tuple[str, int, str]]:
    """Return name, amount and id of each category, the most frequent first."""
    prefix = f"{_BY_CATEGORY}."
    ids = {one.indicator.removeprefix(prefix): one for one in found if one.indicator.startswith(prefix)}
    amounts = [
        (page.names.category(id) or page.words("No category yet"), int(one.value or 0), id) for id, one in ids.items()
    ]
    return sorted(amounts, key=lambda one: (-one[1], one[0]))


def _by_month(page: PageRequest, unit: str, year: int) -> Sequence[ChartColumn]:
    """Return what came in each month, up to this one."""
    today = local_date(page.now)
    amounts: list[tuple[str, int]] = []
    for month in range(1, _MONTHS + 1):
        start, end = _days(year, month)
        if start > today:
            break
        numbers = {one.indicator: one for one in _figures(page, unit, start, end)}
        amounts.append((str(month), _amount(numbers, _RECEIVED)))
    return make_columns(amounts)


def _amount(numbers: Mapping[str, Any], indicator: str, unit: str = "") -> int:
    one = numbers.get(indicator)
    value = None if one is None else one.by_unit.get(unit) if unit else one.value
    return int(value or 0)


def _late(numbers: Mapping[str, Any], unit: str = "") -> int:
    """Return how many ended after their limit."""
    return sum(_amount(numbers, one, unit) for one in _ENDED) - _amount(numbers, _IN_TIME, unit)


def _totals(page: PageRequest, numbers: Mapping[str, Any]) -> Sequence[ChartBar]:
    """Return what ended in time, what ended late, and what is open and overdue."""
    words = page.words
    return make_bars(
        [
            (words("Completed on time"), _amount(numbers, _IN_TIME)),
            (words("Completed late"), _late(numbers)),
            (words("Open and overdue"), _amount(numbers, _OVERDUE)),
        ]
    )


def _by_unit(page: PageRequest, unit: str, numbers: Mapping[str, Any], behind: TipsBehind) -> Sequence[UnitRow]:
    received = numbers.get(_RECEIVED)
    ids = sorted(received.by_unit if received is not None else (), key=page.names.unit)
    below = [id for id in ids if id != unit]
    bars = make_bars([(page.names.unit(id), _amount(numbers, _RECEIVED, id)) for id in below])
    say = page.formats.number
    return [
        UnitRow(
            id,
            bar.name,
            bar,
            say(_amount(numbers, _IN_TIME, id)),
            say(_late(numbers, id)),
            say(_amount(numbers, _OVERDUE, id)),
            behind.received(id),
            behind.overdue(id),
        )
        for id, bar in zip(below, bars, strict=True)
    ]


STATISTICS = menu_screen(
    "statistics",
    permissions=("report.read",),
    routes=(PageRoute(path="/statistics", handler=show),),
)

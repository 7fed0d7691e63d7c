"""Figures on the board: charts that are also tables, limited by permission, with links to lower units."""

import re
from datetime import timedelta
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.board.people import enter
from tests.board.visitor import Visitor

from anninh_core.app import App
from anninh_core.board.screens.statistics.bars import make_bars, make_columns
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.usecase import Actor

pytestmark = pytest.mark.slow


@pytest.fixture
def reader(app: App, officer: Actor) -> Visitor:
    """A browser of an officer who reads the figures of the district, in which three tips came in."""
    for unit in ("ninh-hoa", "ninh-hoa", "ninh-van"):
        tip = app.tips.record_walk_in(officer, "Mất trộm xe máy", unit=unit)
        app.tips.triage(officer, tip.id, category="crime")
    chief = UnsafeLocalUsers(app).appoint("Lãnh đạo", "cong-an", "inspector")
    UnsafeLocalUsers(app).grant(chief, "report_chief", "hoa-lu")
    return enter(app, chief, "lanhdao")[0]


def test_figures_open_with_widest_unit(reader: Visitor) -> None:
    """Figures open with the widest unit of the viewer's roles, by category, month and unit, with numbers at the
    bars.
    """
    screen = reader.get("/statistics")
    assert "huyện Hoa Lư" in screen.main
    assert "Tội phạm" in screen.main
    assert screen.main.count("<svg") > 3
    assert " style=" not in screen.text
    assert "Tháng 9" in screen.main


def test_figures_link_to_lower_units(reader: Visitor) -> None:
    """A unit in the table links to its own figures, and a month to that month."""
    screen = reader.get("/statistics")
    assert "/statistics?unit=ninh-hoa" in screen.main
    unit_screen = reader.get("/statistics?unit=ninh-hoa&year=2021&month=9")
    assert "xã Ninh Hòa" in unit_screen.main
    assert '<td class="n">2</td>' in unit_screen.main
    assert "01/09/2021" in unit_screen.main


@pytest.mark.parametrize("query", ["unit=nowhere", "year=0", "year=99999", "month=13", "month=x", "year=²"])
def test_invalid_figure_query_is_ignored(reader: Visitor, query: str) -> None:
    """An invalid unit, year or month in the address is ignored."""
    assert reader.get(f"/statistics?{query}").status == 200


def test_statistics_follow_permissions(app: App, officer: Actor, reader: Visitor) -> None:
    """An officer without permission for reports can't open the figures, and one of a single commune sees only that
    commune's.
    """
    assert enter(app, officer, "canbomau")[0].get("/statistics").status == 403
    clerk = UnsafeLocalUsers(app).appoint("Cán bộ xã", "ninh-van", "report_officer")
    clerk_browser, _ = enter(app, clerk, "canboxa")
    assert "xã Ninh Vân" in clerk_browser.get("/statistics").main
    assert clerk_browser.get("/statistics?unit=ninh-hoa").status == 403
    assert reader.get("/statistics?unit=ninh-hoa").status == 200


def test_figures_link_to_their_tips(app: App, officer: Actor, clock: FixedClock, reader: Visitor) -> None:
    """Figures of a unit, month or category link to exactly these tips if the viewer may read tips."""
    del reader  # The fixture is requested only because it recorded the tips.
    UnsafeLocalUsers(app).grant(officer, "report_chief", "hoa-lu")
    clock.advance(timedelta(days=31))
    app.tips.record_walk_in(officer, "Gây rối ở chợ", unit="ninh-hoa")
    browser, _ = enter(app, officer, "haivai")
    figures = browser.get("/statistics?unit=ninh-hoa")
    links = [unescape(link) for link in re.findall(r'href="(/tips/all[^"]*)"', figures.main)]
    assert "/tips/all?unit=ninh-hoa&category=crime&start=2021-01-01&end=2021-12-31" in links
    september = next(link for link in links if "2021-09-01" in link)
    assert browser.get(september).main.count('class="row"') == 2
    october = next(link for link in links if "2021-10-01" in link)
    assert browser.get(october).main.count('class="row"') == 1
    everywhere = browser.get("/tips/all?category=crime")
    assert everywhere.main.count('class="row"') == 3
    clerk = UnsafeLocalUsers(app).appoint("Cán bộ xã", "ninh-hoa", "report_officer")
    assert "/tips/all" not in enter(app, clerk, "canboxa")[0].get("/statistics").main


@pytest.mark.parametrize("query", ["start=x", "start=2021-09-02&end=2021-09-01", "unit=nowhere", "category=x", "end=²"])
def test_invalid_list_filter_is_ignored(visitor: Visitor, query: str) -> None:
    """An invalid filter in the address of the list of tips is ignored."""
    assert visitor.get(f"/tips/all?{query}").status == 200


@given(st.lists(st.tuples(st.text(max_size=3), st.integers(-5, 10_000)), max_size=20))
def test_bars_are_scaled_to_longest(amounts: list[tuple[str, int]]) -> None:
    """Bars are scaled to at most 100 percent, the longest has 100, and every positive value is visible."""
    for bar, column in zip(make_bars(amounts), make_columns(amounts), strict=True):
        assert 0 <= bar.percent <= 100
        assert (bar.percent > 0) == (bar.value > 0)
        assert column.y + column.height == 100
    if any(amount > 0 for _, amount in amounts):
        assert max(bar.percent for bar in make_bars(amounts)) == 100

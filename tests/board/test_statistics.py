"""Figures on the board: bars that are a table too, by permission, with a way down."""

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
    """Reads the figures of the district, in which three tips came in."""
    for unit in ("ninh-hoa", "ninh-hoa", "ninh-van"):
        tip = app.tips.record_walk_in(officer, "Mất trộm xe máy", unit=unit)
        app.tips.triage(officer, tip.id, category="crime")
    chief = UnsafeLocalUsers(app).appoint("Lãnh đạo", "cong-an", "inspector")
    UnsafeLocalUsers(app).grant(chief, "report_chief", "hoa-lu")
    return enter(app, chief, "lanhdao")[0]


def test_bars_and_columns(reader: Visitor) -> None:
    """The widest unit of the viewer's roles comes first: by category, month and unit, with numbers beside bars."""
    shown = reader.get("/statistics")
    assert "huyện Hoa Lư" in shown.main
    assert "Tội phạm" in shown.main
    assert shown.main.count("<svg") > 3
    assert " style=" not in shown.text
    assert "Tháng 9" in shown.main


def test_the_way_down(reader: Visitor) -> None:
    """A unit in the table leads to its own figures, a month to that month."""
    shown = reader.get("/statistics")
    assert "/statistics?unit=ninh-hoa" in shown.main
    below = reader.get("/statistics?unit=ninh-hoa&year=2021&month=9")
    assert "xã Ninh Hòa" in below.main
    assert '<td class="n">2</td>' in below.main
    assert "01/09/2021" in below.main


@pytest.mark.parametrize("query", ["unit=nowhere", "year=0", "year=99999", "month=13", "month=x", "year=²"])
def test_what_is_no_choice_is_as_if_not_asked(reader: Visitor, query: str) -> None:
    """An address with nonsense in it shows what comes first."""
    assert reader.get(f"/statistics?{query}").status == 200


def test_statistics_follow_permissions(app: App, officer: Actor, reader: Visitor) -> None:
    """Who reads no reports has no such page; who reads one commune's sees that alone."""
    assert enter(app, officer, "canbomau")[0].get("/statistics").status == 403
    clerk = UnsafeLocalUsers(app).appoint("Cán bộ xã", "ninh-van", "report_officer")
    own, _ = enter(app, clerk, "canboxa")
    assert "xã Ninh Vân" in own.get("/statistics").main
    assert own.get("/statistics?unit=ninh-hoa").status == 403
    assert reader.get("/statistics?unit=ninh-hoa").status == 200


def test_the_tips_behind_a_figure(app: App, officer: Actor, clock: FixedClock, reader: Visitor) -> None:
    """From a unit, a month or a category to these very tips, where tips are the viewer's too."""
    del reader  # what came in is there
    UnsafeLocalUsers(app).grant(officer, "report_chief", "hoa-lu")
    clock.advance(timedelta(days=31))
    app.tips.record_walk_in(officer, "Gây rối ở chợ", unit="ninh-hoa")
    both, _ = enter(app, officer, "haivai")
    figures = both.get("/statistics?unit=ninh-hoa")
    links = [unescape(link) for link in re.findall(r'href="(/tips/all[^"]*)"', figures.main)]
    assert "/tips/all?unit=ninh-hoa&category=crime&start=2021-01-01&end=2021-12-31" in links
    september = next(link for link in links if "2021-09-01" in link)
    assert both.get(september).main.count('class="row"') == 2
    october = next(link for link in links if "2021-10-01" in link)
    assert both.get(october).main.count('class="row"') == 1
    everywhere = both.get("/tips/all?category=crime")
    assert everywhere.main.count('class="row"') == 3
    clerk = UnsafeLocalUsers(app).appoint("Cán bộ xã", "ninh-hoa", "report_officer")
    assert "/tips/all" not in enter(app, clerk, "canboxa")[0].get("/statistics").main


@pytest.mark.parametrize("query", ["start=x", "start=2021-09-02&end=2021-09-01", "unit=nowhere", "category=x", "end=²"])
def test_a_list_is_narrowed_by_what_there_is(visitor: Visitor, query: str) -> None:
    """Nonsense in an address narrows nothing."""
    assert visitor.get(f"/tips/all?{query}").status == 200


@given(st.lists(st.tuples(st.text(max_size=3), st.integers(-5, 10_000)), max_size=20))
def test_a_drawing_fits_its_frame(amounts: list[tuple[str, int]]) -> None:
    """No bar is longer than the whole, the longest has all of it, and what is there at all is seen."""
    for bar, column in zip(make_bars(amounts), make_columns(amounts), strict=True):
        assert 0 <= bar.percent <= 100
        assert (bar.percent > 0) == (bar.value > 0)
        assert column.y + column.height == 100
    if any(amount > 0 for _, amount in amounts):
        assert max(bar.percent for bar in make_bars(amounts)) == 100

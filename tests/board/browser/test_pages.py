"""Each page at each width, by day and by night, for everybody: looked at by a browser and by axe."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from tests.board.browser.conftest import COLOURS, Desk, open_desk
from tests.board.browser.world import World

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]
NARROWEST, *_ = WIDTHS = (320, 360, 1280)


def test_every_screen_is_accessible(browser: Browser, world: World) -> None:
    """No page keeps anybody out, by day or by night, none is wider than its window, and the browser has no complaint.

    A page is laid out anew for each width, and coloured anew for the night; only colours can then be other than by day.
    """
    context, desk = open_desk(browser, world)
    faults: dict[str, object] = {}
    for name, path in world.pages.items():
        desk.open(path)
        faults |= {f"{name} {fault}": found for fault, found in faults_of(desk) if found}
    context.close()
    assert faults == {}
    assert desk.complaints == []


def faults_of(desk: Desk) -> Iterator[tuple[str, object]]:
    """Yield what is wrong with the page that is open."""
    for width in WIDTHS:
        desk.resize(width)
        yield f"by how much wider than {width}", desk.overflow()
        yield f"at {width}", width != NARROWEST and desk.find_barriers()
        with desk.by_night():
            yield f"by how much wider than {width} by night", desk.overflow()
            yield f"at {width} by night", width != NARROWEST and desk.find_barriers(COLOURS)


def test_screens_work_without_script(browser: Browser, world: World) -> None:
    """Signing in, reading and acting work in a browser that runs no script."""
    context, desk = open_desk(browser, world, scripts=False)
    desk.open("/tips/new")
    desk.page.fill("textarea[name=text]", "Nghe kể ở cổng chợ: có người bán pháo")
    desk.page.click("main form button")
    assert "có người bán pháo" in desk.page.inner_text("main")
    context.close()


def test_screens_work_by_keyboard(browser: Browser, world: World) -> None:
    """By keys alone one goes down the list, opens a tip and its form, and a letter that is typed stays a letter."""
    context, desk = open_desk(browser, world)
    desk.open("/tips")
    desk.page.keyboard.press("j")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_selector("[data-key=p]")
    desk.page.keyboard.press("p")
    assert desk.page.evaluate("document.activeElement.name") == "category"
    desk.page.focus("[name=place]")
    desk.page.keyboard.type("g p j")
    assert desk.page.input_value("[name=place]") == "g p j"
    context.close()
    assert desk.complaints == []


def test_where_one_is_stands_in_view(browser: Browser, world: World) -> None:
    """On a telephone the tab of the page is scrolled to, so that nobody looks for where they are."""
    context, desk = open_desk(browser, world, width=360)
    desk.open("/tips/all")
    desk.page.wait_for_function(
        "document.querySelector('.tabs [aria-current]').getBoundingClientRect().right <= innerWidth"
    )
    assert desk.page.evaluate("scrollY") == 0
    context.close()


def test_double_click_acts_once(browser: Browser, world: World) -> None:
    """A double click is one act."""
    context, desk = open_desk(browser, world)
    desk.open("/tips/new")
    desk.page.fill("textarea[name=text]", "Báo hai lần trong một lần bấm")
    desk.page.dblclick("main form button")
    desk.page.wait_for_selector("#result")
    context.close()
    found = world.app.tips.search(world.officer, "Báo hai lần trong một lần bấm").items
    assert len(found) == 1

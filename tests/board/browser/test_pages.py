"""A browser and axe check each page of the board at each width, in light and dark colours."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from tests.board.browser.conftest import COLOURS, Desk, open_desk
from tests.board.browser.world import World

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]
NARROWEST, *_ = WIDTHS = (320, 360, 1280)


def test_every_screen_is_accessible(browser: Browser, world: World) -> None:
    """Axe finds nothing on any page in light or dark colours, no page is wider than its window, and the browser reports
    no error.

    The layout changes with the width, and the colours change at night; so in dark colours only the colour rules are
    checked again.
    """
    context, desk = open_desk(browser, world)
    faults: dict[str, object] = {}
    for name, path in world.pages.items():
        desk.open(path)
        faults |= {f"{name} {fault}": result for fault, result in check_open_page(desk) if result}
    context.close()
    assert faults == {}
    assert desk.complaints == []


def check_open_page(desk: Desk) -> Iterator[tuple[str, object]]:
    """Yield each possible fault of the open page with its name; an empty or false value is no fault."""
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
    """With the keyboard alone an officer moves down the list, opens a tip and its form, and typed letters stay
    letters.
    """
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


def test_current_tab_is_in_view(browser: Browser, world: World) -> None:
    """On a phone the tab of the current page is scrolled into view."""
    context, desk = open_desk(browser, world, width=360)
    desk.open("/tips/all")
    desk.page.wait_for_function(
        "document.querySelector('.tabs [aria-current]').getBoundingClientRect().right <= innerWidth"
    )
    assert desk.page.evaluate("scrollY") == 0
    context.close()


def test_double_click_acts_once(browser: Browser, world: World) -> None:
    """A double click submits a form once."""
    context, desk = open_desk(browser, world)
    desk.open("/tips/new")
    desk.page.fill("textarea[name=text]", "Báo hai lần trong một lần bấm")
    desk.page.dblclick("main form button")
    desk.page.wait_for_selector("#result")
    context.close()
    tips = world.app.tips.search(world.officer, "Báo hai lần trong một lần bấm").items
    assert len(tips) == 1

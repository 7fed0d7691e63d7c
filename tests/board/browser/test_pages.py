"""Each page at each width, by day and by night, for everybody: looked at by a browser and by axe."""

from typing import Literal

import pytest
from playwright.sync_api import Browser
from tests.board.browser.conftest import open_desk
from tests.board.browser.world import World

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_every_page(browser: Browser, world: World, width: int, scheme: Scheme) -> None:
    """No page keeps anybody out, none is wider than its window, and the browser has no complaint."""
    context, desk = open_desk(browser, world, width=width, scheme=scheme)
    faults: dict[str, object] = {}
    for name, path in world.pages.items():
        desk.open(path)
        if (wide := desk.overflow()) > 0:
            faults[f"{name} is wide"] = wide
        if width != 320 and (barriers := desk.find_barriers()):
            faults[name] = barriers
    context.close()
    assert faults == {}
    assert desk.complaints == []


def test_without_script(browser: Browser, world: World) -> None:
    """Signing in, reading and acting work in a browser that runs no script."""
    context, desk = open_desk(browser, world, scripts=False)
    desk.open("/tips/new")
    desk.page.fill("textarea[name=text]", "Nghe kể ở cổng chợ: có người bán pháo")
    desk.page.click("main form button")
    assert "có người bán pháo" in desk.page.inner_text("main")
    context.close()


def test_by_keys(browser: Browser, world: World) -> None:
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


def test_double_click(browser: Browser, world: World) -> None:
    """A double click is one act."""
    context, desk = open_desk(browser, world)
    desk.open("/tips/new")
    desk.page.fill("textarea[name=text]", "Báo hai lần trong một lần bấm")
    desk.page.dblclick("main form button")
    desk.page.wait_for_selector("#result")
    context.close()
    found = world.app.tips.search(world.officer, "Báo hai lần trong một lần bấm").items
    assert len(found) == 1

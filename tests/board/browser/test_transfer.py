"""What a page costs on a slow line, as the browser itself counts it: heads and all, packed as it came."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, Request
from tests.board.browser.conftest import open_desk
from tests.board.browser.world import World

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

FIRST = 60_000
LATER = 15_000
ROWS = 60
PATIENCE = 2_000
"""How often the browser is asked whether what began has ended."""
IDLE = "new Promise(done => requestIdleCallback(() => done()))"
"""Ends when the page's scripts have nothing to do: whatever they ask for at once has begun."""
WORDS = "Tối {day} ở xóm {day} xã Ninh Hòa có người lạ gõ cửa từng nhà bán hàng, xin số điện thoại và chụp ảnh cổng"


class Line:
    """The browser's line, by its own protocol.

    Args:
        page: whose line it is.
        scripts: whether the page runs scripts, which may ask for something when it has come.

    Attributes:
        transferred: bytes of each answer since the last count, by address.
    """

    def __init__(self, page: Page, *, scripts: bool = True) -> None:
        self._scripts = scripts
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._session.send("Network.enable")
        self._under_way: dict[str, str] = {}
        self.transferred: dict[str, int] = {}
        self._session.on("Network.requestWillBeSent", self._begin)
        self._session.on("Network.loadingFinished", self._end)
        self._session.on("Network.loadingFailed", self._end)
        page.wait_for_load_state("networkidle")  # once, for what began before anybody listened

    def _begin(self, event: dict[str, Any]) -> None:
        self._under_way[event["requestId"]] = event["request"]["url"]

    def _end(self, event: dict[str, Any]) -> None:
        if url := self._under_way.pop(event["requestId"], ""):
            self.transferred[url] = self.transferred.get(url, 0) + int(event.get("encodedDataLength", 0))

    def forget_files(self) -> None:
        """Empty the browser's cache."""
        self._session.send("Network.clearBrowserCache")

    @contextmanager
    def counted(self, page: Page) -> Iterator[dict[str, int]]:
        """Count what comes inside a `with`, until nothing comes any more."""
        self._hear_out()
        self.transferred = {}
        with page.expect_event("requestfinished", asked_for):  # a script's own requests are no load of the page
            yield self.transferred
        page.wait_for_load_state("load")
        if self._scripts:
            page.evaluate(IDLE)
        self._hear_out()

    def _hear_out(self) -> None:
        """Hear what this line was told, until everything that began has come to its end."""
        self._session.send("Network.enable")  # whatever was told before has been heard once this is answered
        for _ in range(PATIENCE):
            if not self._under_way:
                return
            self._session.send("Network.enable")
        raise AssertionError(f"never ended: {sorted(self._under_way.values())}")


def asked_for(request: Request) -> bool:
    """Tell whether a person asked for it; the page itself asks for news."""
    return "/news" not in request.url


@pytest.fixture(scope="module")
def tip(world: World) -> str:
    """Id of a tip, after so many have come that the list has more than one page."""
    for day in range(1, ROWS):
        world.app.tips.record_walk_in(world.officer, WORDS.format(day=day), unit="hoa-lu")
    return world.app.tips.record_walk_in(world.officer, WORDS.format(day=ROWS), unit="hoa-lu").id


def test_the_first_load(browser: Browser, world: World, tip: str) -> None:
    """A full list of tips, with style, scripts and all, is no more than 60 kB for a browser that has nothing yet."""
    context, desk = open_desk(browser, world, width=360)
    line = Line(desk.page)
    line.forget_files()
    with line.counted(desk.page) as transferred:
        desk.open("/tips/all")
    assert desk.page.locator("a.row").count() == 50
    assert any("htmx" in url for url in transferred), transferred
    context.close()

    assert sum(transferred.values()) <= FIRST, transferred


@pytest.mark.parametrize("scripts", [True, False])
def test_later_screens_are_small(browser: Browser, world: World, tip: str, scripts: bool) -> None:
    """Each page after the first is no more than 15 kB, by script or without."""
    context, desk = open_desk(browser, world, width=360, scripts=scripts)
    page = desk.page
    desk.open("/tips/all")
    line = Line(page, scripts=scripts)
    sizes = {}

    def search() -> None:
        page.fill("main form.search [name=words]", "người lạ")
        page.keyboard.press("Enter")

    ways: dict[str, Callable[[], object]] = {
        "next page": lambda: page.click("a[rel=next]"),
        "a new tip": lambda: page.goto(f"{world.url}/tips/{tip}"),
        "back to the list": lambda: page.click("main a"),
        "words in the list": search,
        "what was found": lambda: page.click("a.row >> nth=0"),
        **{name: partial(desk.open, path) for name, path in world.pages.items()},
    }
    for name, go in ways.items():
        with line.counted(page) as transferred:
            go()
            page.wait_for_selector("h1")
        sizes[name] = sum(transferred.values())
    context.close()

    assert {name: size for name, size in sizes.items() if not 0 < size <= LATER} == {}

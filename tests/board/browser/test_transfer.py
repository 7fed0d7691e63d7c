"""The number of bytes that loading a page transfers, as the browser counts them: with headers, and compressed."""

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
"""Maximal number of polls for the end of running requests."""
IDLE = "new Promise(done => requestIdleCallback(() => done()))"
"""JavaScript that resolves when the page's scripts are idle: every request that they make at once has begun."""
WORDS = "Tối {day} ở xóm {day} xã Ninh Hòa có người lạ gõ cửa từng nhà bán hàng, xin số điện thoại và chụp ảnh cổng"


class NetworkTraffic:
    """The network traffic of a page, measured by the DevTools protocol.

    Args:
        page: page to observe.
        scripts: whether the page runs scripts, which may send requests after loading.

    Attributes:
        transferred: bytes of each response since the last count, by URL.
    """

    def __init__(self, page: Page, *, scripts: bool = True) -> None:
        self._scripts = scripts
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._session.send("Network.enable")
        self._under_way: dict[str, str] = {}
        self.transferred: dict[str, int] = {}
        self._session.on("Network.requestWillBeSent", self._record_request)
        self._session.on("Network.loadingFinished", self._count_response)
        self._session.on("Network.loadingFailed", self._count_response)
        # Waiting once covers the requests that began before the handlers were registered.
        page.wait_for_load_state("networkidle")

    def _record_request(self, event: dict[str, Any]) -> None:
        self._under_way[event["requestId"]] = event["request"]["url"]

    def _count_response(self, event: dict[str, Any]) -> None:
        if url := self._under_way.pop(event["requestId"], ""):
            self.transferred[url] = self.transferred.get(url, 0) + int(event.get("encodedDataLength", 0))

    def clear_browser_cache(self) -> None:
        self._session.send("Network.clearBrowserCache")

    @contextmanager
    def count_transfer(self, page: Page) -> Iterator[dict[str, int]]:
        """Count the bytes of responses inside a `with`, until no request is running."""
        self._wait_for_requests()
        self.transferred = {}
        # requests of the page's own script don't count as loading a page
        with page.expect_event("requestfinished", is_caused_by_person):
            yield self.transferred
        page.wait_for_load_state("load")
        if self._scripts:
            page.evaluate(IDLE)
        self._wait_for_requests()

    def _wait_for_requests(self) -> None:
        """Process events until every running request has ended.

        Raises:
            AssertionError: a request hasn't ended after `PATIENCE` polls.
        """
        self._session.send("Network.enable")  # all earlier events have been handled once this command is answered
        for _ in range(PATIENCE):
            if not self._under_way:
                return
            self._session.send("Network.enable")
        raise AssertionError(f"never ended: {sorted(self._under_way.values())}")


def is_caused_by_person(request: Request) -> bool:
    """Return whether a person caused the request; the page itself polls `/news`."""
    return "/news" not in request.url


@pytest.fixture(scope="module")
def tip(world: World) -> str:
    """Id of a tip in an app with so many tips that their list has more than one page."""
    for day in range(1, ROWS):
        world.app.tips.record_walk_in(world.officer, WORDS.format(day=day), unit="hoa-lu")
    return world.app.tips.record_walk_in(world.officer, WORDS.format(day=ROWS), unit="hoa-lu").id


def test_first_load_is_small(browser: Browser, world: World, tip: str) -> None:
    """The first load of a full list of tips, with style and scripts, is at most 60 kB with an empty cache."""
    context, desk = open_desk(browser, world, width=360)
    line = NetworkTraffic(desk.page)
    line.clear_browser_cache()
    with line.count_transfer(desk.page) as transferred:
        desk.open("/tips/all")
    assert desk.page.locator("a.row").count() == 50
    assert any("htmx" in url for url in transferred), transferred
    context.close()

    assert sum(transferred.values()) <= FIRST, transferred


@pytest.mark.parametrize("scripts", [True, False])
def test_later_screens_are_small(browser: Browser, world: World, tip: str, scripts: bool) -> None:
    """Each page after the first is at most 15 kB, with scripts and without."""
    context, desk = open_desk(browser, world, width=360, scripts=scripts)
    page = desk.page
    desk.open("/tips/all")
    line = NetworkTraffic(page, scripts=scripts)
    sizes = {}

    def search() -> None:
        page.fill("main form.search [name=words]", "người lạ")
        page.keyboard.press("Enter")

    navigations: dict[str, Callable[[], object]] = {
        "next page": lambda: page.click("a[rel=next]"),
        "a new tip": lambda: page.goto(f"{world.url}/tips/{tip}"),
        "back to the list": lambda: page.click("main a"),
        "words in the list": search,
        "what was found": lambda: page.click("a.row >> nth=0"),
        **{name: partial(desk.open, path) for name, path in world.pages.items()},
    }
    for name, navigate in navigations.items():
        with line.count_transfer(page) as transferred:
            navigate()
            page.wait_for_selector("h1")
        sizes[name] = sum(transferred.values())
    context.close()

    assert {name: size for name, size in sizes.items() if not 0 < size <= LATER} == {}

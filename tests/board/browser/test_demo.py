"""The board of a demo is accessible in a browser, with scripts and without."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize
from tests.board.browser.conftest import Desk
from tests.support.demos import ServedDemo, serve_demo

HANDLER = "Hoàng Văn Tiếp Nhận"
FIRE = "Cháy nhà ở xóm 3 xã Ninh Hòa, đến ngay các anh ơi"

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


@pytest.fixture
def served_demo(tmp_path: Path) -> Iterator[ServedDemo]:
    """A demo in which every officer was appointed, and its board on a port."""
    with serve_demo(tmp_path) as served:
        yield served


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_demo_pages_are_accessible(browser: Browser, served_demo: ServedDemo, width: int, scheme: str) -> None:
    """On every page of a demo axe finds nothing, no page is wider than its window, and the browser reports no error."""
    served_demo.demo.resident.write(FIRE)
    context = browser.new_context(
        viewport=ViewportSize(width=width, height=800), color_scheme="dark" if scheme == "dark" else "light"
    )
    desk = Desk(served_demo.url, context.new_page())
    desk.open("/demo")
    faults: dict[str, object] = {"choose": desk.find_barriers(), "choose is wide": desk.overflow()}
    desk.page.get_by_role("button", name=HANDLER, exact=True).click()
    desk.page.wait_for_selector(".who")
    for path in ("/tips/received", "/tips/received#chat"):
        desk.open(path)
        faults |= {path: desk.find_barriers(), f"{path} is wide": desk.overflow()}
    context.close()
    assert {name: fault for name, fault in faults.items() if fault} == {}
    assert desk.complaints == []


def test_chat_drawer_works_without_script(browser: Browser, served_demo: ServedDemo) -> None:
    """On a phone without scripts, one link opens the chat, which stays open after a message, and another link closes
    it.
    """
    context = browser.new_context(viewport=ViewportSize(width=360, height=740), java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{served_demo.url}/demo")
    page.get_by_role("button", name=HANDLER, exact=True).click()
    chat = page.locator("#chat")
    assert not chat.is_visible()
    page.get_by_role("link", name="Nhắn như người dân").click()
    page.locator("#chat-text").fill(FIRE)
    page.locator(".say").get_by_role("button").click()
    assert FIRE in chat.inner_text()
    assert "Mã tiếp nhận" in chat.inner_text()
    page.get_by_role("link", name="Đóng").click()
    assert not chat.is_visible()
    context.close()


def test_newest_message_is_in_view(browser: Browser, served_demo: ServedDemo) -> None:
    """When a page loads, the chat is scrolled to its end and the page to its beginning."""
    for number in range(6):
        served_demo.demo.resident.write(f"{FIRE}, lần {number}")
    context = browser.new_context(viewport=ViewportSize(width=1280, height=700))
    page = context.new_page()
    page.goto(f"{served_demo.url}/demo")
    page.locator("#chat-text").fill("Xin cảm ơn")
    with page.expect_navigation():
        page.locator(".say").get_by_role("button").click()
    assert page.evaluate("scrollY") == 0
    chat_box = page.locator(".chat-scroll").bounding_box()
    last_box = page.locator(".chat-scroll li").last.bounding_box()
    assert chat_box is not None
    assert last_box is not None
    assert last_box["y"] + last_box["height"] <= chat_box["y"] + chat_box["height"] + 1
    context.close()

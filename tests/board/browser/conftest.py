"""Fixtures that provide a real browser, a real server on loopback, and an officer with every role."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import axe_playwright_python
import pytest
from attrs import define, field
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize
from tests.board.browser.world import World, populate
from tests.board.visitor import NOW
from tests.support.chromium import open_chromium
from tests.support.sign_in import PASSWORD

from anninh_core.board import create_board
from anninh_core.testing import FixedClock, MockMessenger, memory_app
from anninh_core.web.server import AsgiServer

_AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
COLOURS = ("color-contrast", "link-in-text-block")
"""Names of the axe rules that check colours; `WCAG` has the tags of all axe rules for WCAG."""


# The driver's event loop runs as long as this fixture, and no other event loop can run meanwhile.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    with open_chromium() as started:
        yield started


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """An app with content on each page, and its board on a port."""
    with memory_app(clock=FixedClock(NOW)) as app:
        assert isinstance(app.internals.messengers["oa"], MockMessenger)
        server = AsgiServer(create_board(app), app.internals.web_settings, port=0)
        thread = Thread(target=server.run, daemon=True)
        thread.start()
        yield populate(app, server.url)
        server.stop()
        thread.join(20)


@define
class Desk:
    """An officer at a browser; any console error or warning of the browser fails the test.

    Attributes:
        url: address of the board.
        complaints: errors and warnings of the browser's console.
    """

    url: str
    page: Page
    complaints: list[str] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.page.on("console", lambda message: self._record_complaint(message))  # noqa: PLW0108  the driver marks a method, which slots forbid
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _record_complaint(self, message: ConsoleMessage) -> None:
        # The browser logs a response with an error status like this; the test checks the status itself.
        is_answer = "Failed to load resource" in message.text
        if message.type in ("error", "warning") and not is_answer:
            self.complaints.append(message.text)

    def enter(self, name: str) -> None:
        """Sign in on the sign-in page under the sign-in name `name`."""
        self.page.goto(f"{self.url}/sign-in")
        self.page.fill("#name", name)
        self.page.fill("#password", PASSWORD)
        self.page.click("form.card button")
        self.page.wait_for_selector(".who")

    def open(self, path: str) -> None:
        self.page.goto(self.url + path)

    def resize(self, width: int) -> None:
        """Set the width of the browser's window in pixels."""
        self.page.set_viewport_size(_viewport(width))

    @contextmanager
    def by_night(self) -> Iterator[None]:
        """Make the browser prefer dark colours inside a `with`."""
        self.page.emulate_media(color_scheme="dark")
        yield
        self.page.emulate_media(color_scheme="light")

    def find_barriers(self, tags: Sequence[str] = WCAG) -> list[str]:
        """Return the accessibility violations that axe finds on the page, by the chosen rules."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(_AXE.read_text("utf-8"))
        violations = self.page.evaluate(
            "chosen => axe.run(document, {runOnly: chosen, resultTypes: ['violations']})"
            ".then(r => r.violations.map(v => v.id + ': '"
            " + v.nodes.map(n => n.html + ' ' + n.failureSummary).join(' | ')))",
            list(tags),
        )
        return [str(violation)[:600] for violation in violations]

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def open_desk(
    browser: Browser,
    world: World,
    *,
    width: int = 1280,
    scripts: bool = True,
) -> tuple[BrowserContext, Desk]:
    """Return a signed-in officer with every role, at a browser of a given width, with or without scripts."""
    context = browser.new_context(viewport=_viewport(width), java_script_enabled=scripts)
    desk = Desk(world.url, context.new_page())
    desk.enter(world.name)
    return context, desk


def _viewport(width: int) -> ViewportSize:
    return {"width": width, "height": 800}


@pytest.fixture
def desk(browser: Browser, world: World) -> Iterator[Desk]:
    """An officer with every role at a desktop browser."""
    context, desk = open_desk(browser, world)
    yield desk
    context.close()
    assert desk.complaints == []

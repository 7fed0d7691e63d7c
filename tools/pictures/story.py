"""The story of the screenshots: a resident writes, the case arrives, an officer works on it, the resident reads the
answer.
"""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, ViewportSize

_HANDLER = "Hoàng Văn Tiếp Nhận"
_TOLD = "Đêm qua nhà tôi ở xóm 2 xã Ninh Vân bị kẻ gian cạy cửa lấy mất xe máy."
_ANSWER = "Công an đã tìm thấy xe máy và đang làm rõ hai người lấy trộm. Xin mời chị đến Công an xã nhận lại xe."
_REASON = "handled"
_WIDE = ViewportSize(width=1180, height=800)
_NARROW = ViewportSize(width=360, height=720)
_COLOURS = 96
"""Colours of a screenshot: a page has few, and a small file loads fast on a slow connection."""

Scene = Callable[["Story"], None]


class Story:
    """Plays the story in a browser.

    Args:
        page: browser page of an officer.
        url: address of the board.
    """

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self._url = url

    def open(self, path: str) -> None:
        """Open a page of the board."""
        self.page.goto(self._url + path)

    def choose(self, officer: str) -> None:
        """Choose an officer of the demo."""
        self.open("/demo")
        self.page.get_by_role("button", name=officer, exact=True).click()
        self.page.wait_for_url(lambda url: "/demo" not in url)

    def say(self, text: str) -> None:
        """Send a message as the resident."""
        self.page.locator("#chat-text").fill(text)
        with self.page.expect_navigation():
            self.page.locator(".say").get_by_role("button").click()

    def unfold(self, operation: str) -> Locator:
        """Open an act's section, and return its form."""
        form = self.page.locator(f'form[action$="/{operation}"], form[action*="/{operation}?"]')
        for fold in form.locator("xpath=ancestor::details").all():
            if fold.get_attribute("open") is None:
                fold.locator("> summary").click()
        return form

    def act(self, operation: str, **values: str) -> None:
        """Carry out an act on the shown case."""
        form = self.fill(operation, **values)
        done_mark = operation.replace("/", ".")
        form.locator("button:not([name])").click()
        self.page.wait_for_function("told => new URLSearchParams(location.search).get('done') === told", arg=done_mark)
        self.page.locator(".notice.good").wait_for()

    def fill(self, operation: str, **values: str) -> Locator:
        """Fill an act's form, and return it."""
        form = self.unfold(operation)
        for name, value in values.items():
            field = form.locator(f'[name="{name}"]').first
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        return form


def tell(browser: Browser, url: str, folder: Path) -> Iterator[Path]:
    """Play the story, and yield the path of each screenshot."""
    context = browser.new_context(viewport=_WIDE, locale="vi-VN", color_scheme="light", reduced_motion="reduce")
    story = Story(context.new_page(), url)
    for name, scene in _SCENES.items():
        scene(story)
        yield _take(story.page, folder / f"board-{name}.png")
    story.choose(_HANDLER)
    narrow = browser.new_context(viewport=_NARROW, locale="vi-VN", storage_state=context.storage_state())
    on_phone = Story(narrow.new_page(), url)
    for name, path in (("phone", "/tips"), ("phone-chat", "/tips#chat")):
        on_phone.open(path)
        yield _take(on_phone.page, folder / f"board-{name}.png")


def _take(page: Page, path: Path) -> Path:
    page.wait_for_load_state("networkidle")
    picture = Image.open(BytesIO(page.screenshot()))
    picture.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    return path


def _choose(story: Story) -> None:
    story.open("/demo")


def _receive(story: Story) -> None:
    story.choose(_HANDLER)
    story.open("/tips/received")
    story.say(_TOLD)
    story.page.evaluate("scrollTo(0, 0)")


def _look(story: Story) -> None:
    story.page.locator("a.row").first.click()
    story.page.locator("#talk").wait_for()
    story.unfold("tips/triage")


def _work(story: Story) -> None:
    story.act("tips/triage", category="crime", unit="ninh-van")
    story.act("tips/assign", unit="cong-an")
    story.act("tips/verify")
    story.fill("tips/settle", outcome="resolved", answer=_ANSWER, reason=_REASON).scroll_into_view_if_needed()


def _answer(story: Story) -> None:
    story.act("tips/settle", outcome="resolved", answer=_ANSWER, reason=_REASON)
    story.act("tips/answer")
    story.page.evaluate("scrollTo(0, 0)")


def _list(story: Story) -> None:
    story.open("/tips")


def _section_of(officer: str, title: str) -> Scene:
    """Return a scene in which an officer opens a section of the menu."""

    def scene(story: Story) -> None:
        story.choose(officer)
        story.page.locator(".menu").get_by_role("link", name=title).click()
        story.page.locator(".menu a[aria-current]", has_text=title).wait_for()

    return scene


_SCENES: dict[str, Scene] = {
    "choose": _choose,
    "heard": _receive,
    "case": _look,
    "settle": _work,
    "answered": _answer,
    "list": _list,
    "work": _section_of(_HANDLER, "Việc của tôi"),
    "review": _section_of("Bùi Văn Kiểm Duyệt", "Chờ duyệt"),
    "reports": _section_of("Lê Văn Thường Trực", "Kế hoạch và báo cáo"),
    "statistics": _section_of("Lê Văn Thường Trực", "Thống kê"),
}

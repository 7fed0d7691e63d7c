"""Plays the story of the screenshots: a resident writes, the case arrives, an officer works on it, and the resident
reads the answer.
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
"""Number of colours in a screenshot: a page has few, and a small file loads fast on a slow connection."""

Scene = Callable[["ScreenshotStory"], None]


class ScreenshotStory:
    """Plays the story of the screenshots in a browser.

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

    def choose_officer(self, officer: str) -> None:
        """Choose an officer of the demo."""
        self.open("/demo")
        self.page.get_by_role("button", name=officer, exact=True).click()
        self.page.wait_for_url(lambda url: "/demo" not in url)

    def send_message(self, text: str) -> None:
        """Send a message as the resident."""
        self.page.locator("#chat-text").fill(text)
        with self.page.expect_navigation():
            self.page.locator(".say").get_by_role("button").click()

    def open_act(self, operation: str) -> Locator:
        """Open the section of an act on the page, and return the act's form."""
        form = self.page.locator(f'form[action$="/{operation}"], form[action*="/{operation}?"]')
        for fold in form.locator("xpath=ancestor::details").all():
            if fold.get_attribute("open") is None:
                fold.locator("> summary").click()
        return form

    def carry_out_act(self, operation: str, **values: str) -> None:
        """Carry out an act on the shown case, with `values` in its form."""
        form = self.fill_form(operation, **values)
        done_mark = operation.replace("/", ".")
        form.locator("button:not([name])").click()
        self.page.wait_for_function("told => new URLSearchParams(location.search).get('done') === told", arg=done_mark)
        self.page.locator(".notice.good").wait_for()

    def fill_form(self, operation: str, **values: str) -> Locator:
        """Fill in the form of an act, and return the form."""
        form = self.open_act(operation)
        for name, value in values.items():
            field = form.locator(f'[name="{name}"]').first
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        return form


def play_story(browser: Browser, url: str, folder: Path) -> Iterator[Path]:
    """Play the story, and yield the path of each screenshot."""
    context = browser.new_context(viewport=_WIDE, locale="vi-VN", color_scheme="light", reduced_motion="reduce")
    story = ScreenshotStory(context.new_page(), url)
    for name, scene in _SCENES.items():
        scene(story)
        yield _take_screenshot(story.page, folder / f"board-{name}.png")
    story.choose_officer(_HANDLER)
    narrow = browser.new_context(viewport=_NARROW, locale="vi-VN", storage_state=context.storage_state())
    on_phone = ScreenshotStory(narrow.new_page(), url)
    for name, path in (("phone", "/tips"), ("phone-chat", "/tips#chat")):
        on_phone.open(path)
        yield _take_screenshot(on_phone.page, folder / f"board-{name}.png")


def _take_screenshot(page: Page, path: Path) -> Path:
    page.wait_for_load_state("networkidle")
    picture = Image.open(BytesIO(page.screenshot()))
    picture.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    return path


def _show_officers(story: ScreenshotStory) -> None:
    story.open("/demo")


def _show_received_tip(story: ScreenshotStory) -> None:
    story.choose_officer(_HANDLER)
    story.open("/tips/received")
    story.send_message(_TOLD)
    story.page.evaluate("scrollTo(0, 0)")


def _show_tip(story: ScreenshotStory) -> None:
    story.page.locator("a.row").first.click()
    story.page.locator("#talk").wait_for()
    story.open_act("tips/triage")


def _show_settling(story: ScreenshotStory) -> None:
    story.carry_out_act("tips/triage", category="crime", unit="ninh-van")
    story.carry_out_act("tips/assign", unit="cong-an")
    story.carry_out_act("tips/verify")
    story.fill_form("tips/settle", outcome="resolved", answer=_ANSWER, reason=_REASON).scroll_into_view_if_needed()


def _show_answer(story: ScreenshotStory) -> None:
    story.carry_out_act("tips/settle", outcome="resolved", answer=_ANSWER, reason=_REASON)
    story.carry_out_act("tips/answer")
    story.page.evaluate("scrollTo(0, 0)")


def _show_tips(story: ScreenshotStory) -> None:
    story.open("/tips")


def _build_section_scene(officer: str, title: str) -> Scene:
    """Return a scene in which an officer opens the section of the menu with a title."""

    def scene(story: ScreenshotStory) -> None:
        story.choose_officer(officer)
        story.page.locator(".menu").get_by_role("link", name=title).click()
        story.page.locator(".menu a[aria-current]", has_text=title).wait_for()

    return scene


_SCENES: dict[str, Scene] = {
    "choose": _show_officers,
    "heard": _show_received_tip,
    "case": _show_tip,
    "settle": _show_settling,
    "answered": _show_answer,
    "list": _show_tips,
    "work": _build_section_scene(_HANDLER, "Việc của tôi"),
    "review": _build_section_scene("Bùi Văn Kiểm Duyệt", "Chờ duyệt"),
    "reports": _build_section_scene("Lê Văn Thường Trực", "Kế hoạch và báo cáo"),
    "statistics": _build_section_scene("Lê Văn Thường Trực", "Thống kê"),
}

"""The task sheet as an HTML page."""

from datetime import UTC, date, datetime
from html.parser import HTMLParser

from attrs import evolve
from typing_extensions import override

from anninh_core.messengers.assisted.sheet import render_sheet
from anninh_core.messengers.assisted.tasks import Confirmation, Task
from anninh_core.messengers.assisted.wording import Wording
from anninh_core.testing.kits.messenger.bench import PICTURE
from anninh_core.vocabulary.messages import Attachment, Place

DAY = date(2021, 9, 2)
TASK = Task(
    key="k-1",
    place=Place.GROUP,
    recipient="thon-thu",
    title="Thôn Thử & xóm <Mới>",
    text="Dòng một\n<b>Dòng hai</b> & “hết”",
    purpose="item.post",
    created_at=datetime(2021, 9, 2, 1, 0, tzinfo=UTC),
)


class PageParser(HTMLParser):
    """A parser of an HTML page that collects the texts by tag, and all links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.links: list[str] = []
        self._open: list[str] = []
        self.feed(html)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in {"src", "href"} and value]
        if tag not in {"meta", "img", "input"}:
            self._open.append(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    @override
    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts.setdefault(self._open[-1], []).append(data)


def render_page(*tasks: Task, wording: Wording | None = None) -> PageParser:
    return PageParser(render_sheet(DAY, tasks, wording or Wording(), {"d1": PICTURE, "d2": b"%PDF-1.7"}.get))


def test_text_is_copied_as_approved() -> None:
    """The text of a card is exactly the approved text, whatever it contains."""
    page = render_page(TASK)
    assert "".join(page.texts["pre"]) == TASK.text
    assert page.texts["h2"] == [f"Group: {TASK.title}"]
    assert page.texts["button"] == ["Copy"]


def test_one_card_per_task() -> None:
    """Each task has a card with its number and a field for the link; a sheet without tasks has a sentence instead."""
    page = render_page(TASK, evolve(TASK, key="k-2", place=Place.PERSON, title="Thử Văn An", reply_to="m-7"))
    assert page.tags.count("article") == 2
    assert page.texts["h2"][1] == "To: Thử Văn An"
    assert {"Task k-1", "Task k-2", "Answers message m-7"} <= set(page.texts["p"])
    assert "Nothing to post." in render_page().texts["p"]


def test_confirmed_card_is_closed() -> None:
    """A confirmed task shows who confirmed it, and its link only if it is a web address."""
    done = Confirmation(by="Thử Thị Bình", at=TASK.created_at, link="https://chat.invalid/p/1")
    page = render_page(evolve(TASK, confirmation=done))
    assert "Confirmed by Thử Thị Bình " in page.texts["p"]
    assert page.links == ["https://chat.invalid/p/1"]
    assert "input" not in page.tags
    assert render_page(evolve(TASK, confirmation=evolve(done, link="javascript:alert(1)"))).links == []


def test_pictures_are_in_the_page_once() -> None:
    """A picture in several cards is embedded once and linked from the others; nothing is loaded from elsewhere."""
    picture = Attachment("image", "anh.png", blob="d1")
    page = render_page(*(evolve(TASK, key=key, attachments=(picture,)) for key in ("k-1", "k-2")))
    assert page.tags.count("img") == 1
    assert {link.split(",")[0] for link in page.links} == {"data:image/png;base64", "#b-d1"}


def test_sheet_shows_other_attachments() -> None:
    """A file can be saved from the page, a link can be followed, and a location is shown as coordinates."""
    page = render_page(
        evolve(
            TASK,
            attachments=(
                Attachment("file", "phiếu.pdf", blob="d2"),
                Attachment("link", "Cổng", url="https://portal.invalid/a?b=1&c=2"),
                Attachment("location", latitude=20.25, longitude=105.975),
            ),
        )
    )
    assert page.links == ["data:application/octet-stream;base64,JVBERi0xLjc=", "https://portal.invalid/a?b=1&c=2"]
    assert "location: 20.250000, 105.975000" in page.texts["p"]
    assert "img" not in page.tags


def test_words_come_from_the_settings() -> None:
    """Every text outside a task can be replaced in the settings, and each replacement is used."""
    names = ("title", "intro", "group", "person", "copy", "answers", "attachments", "above", "posted", "link", "task")
    words = {name: f"«{name}»" for name in names} | {"language": "vi", "confirmed": "«confirmed»", "copied": "«copied»"}
    picture = Attachment("image", blob="d1")
    task = evolve(TASK, attachments=(picture, picture), reply_to="m-7")
    done = Confirmation(by="Thử Thị Bình", at=TASK.created_at)
    tasks = (task, evolve(task, key="k-2", place=Place.PERSON, confirmation=done))
    html = render_sheet(DAY, tasks, Wording.of(words), {"d1": PICTURE}.get)
    assert [word for word in words.values() if word not in html] == []
    assert "«nothing»" in render_sheet(DAY, [], Wording.of({"nothing": "«nothing»"}), lambda _: None)

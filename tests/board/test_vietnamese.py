"""Vietnamese pages contain no English and no names from the code."""

import re
from collections.abc import Iterator
from html import unescape

from tests.board.visitor import Visitor
from tests.cli.conftest import grant_all_roles
from tests.support.sign_in import enrol

from anninh_core.app import App
from anninh_core.board import create_board
from anninh_core.board.screens.all_screens import SCREENS
from anninh_core.domain.content import ItemContent
from anninh_core.domain.tips import TipState
from anninh_core.testing import Dialog, UnsafeLocalUsers
from anninh_core.usecase import Actor

_ENGLISH = re.compile(
    r"\b(?:the|is|are|not|of|and|with|this|that|was|were|has|have|can't|isn't|doesn't|your|you)\b", re.IGNORECASE
)
_NAME = re.compile(
    r"(?<![\w/.])[a-z]+_[a-z_]+\b|\b(?:tips|content|reports|groups|identity|rights|units|duty)\.[a-z_]+\b"
)
_UNSHOWN = re.compile(r"<(script|style|code|template)\b.*?</\1>|<!--.*?-->", re.DOTALL)
_SHOWN_ATTRIBUTES = re.compile(r'\b(?:title|aria-label|placeholder|alt)="([^"]*)"')
_LINKS = re.compile(r'href="(/[^"#]*)')
_MOST = 250


def _crawl_pages(visitor: Visitor) -> Iterator[tuple[str, str]]:
    """Yield address and HTML of up to `_MOST` pages that can be reached by links."""
    queue = ["/", *(screen.section.path for screen in SCREENS if screen.section)]
    seen: set[str] = set()
    while queue and len(seen) < _MOST:
        address = queue.pop(0)
        if address in seen or address.startswith(("/static", "/sign-out")):
            continue
        seen.add(address)
        screen = visitor.get(unescape(address))
        if screen.headers.get("content-type", "").startswith("text/html"):
            yield address, screen.text
            queue += _LINKS.findall(screen.text)


def _extract_shown_text(html: str) -> str:
    plain = _UNSHOWN.sub(" ", html)
    texts = [*_SHOWN_ATTRIBUTES.findall(plain), re.sub(r"<[^>]+>", " | ", plain)]
    return unescape(" | ".join(texts))


def _create_records(app: App, me: Actor) -> None:
    """Create records of several kinds."""
    first, second = (app.tips.record_walk_in(me, words, unit="ninh-hoa") for words in ("Đánh bạc", "Mất xe đạp"))
    app.tips.triage(me, second.id, category="crime", legal_kind="crime_report")
    app.tips.assign(me, second.id, unit="ninh-hoa", officers=[me.id])
    app.tips.settle(me, second.id, TipState.RESOLVED, answer="Đã tìm thấy xe.", reason="found")
    app.tips.exclusions.add_unit(me, first.id, unit="ninh-an", reason="liên quan")
    piece = ItemContent(title="Cảnh giác", body="Lừa đảo qua mạng.", category="crime_warning", units=("hoa-lu",))
    app.content.write(me, "hoa-lu", piece)
    app.inquiries.record_walk_in(me, "Tạm trú thế nào?", unit="ninh-hoa")
    app.reports.begin(me, "ninh-hoa", "roll-out", 2021)
    group = app.groups.establish(me, "ninh-hoa", kind="commune", title="Nhóm Zalo An ninh", messenger="oa")
    app.groups.seat(me, group.id, "owner", officer=me.id, name="Trung tá Mẫu")
    Dialog.over(app).says("Chị Mẫu", "Cháy nhà ở xóm 3 xã Ninh Hòa, đến ngay các anh ơi")


def test_no_page_has_english(app: App) -> None:
    """No page that links lead an officer with every role to contains English or names from the code."""
    officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer")
    grant_all_roles(app, officer)
    _create_records(app, officer)
    visitor = Visitor(create_board(app)).enter(enrol(app, officer.id, "mau"))
    addresses_by_excerpt: dict[str, set[str]] = {}
    pages = 0
    for address, html in _crawl_pages(visitor):
        pages += 1
        text = _extract_shown_text(html)
        for pattern in (_ENGLISH, _NAME):
            for match in pattern.finditer(text):
                around = text[max(0, match.start() - 30) : match.end() + 30]
                addresses_by_excerpt.setdefault(" ".join(around.split()), set()).add(address)
    assert pages > 40
    assert addresses_by_excerpt == {}

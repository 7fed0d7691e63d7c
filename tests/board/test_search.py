"""Search on the board: over all that somebody may read, and no more."""

import pytest
from tests.board.conftest import Enter
from tests.board.visitor import Visitor

from anninh_core.app import App
from anninh_core.testing import UnsafeLocalUsers
from anninh_core.usecase import Actor


def test_what_is_found(app: App, officer: Actor, visitor: Visitor) -> None:
    """With the words marked, a link to its page, and one entry that names it."""
    tip = app.tips.record_walk_in(officer, "Mất trộm xe máy ở <xóm 3>", unit="hoa-lu")
    app.tips.record_walk_in(officer, "Ngập đường làng", unit="hoa-lu")
    before = app.internals.context.storage.journal.head()[0]
    shown = visitor.get("/search?words=xe+may")
    assert app.internals.context.storage.journal.head()[0] == before + 1
    assert f"/tips/{tip.id}" in shown.main
    assert "<mark>xe</mark> <mark>máy</mark>" in shown.main
    assert "&lt;xóm 3&gt;" in shown.main
    assert "Ngập" not in shown.main


def test_nothing_asked_for(app: App, visitor: Visitor) -> None:
    """Leaves no entry."""
    before = app.internals.context.storage.journal.head()[0]
    assert visitor.get("/search").status == 200
    assert app.internals.context.storage.journal.head()[0] == before


@pytest.mark.parametrize(("role", "kinds"), [("reviewer", {"item"}), ("editor", {"item", "inquiry", "article"})])
def test_who_may_read_some(app: App, enter: Enter, officer: Actor, role: str, kinds: set[str]) -> None:
    """Is offered these, and finds nothing of the others, also by an address made by hand."""
    tip = app.tips.record_walk_in(officer, "Mất trộm xe máy", unit="hoa-lu")
    visitor = enter(UnsafeLocalUsers(app).appoint("Cán bộ Khác", "hoa-lu", role))
    shown = visitor.get("/search?words=xe+may&kind=tip")
    assert {kind for kind in ("tip", "inquiry", "article", "item") if f'value="{kind}"' in shown.main} == kinds
    assert shown.status == 200
    assert tip.id not in shown.main

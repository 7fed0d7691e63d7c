"""Search on the board covers all that an officer may read, and nothing else."""

import pytest
from tests.board.conftest import SignIn
from tests.board.visitor import Visitor

from anninh_core.app import App
from anninh_core.testing import UnsafeLocalUsers
from anninh_core.usecase import Actor


def test_search_marks_words_and_links(app: App, officer: Actor, visitor: Visitor) -> None:
    """A result has its words marked and a link to its page, and the search leaves one journal entry."""
    tip = app.tips.record_walk_in(officer, "Mất trộm xe máy ở <xóm 3>", unit="hoa-lu")
    app.tips.record_walk_in(officer, "Ngập đường làng", unit="hoa-lu")
    before = app.internals.context.storage.journal.head()[0]
    screen = visitor.get("/search?words=xe+may")
    assert app.internals.context.storage.journal.head()[0] == before + 1
    assert f"/tips/{tip.id}" in screen.main
    assert "<mark>xe</mark> <mark>máy</mark>" in screen.main
    assert "&lt;xóm 3&gt;" in screen.main
    assert "Ngập" not in screen.main


def test_empty_search_leaves_no_entry(app: App, visitor: Visitor) -> None:
    """Opening the search page without words leaves no journal entry."""
    before = app.internals.context.storage.journal.head()[0]
    assert visitor.get("/search").status == 200
    assert app.internals.context.storage.journal.head()[0] == before


@pytest.mark.parametrize(("role", "kinds"), [("reviewer", {"item"}), ("editor", {"item", "inquiry", "article"})])
def test_search_covers_only_permitted_kinds(
    app: App, enter: SignIn, officer: Actor, role: str, kinds: set[str]
) -> None:
    """An officer is offered only the kinds that the role may read, and finds no other kind by a crafted address."""
    tip = app.tips.record_walk_in(officer, "Mất trộm xe máy", unit="hoa-lu")
    visitor = enter(UnsafeLocalUsers(app).appoint("Cán bộ Khác", "hoa-lu", role))
    screen = visitor.get("/search?words=xe+may&kind=tip")
    assert {kind for kind in ("tip", "inquiry", "article", "item") if f'value="{kind}"' in screen.main} == kinds
    assert screen.status == 200
    assert tip.id not in screen.main

"""The journal on the board: who did what, in words; checked, compared and copied."""

import pytest
from tests.board.conftest import Enter
from tests.board.visitor import Visitor

from anninh_core.app import App
from anninh_core.domain.audit.chain import verify_export
from anninh_core.testing import UnsafeLocalUsers
from anninh_core.usecase import Actor


@pytest.fixture
def auditor(app: App, enter: Enter) -> Visitor:
    return enter(UnsafeLocalUsers(app).appoint("Kiểm Soát", "hoa-lu", "auditor"))


def test_the_newest_entries_come_first(app: App, officer: Actor, auditor: Visitor) -> None:
    """In words, with the name of whoever acted; older ones are a link away; one entry tells of the look."""
    for number in range(120):
        app.tips.record_walk_in(officer, f"Ngập đường {number}", unit="hoa-lu")
    before = app.internals.context.storage.journal.head()[0]
    shown = auditor.get("/trail")
    assert app.internals.context.storage.journal.head()[0] == before + 1
    assert shown.main.count("Ghi tin báo trực tiếp") == 100
    assert "Cán bộ Mẫu" in shown.main
    assert "tips.record_walk_in" not in shown.main
    assert f"to={before - 100}" in shown.main
    older = auditor.get(f"/trail?to={before - 100}")
    assert older.main.count("Ghi tin báo trực tiếp") == 20


def test_the_story_of_a_case(app: App, officer: Actor, auditor: Visitor) -> None:
    """Has its own entries alone, oldest first, narrowed as one asks."""
    tip = app.tips.record_walk_in(officer, "Mất trộm", unit="hoa-lu")
    app.tips.record_walk_in(officer, "Ngập đường", unit="hoa-lu")
    app.tips.triage(officer, tip.id, category="crime")
    story = auditor.get(f"/trail?about=tip:{tip.id}").main
    assert story.index("Ghi tin báo trực tiếp") < story.index("Phân loại tin")
    assert story.count("Ghi tin báo trực tiếp") == 1
    assert "Phân loại tin" not in auditor.get(f"/trail?about=tip:{tip.id}&outcome=read").main
    assert "Phân loại tin" not in auditor.get(f"/trail?about=tip:{tip.id}&since=2021-09-02").main
    assert "Phân loại tin" in auditor.get(f"/trail?about=tip:{tip.id}&until=2021-09-01&subject=tips").main


@pytest.mark.parametrize("query", ["since=gestern", "outcome=all", "subject=secrets", "after=x", "to=-1", "about=x"])
def test_what_makes_no_sense(auditor: Visitor, query: str) -> None:
    """Is passed over."""
    assert auditor.get(f"/trail?{query}").status == 200


def test_the_journal_is_checked(app: App, auditor: Visitor) -> None:
    """Its chain, the records, and a mark of before; one that never was is told as such."""
    mark = app.audit.checkpoint(UnsafeLocalUsers(app).appoint("Vận Hành", "hoa-lu", "operator"))
    assert "Nguyên vẹn đến dòng" in auditor.get("/trail/checks?run=chain").main
    assert "Mọi hồ sơ khớp" in auditor.get("/trail/checks?run=records").main
    assert "Khớp: đến mốc này" in auditor.get(f"/trail/checks?run=mark&seq={mark.seq}").main
    assert "Không có mốc nào" in auditor.get("/trail/checks?run=mark&seq=999").main
    assert "Không có mốc nào" in auditor.get("/trail/checks?run=mark&seq=x").main


def test_exported_journal_verifies_elsewhere(app: App, auditor: Visitor) -> None:
    """Can be verified elsewhere."""
    copy = auditor.get("/trail/export")
    assert copy.headers["content-disposition"].startswith("attachment")
    assert verify_export(copy.text.encode().splitlines()).ok


def test_who_is_no_auditor(enter: Enter, stranger: Actor) -> None:
    """Sees none of it."""
    visitor = enter(stranger)
    for path in ("/trail", "/trail/checks", "/trail/export", "/trail/heads", "/trail?about=tip:x"):
        assert visitor.get(path).status == 403, path

"""On the board the journal shows each act in words with its officer, and can be verified, compared and exported."""

import pytest
from tests.board.conftest import SignIn
from tests.board.visitor import Visitor

from anninh_core.app import App
from anninh_core.domain.audit.chain import verify_export
from anninh_core.testing import UnsafeLocalUsers
from anninh_core.usecase import Actor


@pytest.fixture
def auditor(app: App, enter: SignIn) -> Visitor:
    return enter(UnsafeLocalUsers(app).appoint("Kiểm Soát", "hoa-lu", "auditor"))


def test_the_newest_entries_come_first(app: App, officer: Actor, auditor: Visitor) -> None:
    """The newest entries come first, in words and with the officer's name; older ones are on the next page, and reading
    leaves one entry.
    """
    for number in range(120):
        app.tips.record_walk_in(officer, f"Ngập đường {number}", unit="hoa-lu")
    before = app.internals.context.storage.journal.head()[0]
    screen = auditor.get("/trail")
    assert app.internals.context.storage.journal.head()[0] == before + 1
    assert screen.main.count("Ghi tin báo trực tiếp") == 100
    assert "Cán bộ Mẫu" in screen.main
    assert "tips.record_walk_in" not in screen.main
    assert f"to={before - 100}" in screen.main
    older = auditor.get(f"/trail?to={before - 100}")
    assert older.main.count("Ghi tin báo trực tiếp") == 20


def test_case_history_has_own_entries(app: App, officer: Actor, auditor: Visitor) -> None:
    """The history of a case has only its own entries, oldest first, and can be filtered."""
    tip = app.tips.record_walk_in(officer, "Mất trộm", unit="hoa-lu")
    app.tips.record_walk_in(officer, "Ngập đường", unit="hoa-lu")
    app.tips.triage(officer, tip.id, category="crime")
    history = auditor.get(f"/trail?about=tip:{tip.id}").main
    assert history.index("Ghi tin báo trực tiếp") < history.index("Phân loại tin")
    assert history.count("Ghi tin báo trực tiếp") == 1
    assert "Phân loại tin" not in auditor.get(f"/trail?about=tip:{tip.id}&outcome=read").main
    assert "Phân loại tin" not in auditor.get(f"/trail?about=tip:{tip.id}&since=2021-09-02").main
    assert "Phân loại tin" in auditor.get(f"/trail?about=tip:{tip.id}&until=2021-09-01&subject=tips").main


@pytest.mark.parametrize("query", ["since=gestern", "outcome=all", "subject=secrets", "after=x", "to=-1", "about=x"])
def test_invalid_journal_filter_is_ignored(auditor: Visitor, query: str) -> None:
    """An invalid filter of the journal is ignored."""
    assert auditor.get(f"/trail?{query}").status == 200


def test_auditor_verifies_the_journal(app: App, auditor: Visitor) -> None:
    """An auditor can verify the journal's chain, the records, and an earlier checkpoint; an unknown checkpoint is
    reported.
    """
    mark = app.audit.checkpoint(UnsafeLocalUsers(app).appoint("Vận Hành", "hoa-lu", "operator"))
    assert "Nguyên vẹn đến dòng" in auditor.get("/trail/checks?run=chain").main
    assert "Mọi hồ sơ khớp" in auditor.get("/trail/checks?run=records").main
    assert "Khớp: đến mốc này" in auditor.get(f"/trail/checks?run=mark&seq={mark.seq}").main
    assert "Không có mốc nào" in auditor.get("/trail/checks?run=mark&seq=999").main
    assert "Không có mốc nào" in auditor.get("/trail/checks?run=mark&seq=x").main


def test_exported_journal_verifies_elsewhere(app: App, auditor: Visitor) -> None:
    """An exported journal can be verified elsewhere."""
    copy = auditor.get("/trail/export")
    assert copy.headers["content-disposition"].startswith("attachment")
    assert verify_export(copy.text.encode().splitlines()).ok


def test_journal_needs_auditor_role(enter: SignIn, officer_without_tips: Actor) -> None:
    """An officer who is no auditor can open no page of the journal."""
    visitor = enter(officer_without_tips)
    for path in ("/trail", "/trail/checks", "/trail/export", "/trail/heads", "/trail?about=tip:x"):
        assert visitor.get(path).status == 403, path

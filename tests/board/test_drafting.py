"""Drafts, previews, wordings, notes and marks on the pages of a tip, without a script."""

import pytest
from tests.board.visitor import Visitor

from anninh_core.app import App
from anninh_core.testing import UnsafeLocalUsers
from anninh_core.usecase import Actor

ANSWER = "Đã xác minh, xe đã tìm thấy."


@pytest.fixture
def tip(app: App, officer: Actor) -> str:
    """Id of a tip that the officer is about to end."""
    tip = app.tips.record_walk_in(officer, "Mất xe máy ở chợ", unit="hoa-lu")
    app.tips.triage(officer, tip.id, category="crime")
    app.tips.assign(officer, tip.id, unit="hoa-lu", officers=[officer.id])
    app.tips.verify(officer, tip.id)
    return tip.id


def test_words_are_kept_and_gone_once_they_are_sent(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """Another tab finds them in the form; the act takes the draft away, and what was never kept is none."""
    form = visitor.get(f"/tips/{tip}").form("/tips/settle")
    shown = visitor.send(form, do="draft", answer=ANSWER)
    assert "Đã xong: Lưu nháp" in shown.text
    assert app.drafts.get(officer, f"tip:{tip}", part="answer").words == ANSWER
    assert app.tips.get(officer, tip).state.value == "verifying"
    again = visitor.get(f"/tips/{tip}").form("/tips/settle")
    assert again.fields["answer"][-1].strip() == ANSWER
    done = visitor.send(again, outcome="resolved", reason="solved")
    assert "Đã xong: Kết luận" in done.text
    assert app.drafts.list(officer) == ()


def test_words_are_looked_at_before_they_leave(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """The page shows the whole message and what looks personal; nothing was done, and the words are still there."""
    form = visitor.get(f"/tips/{tip}").form("/tips/settle")
    shown = visitor.send(form, do="preview", answer=f"{ANSWER} Gọi 0912 345 678.")
    assert shown.path.partition("?")[0] == f"/tips/{tip}/preview/tips.settle"
    assert app.tips.get(officer, tip).receipt in shown.main
    assert "dữ liệu cá nhân" in shown.main
    assert app.tips.get(officer, tip).state.value == "verifying"
    assert ANSWER in visitor.get(f"/tips/{tip}").form("/tips/settle").fields["answer"][-1]


def test_a_wording_begins_an_answer(visitor: Visitor, tip: str) -> None:
    """It stands in the form behind a link; what was kept stays before it."""
    visitor.send(visitor.get(f"/tips/{tip}").form("/tips/settle"), do="draft", answer=ANSWER)
    page = visitor.get(f"/tips/{tip}")
    assert "Đã xử lý xong" in page.text
    answer = visitor.get(f"/tips/{tip}?ready=done").form("/tips/settle").fields["answer"][-1]
    assert answer.strip().startswith(ANSWER)
    assert "Cảm ơn ông/bà đã báo tin" in answer
    assert visitor.get(f"/tips/{tip}?ready=nothing-like-it").status == 200


def test_a_note_and_a_mark(visitor: Visitor, tip: str) -> None:
    """A note stands in the talk with its author; the list says what is new until one has looked."""
    assert "Mới" in visitor.get("/tips/all").main
    shown = visitor.send(visitor.get(f"/tips/{tip}").form("/tips/add_note"), words="Đã gọi công an viên")
    assert "Đã gọi công an viên" in shown.text
    assert "Cán bộ Mẫu" in shown.main
    assert 'class="chip new"' not in visitor.get("/tips/all").main


def test_what_was_handed_over(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """What a colleague who leaves had half written stands on the page under their name, and in no form."""
    users = UnsafeLocalUsers(app)
    leaving = users.appoint("Cán bộ Cũ", "hoa-lu", "tip_officer")
    granter = users.appoint("Trưởng", "hoa-lu", "steering_chair")
    app.drafts.save(leaving, f"tip:{tip}", ANSWER, part="answer")
    app.units.hand_over(granter, leaving.id, to={"all": officer.id})
    shown = visitor.get(f"/tips/{tip}")
    assert "Bản nháp được bàn giao" in shown.main
    assert "Cán bộ Cũ" in shown.main
    assert ANSWER in shown.main
    assert shown.form("/tips/settle").fields["answer"] == [""]
